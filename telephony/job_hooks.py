"""The systems that take jobs over: where they are, their secrets, and what they are told.

Writes take validated values by field name and raise Refused, ValidationError or Stale.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Conflict, Refused
from oncall_portal.outbox.services import send_webhook
from telephony import hook_wire
from telephony.enums import JobEvent
from telephony.models import Job, JobHook

_PREFIX = "jobhook:"
_PORTS = {"http": 80, "https": 443}


# --- what they are told --------------------------------------------------------------------------


def tell(job: Job, event: JobEvent, at: datetime) -> None:
    """Write what happened to a job for every system that is told, with the caller's transaction."""
    for hook in JobHook.objects.filter(active=True):
        _write(hook, event, shown(job), f"job:{job.pk}:{job.version}", f"job:{job.pk}", at)


@transaction.atomic
def send_test(pk: int, at: datetime) -> None:
    """Write a test, which is about no job, for one system; raises Conflict where it is off."""
    hook = JobHook.objects.get(pk=pk)
    check_on(hook)
    _write(hook, JobEvent.TEST, None, secrets.token_hex(8), reference(hook), at)


def check_on(hook: JobHook) -> None:
    """Raise Conflict where a system is switched off."""
    if not hook.active:
        raise Conflict("hook_off", _("This system is switched off: switch it on first."))


def shown(job: Job) -> dict[str, Any]:
    """Return a job as the API shows it."""
    return {
        "id": job.pk,
        "call": job.call_id,
        "title": job.title,
        "service": job.service_id,
        "caller": job.caller,
        "address": job.address,
        "owner": job.owner_id,
        "state": str(job.state),
        "due_at": _instant(job.due_at),
        "notes": job.notes,
        "reference": job.reference,
        "created_at": _instant(job.created_at),
        "done_at": _instant(job.done_at),
        "changed_at": _instant(job.changed_at),
        "version": job.version,
    }


def reference(hook: JobHook) -> str:
    """Return the name that messages to a system carry."""
    return f"{_PREFIX}{hook.pk}"


def by_reference(text: str) -> JobHook | None:
    """Return the system of this name, None where it was deleted."""
    number = text.removeprefix(_PREFIX)
    return JobHook.objects.filter(pk=int(number)).first() if number.isdecimal() else None


def _write(hook: JobHook, event: JobEvent, job: Any, about: str, cause: str, at: datetime) -> None:
    key = f"{reference(hook)}:{event}:{about}"
    body = {
        "id": hashlib.sha256(key.encode()).hexdigest()[:32],
        "event": event.value,
        "at": _instant(at),
        "job": job,
    }
    send_webhook(
        to=reference(hook),
        event=event.value,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        cause=cause,
        key=key,
        now=at,
    )


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


# --- who they are --------------------------------------------------------------------------------


@transaction.atomic
def create(values: Mapping[str, Any]) -> JobHook:
    """Add a system, with a secret of its own; raises Refused (see `_check`)."""
    _check(values["url"])
    return rows.create(JobHook, {**values, "secret": _new_secret()})


@transaction.atomic
def change(pk: int, version: int, values: Mapping[str, Any]) -> JobHook:
    """Change a system as it was read at `version`; its secret stays. Refuses as `create` does."""
    if "url" in values:
        _check(values["url"])
    return rows.change(rows.lock(JobHook, pk, version), values)


@transaction.atomic
def delete(pk: int, version: int) -> None:
    """Forget a system; what it was not told yet fails."""
    rows.lock(JobHook, pk, version).delete()


@transaction.atomic
def rotate(pk: int) -> JobHook:
    """Give a system a new secret, which signs from now on."""
    hook = JobHook.objects.select_for_update().get(pk=pk)
    return rows.change(hook, {"secret": _new_secret()})


@transaction.atomic
def switch_off(hook: JobHook) -> None:
    """Tell a system nothing any more."""
    rows.change(JobHook.objects.select_for_update().get(pk=hook.pk), {"active": False})


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _check(url: str) -> None:
    """Refuse what is not encrypted, unless it stays on this machine, and the portal itself.

    And where no system can be: https_required, no_system_there, no_login, own_address.
    """
    try:
        parts = urlsplit(url)
        where = _where(parts)
    except ValueError as error:
        raise Refused("invalid", _("Enter the whole address, like https://…"), "url") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(where[0])):
        raise Refused("https_required", _("The address must begin with https://."), "url")
    if _is_address(where[0]) and not hook_wire.may_be_told(where[0]):
        raise Refused("no_system_there", _("No system may be at this address."), "url")
    if parts.username or parts.password:
        message = _("Leave name and password out: each request is signed instead.")
        raise Refused("no_login", message, "url")
    if where == _where(urlsplit(settings.PUBLIC_URL)):
        message = _("This is the address of the portal itself: enter that of the other system.")
        raise Refused("own_address", message, "url")


def _where(parts: SplitResult) -> tuple[str, int]:
    host = (parts.hostname or "").rstrip(".")
    return host, parts.port or _PORTS.get(parts.scheme, 0)


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback if _is_address(host) else host == "localhost"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
