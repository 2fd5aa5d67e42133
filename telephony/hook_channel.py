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
from telephony import hook_wire, hook_words, job_hooks, labels
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
            raise SendError(hook_words.OFF, permanent=True)
        status, said = _post(hook, event, body.encode(), reference)
        if status == HTTPStatus.GONE:
            job_hooks.switch_off(hook)
            raise SendError(hook_words.GONE, permanent=True)
        if not 200 <= status < 300:
            again = status >= 500 or status in _TRY_AGAIN
            raise SendError(hook_words.answered(status, said), permanent=not again)

    def names(self) -> dict[str, str]:
        """Return every system's name; see `WebhookChannel.names`."""
        return {job_hooks.reference(hook): hook.name for hook in JobHook.objects.all()}

    def about(self, event: str) -> str:
        """Return an event in words; see `WebhookChannel.about`."""
        return str(labels.JOB_EVENT.get(event, event))

    def error_words(self, error: str) -> str:
        """Return an error in words; see `WebhookChannel.error_words`."""
        return hook_words.error_words(error)


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
        raise SendError(hook_words.NO_ADDRESS, permanent=True) from error
    except (requests.RequestException, OSError) as error:
        raise SendError(_unreached(error), permanent=False) from error


def _unreached(error: Exception) -> str:
    """Return why a system was not reached, as people may find what to mend."""
    if isinstance(error, requests.Timeout):
        return hook_words.LATE
    if isinstance(error, requests.exceptions.SSLError):
        return hook_words.UNTRUSTED
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(cause, urllib3.exceptions.NameResolutionError):
        return hook_words.UNKNOWN_NAME
    return hook_words.UNREACHED


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
