"""The remote control under /emulator/: place calls, set telephones, see what they heard."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from telephony.emulator.api import ApiResponse
from telephony.emulator.behaviours import behaviour_text, parse_behaviour
from telephony.emulator.checks import NOT_FOUND, UNAUTHORIZED, ApiError, bad_request
from telephony.emulator.legs import Heard
from telephony.emulator.phones import CallHandle, Phone
from telephony.emulator.texts import FATES, Text

if TYPE_CHECKING:
    from telephony.emulator.platform import Platform

_CALL_OPTIONS = {"presses", "hangs_up_after_s", "speaks_s", "ends_message_with", "says"}


class Control:
    """Answers requests that carry the signature secret as their bearer token."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._token = platform.application.signature_secret

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> ApiResponse:
        """Answer one request; header names are in lower case."""
        try:
            status, answer = self._route(method, urlsplit(target).path, headers, body)
        except ApiError as error:
            status, answer = error.status, error.body
        return ApiResponse(status, json.dumps(answer).encode())

    def _route(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Any]:
        parts = [unquote(part) for part in path.strip("/").split("/")][1:]
        if (method, parts) == ("GET", ["health"]):
            return 200, {"status": "ok"}
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            raise UNAUTHORIZED
        match method, parts:
            case "POST", ["calls"]:
                return 201, call_state(self._place(_object(body)), self._platform)
            case "GET", ["calls"]:
                calls = [call_state(c, self._platform) for c in self._platform.calls.values()]
                return 200, {"calls": calls}
            case "GET" | "PUT", ["calls", call_id]:
                call = self._call(call_id)
                if method == "PUT":
                    _perform(call, _object(body))
                return 200, call_state(call, self._platform)
            case "GET", ["phones"]:
                return 200, {"phones": [phone_state(p) for p in self._platform.phones.values()]}
            case "GET" | "PUT", ["phones", number]:
                phone = self._platform.phone(number)
                if method == "PUT":
                    _perform(phone, _object(body))
                return 200, phone_state(phone)
            case "GET", ["texts"]:
                return 200, {"texts": [text_state(each) for each in self._platform.texts.sent]}
            case "POST", ["texts"]:
                return 201, self._write(_object(body))
            case "PUT", ["limit"]:
                return 200, self._limit(_object(body))
            case "GET", ["legs"]:
                return 200, {"legs": [leg_state(leg) for leg in self._platform.legs]}
        raise NOT_FOUND

    def _place(self, body: dict[str, Any]) -> CallHandle:
        for name in ("from", "to"):
            if not isinstance(body.get(name), str):
                raise bad_request(name, "is required")
        options = {key: value for key, value in body.items() if key not in {"from", "to"}}
        if unknown := options.keys() - _CALL_OPTIONS:
            raise bad_request(sorted(unknown)[0], "unknown parameter")
        if not _is_presses(options.get("presses", [])):
            raise bad_request("presses", "must be an array of [seconds, keys]")
        for name in ("hangs_up_after_s", "speaks_s"):
            if not isinstance(options.get(name, 0), int | float | None):
                raise bad_request(name, "must be a number of seconds")
        if not isinstance(options.get("says", ""), str):
            raise bad_request("says", "must be a text")
        try:
            return self._platform.inbound_call(body["from"], body["to"], **options)
        except ValueError as error:
            raise bad_request("to", str(error)) from error

    def _limit(self, body: dict[str, Any]) -> dict[str, int]:
        per_second = body.get("calls_per_second")
        if body.keys() != {"calls_per_second"} or type(per_second) is not int or per_second < 1:
            raise bad_request("calls_per_second", "must be a whole number, 1 or more")
        self._platform.network.limit_calls(per_second)
        return {"calls_per_second": per_second}

    def _write(self, body: dict[str, Any]) -> dict[str, str]:
        for name in ("from", "to", "text"):
            if not isinstance(body.get(name), str):
                raise bad_request(name, "is required")
        if unknown := body.keys() - {"from", "to", "text"}:
            raise bad_request(sorted(unknown)[0], "unknown parameter")
        try:
            return {"id": self._platform.inbound_text(body["from"], body["to"], body["text"])}
        except ValueError as error:
            raise bad_request("to", str(error)) from error

    def _call(self, call_id: str) -> CallHandle:
        try:
            return self._platform.calls[call_id]
        except KeyError:
            raise NOT_FOUND from None


