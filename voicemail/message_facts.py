"""Reads what is told about a message, by e-mail and on its pages."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from scheduling import queries
from telephony.enums import PromiseState
from telephony.models import Call, Caller
from voicemail.models import VoicemailMessage
from voicemail.types import MessageFacts

EXTENSIONS = {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg"}


def read(message: VoicemailMessage, own_zone: str = "") -> MessageFacts:
    """Return what is known about a message, its names in the language that is active.

    `own_zone` (IANA) is the clock of whoever reads it, "" for that of the house.
    """
    call = message.call
    number = call.phone_number if call else None
    zone = zone_of(message)
    return MessageFacts(
        caller=call.caller if call else None,
        number_name=number.name if number else "",
        dialled=call.dialled if call else "",
        left_at=message.left_at.astimezone(zone),
        duration_seconds=message.recording.duration_seconds,
        page=f"{settings.PUBLIC_URL}/admin/voicemail/voicemailmessage/{message.pk}/change/",
        caller_name=_caller_name(call),
        service=str(call.service) if call and call.service else "",
        option=_option(call) if call else "",
        mailbox=message.mailbox.name if message.mailbox else "",
        transcript=message.recording.transcript.strip(),
        cut_short=message.recording.cut_short,
        own_zone=own_zone or queries.house().time_zone,
        **_promise(call, zone),
    )


def zone_of(message: VoicemailMessage) -> ZoneInfo:
    """Return the zone of the schedule of the number that was called, else that of the house."""
    number = message.call.phone_number if message.call else None
    schedule = number.schedule if number else None
    return ZoneInfo(schedule.time_zone if schedule else queries.house().time_zone)


def file_name(facts: MessageFacts, extension: str) -> str:
    """Return under what name the recording is attached and downloaded."""
    return f"message-{facts.left_at:%Y-%m-%d-%H%M}.{extension}"


def _caller_name(call: Call | None) -> str:
    if call is None or not call.caller:
        return ""
    known = Caller.objects.filter(number=call.caller).values_list("name", flat=True)
    return known.first() or ""


def _option(call: Call) -> str:
    """Return what the caller chose, unless the number or the service says the same."""
    said = {call.phone_number.name if call.phone_number else "", str(call.service or "")}
    return "" if call.label in said else call.label


def _promise(call: Call | None, zone: ZoneInfo) -> dict[str, Any]:
    promise = getattr(call, "promise", None)
    if promise is None or promise.state != PromiseState.OPEN.value:
        return {}
    owner = promise.owner.name if promise.owner else ""
    return {"due_at": promise.due_at.astimezone(zone), "owner": owner}
