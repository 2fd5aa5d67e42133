"""E-mails to the supervisors about calls that nobody answered, or that went wrong."""

from __future__ import annotations

import logging
import zoneinfo
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import formats, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.outbox.services import send_email
from scheduling import whens
from scheduling.queries import house, supervisors_by_mail
from telephony import labels, queries
from telephony.models import Call, Leg
from telephony.types import Note

logger = logging.getLogger(__name__)
_ALARMING = ("unanswered", "team_unanswered", "message_may_exist")
_NOBODY = ("nobody_on_call", "no_schedule", "empty_step")


def follow_up(call: Call, notes: Iterable[Note], now: datetime) -> None:
    """Tell the supervisors at once what the notes of one advance give reason to tell.

    Once per call, kind and address; in the transaction of the call, sent later by the outbox.
    """
    for kind, reason in _reasons(notes):
        line = queries.number_of(call)
        schedule = line.schedule_id if line else None
        people = supervisors_by_mail(schedule or 0)
        if not people:
            logger.warning("alert_without_reader kind=%s call=%s", kind, call.pk)
        for person in people:
            with translation.override(person.language):
                send_email(
                    to=person.email,
                    subject=_subject(kind, call),
                    body=_body(kind, reason, call, person.time_zone),
                    cause=f"call:{call.pk}",
                    key=f"{kind}:{call.pk}:{person.email}",
                    now=now,
                )


def _reasons(notes: Iterable[Note]) -> Iterable[tuple[str, str]]:
    for note in notes:
        if note.code in _ALARMING:
            yield note.code, note.params.get("reason", "")
        elif note.code == "skipped" and note.params.get("reason") in _NOBODY:
            yield "nobody_on_call", note.params["reason"]


def _subject(kind: str, call: Call) -> str:
    line = _line(call)
    match kind:
        case "unanswered":
            return _("Unanswered call on %(line)s") % {"line": line}
        case "team_unanswered":
            return _("Call on %(line)s taken by a supervisor") % {"line": line}
        case "message_may_exist":
            return _("A message may be waiting on %(line)s") % {"line": line}
    return _("Nobody was on call for %(line)s") % {"line": line}


def _body(kind: str, reason: str, call: Call, own_zone: str) -> str:
    zone = _zone(call)
    at = formats.date_format(call.started_at.astimezone(zone), "l j F Y, H:i:s")
    facts = {
        "caller": phone.spaced(call.caller) or _("a withheld number"),
        "line": _line(call),
        "at": whens.with_zone(at, call.started_at, zone.key, own_zone),
    }
    opening = _("%(caller)s called %(line)s on %(at)s.") % facts
    lines = [capfirst(opening), _explanation(kind, reason), *_tried(call), _link(call)]
    return "\n\n".join(line for line in lines if line)


def _explanation(kind: str, reason: str) -> str:
    if kind == "message_may_exist":
        return _(
            "The caller may have left a message that the portal has not received. "
            "Look for the recording in the telephone platform's own account."
        )
    if kind == "team_unanswered":
        return _("Nobody of those on call took the call; a supervisor did.")
    if kind == "nobody_on_call" and reason == "empty_step":
        return _("A step of the escalation scenario found nobody to ring; the call goes on.")
    if kind == "nobody_on_call":
        return _("Nobody who can be reached was on call; the call goes to the supervisors.")
    match reason:
        case "caller_hung_up":
            return _("The caller hung up before anybody took the call.")
        case "caller_chose_message":
            return _("The caller chose to leave a message instead of waiting.")
        case "hard_stop":
            return _("Nobody took the call within the longest waiting time.")
        case "nobody_to_ring":
            return _("There was nobody to ring.")
    return _("Nobody took the call.")


def _tried(call: Call) -> list[str]:
    legs = Leg.objects.filter(call=call).order_by("ordinal")
    lines = [f"- {_attempt(leg)}" for leg in legs]
    return [_("Who was tried:") + "\n" + "\n".join(lines)] if lines else []


def _attempt(leg: Leg) -> str:
    if not leg.result:
        return leg.name
    words = {"name": leg.name, "result": labels.LEG_RESULT[leg.result]}
    return _("%(name)s: %(result)s") % words


def _line(call: Call) -> str:
    return call.label or phone.spaced(call.dialled)


def _zone(call: Call) -> zoneinfo.ZoneInfo:
    line = queries.number_of(call)
    schedule = line.schedule if line else None
    return zoneinfo.ZoneInfo(schedule.time_zone if schedule else house().time_zone)


def _link(call: Call) -> str:
    try:
        path = reverse("admin:telephony_call_change", args=[call.pk])
    except NoReverseMatch:
        return ""
    return f"{settings.PUBLIC_URL}{path}"
