"""What requests to the API must look like, and the answers to those that do not."""

from __future__ import annotations

from typing import Any

from telephony.emulator.ncco import (
    Action,
    NccoError,
    check,
    is_integer,
    is_one_of,
    is_phone_number,
    is_url_list,
)

_CREATE_FIELDS = {
    "to",
    "from",
    "random_from_number",
    "ncco",
    "answer_url",
    "answer_method",
    "event_url",
    "event_method",
    "machine_detection",
    "advanced_machine_detection",
    "length_timer",
    "ringing_timer",
}


class ApiError(Exception):
    """The request is refused with this status and body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def bad_request(name: str, reason: str) -> ApiError:
    """Return the 400 that names the wrong parameter."""
    return ApiError(
        400,
        {
            "type": "BAD_REQUEST",
            "error_title": "Bad Request",
            "invalid_parameters": [{"name": name, "reason": reason}],
        },
    )


UNAUTHORIZED = ApiError(401, {"type": "UNAUTHORIZED", "error_title": "Unauthorized"})
NOT_FOUND = ApiError(404, {"type": "NOT_FOUND", "error_title": "Not Found"})
TOO_MANY = ApiError(429, {"type": "TOO_MANY_REQUESTS", "error_title": "Too Many Requests"})


def checked_call(body: Any, numbers: set[str] | None) -> dict[str, str]:
    """Return `from` and `to` of a valid POST /v1/calls; raises ApiError for any other."""
    if not isinstance(body, dict):
        raise bad_request("body", "must be an object")
    for name in body.keys() - _CREATE_FIELDS:
        raise bad_request(name, "unknown parameter")
    to = body.get("to")
    if not (isinstance(to, list) and len(to) == 1 and isinstance(to[0], dict)):
        raise bad_request("to", "must be an array with one endpoint")
    if to[0].get("type") != "phone" or not is_phone_number(to[0].get("number")):
        raise bad_request("to", "must be a phone, E.164 without +")
    if ("ncco" in body) == ("answer_url" in body):
        raise bad_request("ncco", "either ncco or answer_url")
    if "ncco" in body:
        checked_ncco(body["ncco"], numbers)
    rules = {
        "answer_url": is_url_list,
        "event_url": is_url_list,
        "answer_method": is_one_of("GET", "POST"),
        "event_method": is_one_of("GET", "POST"),
        "machine_detection": is_one_of("continue", "hangup"),
        "advanced_machine_detection": lambda value: isinstance(value, dict),
        "ringing_timer": is_integer(1, 120),
        "length_timer": is_integer(1, 7200),
    }
    for name, rule in rules.items():
        if name in body and not rule(body[name]):
            raise bad_request(name, "invalid value")
    return {"to": to[0]["number"], "from": _checked_from(body, numbers)}


def _checked_from(body: dict[str, Any], numbers: set[str] | None) -> str:
    if body.get("random_from_number") is True and "from" not in body:
        return sorted(numbers or {"10000000000"})[0]
    sender = body.get("from")
    if not isinstance(sender, dict) or sender.get("type") != "phone":
        raise bad_request("from", "must be a phone")
    number = sender.get("number")
    if not is_phone_number(number) or (numbers is not None and number not in numbers):
        raise bad_request("from", "is not a number of this application")
    return str(number)


def checked_ncco(ncco: Any, numbers: set[str] | None) -> list[Action]:
    """Return the NCCO of a request; raises ApiError with the reason when it is invalid."""
    try:
        return check(ncco, numbers)
    except NccoError as error:
        raise bad_request("ncco", str(error)) from error
