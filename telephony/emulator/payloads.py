"""The JSON that the platform says about legs, as documented and captured; pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from telephony.emulator.legs import Leg
from telephony.emulator.recordings import Recording
from telephony.emulator.switches import Switches

if TYPE_CHECKING:
    from telephony.emulator.texts import Text

TEXT_ERRORS = {
    "rejected": {
        "type": "https://developer.vonage.com/api-errors/messages#1320",
        "title": "Rejected",
        "detail": "The message was rejected by the network.",
    },
    "undeliverable": {
        "type": "https://developer.vonage.com/api-errors/messages#1330",
        "title": "Unknown",
        "detail": "The number cannot receive texts.",
    },
}
RATE = "0.00720000"
NETWORK = "GB-FIXED"


def timestamp(instant: datetime) -> str:
    """Write an instant as webhooks do: ISO-8601 in UTC with milliseconds and Z."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"


def event(leg: Leg, status: str, now: datetime) -> dict[str, Any]:
    """A status event; `human` and `machine` name the leg `call_uuid`."""
    payload: dict[str, Any] = {
        "headers": {},
        "from": leg.from_,
        "to": leg.to,
        "call_uuid" if status in {"human", "machine"} else "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_uuid,
        "status": status,
        "direction": leg.direction,
        "timestamp": timestamp(now),
    }
    if status == "answered":
        payload |= {"start_time": None, "rate": None, "network": None}
    elif status == "completed":
        payload |= _ending(leg)
    elif status == leg.status:
        if leg.detail and status in {"unanswered", "rejected", "failed"}:
            payload["detail"] = leg.detail
        if leg.sip_code:
            payload["sip_code"] = leg.sip_code
    return payload


def _ending(leg: Leg) -> dict[str, Any]:
    return {
        "start_time": _second(leg.answered_at),
        "end_time": _second(leg.ended_at),
        "disconnected_by": leg.disconnected_by or "platform",
        **cost(leg),
    }


def _second(instant: datetime | None) -> str | None:
    return f"{instant:%Y-%m-%dT%H:%M:%S}.000Z" if instant else None


def cost(leg: Leg) -> dict[str, str]:
    """Duration and price of an ended leg, as strings."""
    seconds = 0
    if leg.answered_at and leg.ended_at:
        seconds = round((leg.ended_at - leg.answered_at).total_seconds())
    price = f"{float(RATE) * seconds / 60:.8f}"
    return {"duration": str(seconds), "rate": RATE, "price": price, "network": NETWORK}


def answer(leg: Leg, region_url: str) -> dict[str, Any]:
    """What asks for an NCCO: the answer webhook, onAnswer, the URL of a transfer."""
    return {
        "from": leg.from_,
        "to": leg.to,
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_uuid,
        "endpoint_type": "phone",
        "region_url": region_url,
    }


def keys(
    leg: Leg, digits: str, types: list[str], switches: Switches, now: datetime
) -> dict[str, Any]:
    """The event of `input`; no status."""
    none = {"empty": "", "null": None}.get(switches.no_digits, "")
    timed_out = switches.timed_out_with_digits or not digits
    payload: dict[str, Any] = {
        "speech": {"timeout_reason": "start_timeout"}
        if "speech" in types
        else {"error": "Speech was not enabled"},
        "dtmf": {"digits": digits or none, "timed_out": timed_out},
        "from": leg.from_,
        "to": leg.to,
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_uuid,
        "timestamp": timestamp(now),
    }
    if not digits and switches.no_digits == "missing":
        del payload["dtmf"]
    return payload


def transfer(leg: Leg, previous: str, now: datetime) -> dict[str, Any]:
    """A leg moved from conversation `previous` to where it is; no status."""
    return {
        "conversation_uuid_from": previous,
        "type": "transfer",
        "uuid": leg.uuid,
        "conversation_uuid_to": leg.conversation_uuid,
        "timestamp": timestamp(now),
    }


def notification(leg: Leg, payload: Any, now: datetime) -> dict[str, Any]:
    """The event of `notify`; neither uuid nor status."""
    return {
        "payload": payload,
        "conversation_uuid": leg.conversation_uuid,
        "timestamp": timestamp(now),
    }


def recorded(recording: Recording, api_url: str, now: datetime) -> dict[str, Any]:
    """The event of a finished recording; neither uuid nor status, start and end in seconds."""
    return {
        "start_time": f"{recording.started_at:%Y-%m-%dT%H:%M:%SZ}",
        "recording_url": f"{api_url}/v1/files/{recording.file_id}",
        "size": recording.size,
        "recording_uuid": recording.uuid,
        "end_time": f"{recording.ended_at:%Y-%m-%dT%H:%M:%SZ}",
        "conversation_uuid": recording.conversation_uuid,
        "timestamp": timestamp(now),
    }


def transcribed(recording: Recording, api_url: str) -> dict[str, Any]:
    """The event of a recording that was written down; neither uuid nor timestamp."""
    return {
        "conversation_uuid": recording.conversation_uuid,
        "type": "record",
        "recording_uuid": recording.uuid,
        "status": "transcribed",
        "transcription_url": f"{api_url}/v1/files/{recording.transcript_id}",
    }


def resource(leg: Leg) -> dict[str, Any]:
    """A call as GET shows it; its times carry no zone and are UTC."""
    shown: dict[str, Any] = {
        "_links": {"self": {"href": f"/calls/{leg.uuid}"}},
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_uuid,
        "to": {"type": "phone", "number": leg.to},
        "from": {"type": "phone", "number": leg.from_},
        "status": leg.status,
        "direction": leg.direction,
        "start_time": f"{leg.answered_at:%Y-%m-%d %H:%M:%S}" if leg.answered_at else None,
        "end_time": f"{leg.ended_at:%Y-%m-%d %H:%M:%S}" if leg.ended_at else None,
    }
    return {**shown, **cost(leg)} if leg.ended else shown


def text_received(
    message_uuid: str, from_: str, to: str, text: str, now: datetime
) -> dict[str, Any]:
    """A text that came in."""
    return {
        "channel": "sms",
        "message_uuid": message_uuid,
        "to": to,
        "from": from_,
        "timestamp": timestamp(now),
        "message_type": "text",
        "text": text,
        "sms": {"num_messages": "1", "keyword": text.split(" ")[0].upper()},
        "usage": {"currency": "EUR", "price": "0.0333"},
    }


def text_status(text: Text, status: str, now: datetime) -> dict[str, Any]:
    """What became of a text of the portal."""
    payload: dict[str, Any] = {
        "message_uuid": text.message_uuid,
        "to": text.to,
        "from": text.from_,
        "timestamp": timestamp(now),
        "status": status,
        "channel": "sms",
        "destination": {"network_code": "20801"},
        "usage": {"currency": "EUR", "price": "0.0333"},
        "sms": {"count_total": "1"},
    }
    if text.client_ref:
        payload["client_ref"] = text.client_ref
    if status in TEXT_ERRORS:
        payload["error"] = {**TEXT_ERRORS[status], "instance": text.message_uuid}
    return payload
