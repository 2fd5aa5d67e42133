"""The outbox's way out to the systems that take jobs over: one signed request per event."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from http import HTTPStatus

import requests
import urllib3
from django.utils.translation import gettext as _

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.types import SendError
from telephony import hook_wire, job_hooks
from telephony.models import JobHook

TIMEOUT_S = 10
_READ_BYTES, _TOLD_LETTERS = 1024, 200
# Refusals that may be taken back: too slow, busy with the same job, too early, too many.
_TRY_AGAIN = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class JobHooks:
    """The `WebhookChannel` of the outbox."""

    def send(self, *, to: str, event: str, body: str, reference: str) -> None:
        """Tell a system of an event; see `WebhookChannel.send`.

        Whoever answers 410 is not told any more.
        """
        hook = job_hooks.by_reference(to)
        if hook is None or not hook.active:
            raise SendError("This system is switched off or deleted.", permanent=True)
        status, said = _post(hook, event, body.encode(), reference)
        if status == HTTPStatus.GONE:
            job_hooks.switch_off(hook)
            raise SendError("It answered 410, and was switched off.", permanent=True)
        if not 200 <= status < 300:
            again = status >= 500 or status in _TRY_AGAIN
            raise SendError(f"It answered {status}. {said}".strip(), permanent=not again)


def may_go_again(message: OutgoingMessage) -> None:
    """Raise Conflict where a system would not be told any more: hook_gone, hook_off."""
    if message.channel != Channel.WEBHOOK:
        return
    hook = job_hooks.by_reference(message.to)
    if hook is None:
        raise Conflict("hook_gone", _("This system was deleted: there is nobody to tell."))
    job_hooks.check_on(hook)


def signature(secret: str, body: bytes, at: datetime) -> str:
    """Return the header that proves from whom a body is, and when it was sent."""
    moment = int(at.timestamp())
    digest = hmac.new(secret.encode(), b"%d.%b" % (moment, body), hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def _post(hook: JobHook, event: str, body: bytes, reference: str) -> tuple[int, str]:
    """Return the status of the answer, and the beginning of what it says; raises SendError."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "oncall-portal",
        "X-Oncall-Event": event,
        "X-Oncall-Delivery": reference,
        "X-Oncall-Signature": signature(hook.secret, body, clock.now()),
    }
    try:
        with (
            hook_wire.session() as session,
            session.post(
                hook.url,
                data=body,
                headers=headers,
                auth=_no_login,
                timeout=TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            return answer.status_code, _beginning(answer)
    except requests.exceptions.InvalidURL as error:
        raise SendError("This is not an address.", permanent=True) from error
    except (requests.RequestException, OSError) as error:
        raise SendError(
            f"It could not be reached: {type(error).__name__}.", permanent=False
        ) from error


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add nothing: else a password would be looked for in the server's ~/.netrc."""
    return request


def _beginning(answer: requests.Response) -> str:
    """Return what a refusal says first, on one line; the rest is not read."""
    if answer.ok:
        return ""
    try:
        said = answer.raw.read1(_READ_BYTES).decode("utf-8", "replace")
    except (urllib3.exceptions.HTTPError, OSError):
        return ""  # the status is what counts
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:_TOLD_LETTERS]