def call_state(call: CallHandle, platform: Platform) -> dict[str, Any]:
    """A caller's view: where the call is, what was heard, who was on the other end."""
    return {
        "id": call.uuid,
        "from": call.leg.from_,
        "to": call.leg.to,
        "state": call.state,
        "answered_at": _moment(call.answered_at),
        "ended_at": _moment(call.ended_at),
        "heard": [_heard(each) for each in call.heard],
        "connections": [
            {
                "with": c.b if c.a == call.number else c.a,
                "start": _moment(c.start),
                "end": _moment(c.end),
            }
            for c in platform.connections
            if call.number in {c.a, c.b}
        ],
    }


def phone_state(phone: Phone) -> dict[str, Any]:
    """A telephone: what it will do, what it does, what it heard."""
    return {
        "number": phone.number,
        "behaviour": behaviour_text(phone.behaviour),
        "scripted": phone.scripted,
        "ringing": phone.ringing,
        "in_call": phone.in_call,
        "rang": [
            {
                "uuid": ring.uuid,
                "at": _moment(ring.at),
                "from": ring.from_,
                "status": ring.status,
                "answered_at": _moment(ring.answered_at),
                "ended_at": _moment(ring.ended_at),
            }
            for ring in phone.rang
        ],
        "heard": [_heard(each) for each in phone.heard],
    }


def text_state(text: Text) -> dict[str, Any]:
    """A text of the portal, and what became of it so far."""
    return {
        "id": text.message_uuid,
        "from": text.from_,
        "to": text.to,
        "text": text.text,
        "at": _moment(text.at),
        "statuses": text.statuses,
    }


def leg_state(leg: Any) -> dict[str, Any]:
    """A leg as the platform sees it."""
    return {
        "uuid": leg.uuid,
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
        "status": leg.status,
        "conversation_uuid": leg.conversation_uuid,
        "created_at": _moment(leg.created_at),
        "answered_at": _moment(leg.answered_at),
        "ended_at": _moment(leg.ended_at),
    }


def _perform(party: CallHandle | Phone, body: dict[str, Any]) -> None:
    """Do the one thing that was asked: behaviour, answer, decline, press, hang_up."""
    actions: dict[str, Callable[[Any], object]] = {
        "press": lambda keys: party.press(str(keys)),
        "hang_up": lambda _: party.hang_up(),
    }
    if isinstance(party, Phone):
        actions["behaviour"] = lambda texts: party.behaves(
            *[parse_behaviour(text) for text in ([texts] if isinstance(texts, str) else texts)]
        )
        actions["answer"] = lambda _: party.answer()
        actions["decline"] = lambda _: party.decline()
        actions["texts"] = lambda fate: _set_fate(party, fate)
    if len(body) != 1 or not body.keys() <= actions.keys():
        raise bad_request("body", f"must name one of {', '.join(sorted(actions))}")
    ((name, value),) = body.items()
    if not value:
        raise bad_request(name, "must not be empty")
    try:
        actions[name](value)
    except (ValueError, TypeError, AttributeError) as error:
        raise bad_request(name, str(error)) from error


def _set_fate(phone: Phone, fate: Any) -> None:
    if fate not in FATES:
        raise ValueError(f"must be one of {', '.join(FATES)}")
    phone.text_fate = fate


def _object(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body)
    except ValueError:
        decoded = None
    if not isinstance(decoded, dict):
        raise bad_request("body", "must be a JSON object")
    return decoded


def _is_presses(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, list)
        and len(each) == 2
        and isinstance(each[0], int | float)
        and isinstance(each[1], str)
        and each[1]
        for each in value
    )


def _heard(heard: Heard) -> dict[str, Any]:
    return {
        "at": _moment(heard.at),
        "until": _moment(heard.until),
        "kind": heard.kind,
        "text": heard.text,
        "language": heard.language,
    }


def _moment(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
