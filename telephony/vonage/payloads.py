"""The platform's webhooks as neutral events; what is unknown is None, never a guess."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from oncall_portal.lib import phone
from telephony.enums import LegResult, TextState
from telephony.intake import RecordedMessage, WrittenMessage
from telephony.types import (
    Arrival,
    CallerGone,
    CallerJoined,
    DialDone,
    Event,
    LegAnswered,
    LegEnded,
    LegJoined,
    LegRang,
    Unrecognised,
)
from telephony.types.texts import ReceivedText, TextReport

Payload = Mapping[str, Any]
_KEYS = frozenset("0123456789*#")
# The platform takes no more at once.
_MOST_KEYS = 20
_LARGEST_SIZE = 2**31 - 1

# Terminal statuses of a leg; `rejected` may come without `completed`, so each counts as an end.
_ENDS = {
    "busy": LegResult.BUSY,
    "rejected": LegResult.REJECTED,
    "failed": LegResult.UNREACHABLE,
    "timeout": LegResult.TIMEOUT,
    "cancelled": LegResult.WITHDRAWN,
    "completed": LegResult.HUNG_UP,
    "disconnected": LegResult.HUNG_UP,
}
_TEXT_STATES = {
    "submitted": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "read": TextState.DELIVERED,
    "rejected": TextState.FAILED,
    "undeliverable": TextState.FAILED,
}
# What the answer webhook has told already.
_ARRIVING = frozenset({"started", "ringing", "answered"})


def text(payload: Payload, name: str, limit: int = 120) -> str:
    """Return a field as text, "" when it is absent, of another kind, or not all printable.

    A database takes neither NUL nor half a surrogate, and a log no line ends.
    """
    value = payload.get(name)
    return value[:limit] if isinstance(value, str) and value.isprintable() else ""


def arrival(payload: Payload) -> Arrival | None:
    """Return who calls whom, None when the payload lacks the leg or the number called."""
    uuid, dialled = text(payload, "uuid", 64), phone.from_platform(text(payload, "to"))
    if not uuid or not dialled:
        return None
    return Arrival(
        leg_uuid=uuid,
        dialled=dialled,
        caller=phone.from_platform(text(payload, "from")),
        api_host=_host(text(payload, "region_url")),
    )


def leg_event(payload: Payload, leg: int) -> Event | None:
    """Return what happened to a phone that we ring."""
    if text(payload, "type") == "transfer":
        return LegJoined(leg, text(payload, "conversation_uuid_to"))
    match text(payload, "status"):
        case "started":
            return DialDone(leg)
        case "ringing":
            return LegRang(leg)
        case "answered":
            return LegAnswered(leg)
        case "unanswered":
            away = text(payload, "detail") == "unavailable"
            return LegEnded(leg, LegResult.UNREACHABLE if away else LegResult.TIMEOUT)
        case status if status in _ENDS:
            return LegEnded(leg, _ENDS[status])
        case status if status:
            return Unrecognised(leg, status)
    return None


def caller_event(payload: Payload) -> Event | None:
    """Return what happened to the caller's own leg."""
    if text(payload, "type") == "transfer":
        return CallerJoined(text(payload, "conversation_uuid_to"))
    status = text(payload, "status")
    if status in _ENDS or status == "unanswered":
        return CallerGone()
    return Unrecognised(None, status) if status and status not in _ARRIVING else None


def digit(payload: Payload) -> str:
    """Return the key pressed, "" for none."""
    return keys(payload)[:1]


def keys(payload: Payload) -> str:
    """Return the keys pressed, in order, "" for none.

    `timed_out` is true even when a key was pressed, so it is not looked at; over GET, and in an
    older format, the object comes as text.
    """
    dtmf = payload.get("dtmf")
    if isinstance(dtmf, str):
        dtmf = _object(dtmf) or {"digits": dtmf}
    digits = dtmf.get("digits") if isinstance(dtmf, dict) else None
    pressed = digits[:_MOST_KEYS] if isinstance(digits, str) else ""
    return pressed if _KEYS.issuperset(pressed) else ""


def after_leg(payload: Payload) -> int | None:
    """Return the leg that a notify action waited for."""
    notified = payload.get("payload")
    if isinstance(notified, str):
        notified = _object(notified)
    value = notified.get("after_leg") if isinstance(notified, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def recording(payload: Payload, now: datetime) -> RecordedMessage | None:
    """Return a finished recording, None when the payload does not say where it is."""
    platform_id, url = text(payload, "recording_uuid", 80), text(payload, "recording_url", 500)
    if not platform_id or not url:
        return None
    started, ended = _instant(payload, "start_time"), _instant(payload, "end_time")
    seconds = (ended - started).total_seconds() if started and ended else -1.0
    size = payload.get("size")
    return RecordedMessage(
        platform_id=platform_id,
        url=url,
        recorded_at=started or now,
        duration_seconds=seconds if seconds >= 0 else None,
        size=size if isinstance(size, int) and 0 < size <= _LARGEST_SIZE else 0,
    )


def transcript(payload: Payload) -> WrittenMessage | None:
    """Return where a recording stands in words, None when the payload does not say so."""
    platform_id = text(payload, "recording_uuid", 80)
    url = text(payload, "transcription_url", 500)
    if text(payload, "status") != "transcribed" or not platform_id or not url:
        return None
    return WrittenMessage(platform_id, url)


def received_text(payload: Payload, now: datetime) -> ReceivedText | None:
    """Return a text that came in, None when the payload does not say whose it is, and its id.

    What is no plain text (a picture) comes as an empty one: that somebody wrote is not lost.
    """
    platform_id = text(payload, "message_uuid", 80)
    if not platform_id:
        return None
    body, at = payload.get("text"), _instant(payload, "timestamp")
    return ReceivedText(
        platform_id=platform_id,
        sender=phone.from_platform(text(payload, "from")),
        to=phone.from_platform(text(payload, "to")),
        text=_storable(body) if isinstance(body, str) else "",
        at=min(at, now) if at else now,
    )


def text_report(payload: Payload) -> TextReport | None:
    """Return what became of a text of ours, None for what the platform may say in future."""
    state = _TEXT_STATES.get(text(payload, "status"))
    if state is None:
        return None
    found = payload.get("error")
    error = found if isinstance(found, dict) else {}
    words = [text(error, name, 90) for name in ("title", "detail")]
    return TextReport(
        platform_id=text(payload, "message_uuid", 80),
        reference=text(payload, "client_ref", 100),
        state=state,
        error=": ".join(filter(None, words)) if state is TextState.FAILED else "",
    )


def _storable(body: str) -> str:
    """Return `body` without the characters that a database does not take."""
    return "".join(each for each in body if each != "\x00" and not "\ud800" <= each <= "\udfff")


def _instant(payload: Payload, name: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text(payload, name))
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _object(value: str) -> dict[str, Any] | None:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
