"""Refuses every NCCO that the platform would refuse; a pure check of JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

Action = dict[str, Any]
Rule = Callable[[Any], bool]

MAX_TALK_CHARACTERS = 1500
_PHONE = re.compile(r"[1-9]\d{6,14}")
_TAG = re.compile(r"<[^>]*>")


class NccoError(Exception):
    """The NCCO is invalid; the message says where and why."""


def spoken(text: str) -> str:
    """Return the text without its SSML tags, which do not count and are not heard."""
    return _TAG.sub("", text)


def is_phone_number(value: Any) -> bool:
    """E.164 without the plus sign."""
    return isinstance(value, str) and _PHONE.fullmatch(value) is not None


def is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def is_number(low: float, high: float) -> Rule:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    )


def is_integer(low: int, high: int) -> Rule:
    return lambda value: (
        isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    )


def is_one_of(*values: str) -> Rule:
    return lambda value: isinstance(value, str) and value in values


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def is_url_list(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and is_url(value[0])


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_talk_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(spoken(value)) <= MAX_TALK_CHARACTERS


def _is_input_types(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= 2
        and all(v in ("dtmf", "speech") for v in value)
    )


def _is_ringback(value: Any) -> bool:
    # The documentation says a string, the SDK sends a list: nobody knows, so both pass.
    return is_url(value) or is_url_list(value)


_URL_FIELDS: dict[str, Rule] = {"eventUrl": is_url_list, "eventMethod": is_one_of("GET", "POST")}
_LEVEL = is_number(-1, 1)
_LOOP = is_integer(0, 10**6)
_KEYS = re.compile(r"[0-9*#p]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_DTMF: dict[str, Rule] = {
    "timeOut": is_number(0, 10),
    "maxDigits": is_integer(1, 20),
    "submitOnHash": _is_bool,
}
_SPEECH: dict[str, Rule] = {
    "uuid": _is_text_list,
    "endOnSilence": is_number(0.4, 10),
    "language": _is_text,
    "context": _is_text_list,
    "startTimeout": is_number(1, 60),
    "maxDuration": is_number(1, 60),
    "saveAudio": _is_bool,
    "sensitivity": is_integer(10, 100),
}
_ADVANCED_DETECTION: dict[str, Rule] = {
    "behavior": is_one_of("continue", "hangup"),
    "mode": is_one_of("default", "detect", "detect_beep"),
    "beep_timeout": is_integer(45, 120),
}
_ON_ANSWER: dict[str, Rule] = {"url": is_url, "ringbackTone": is_url, "ringback": is_url}
_TRANSCRIPTION: dict[str, Rule] = {
    "language": lambda value: isinstance(value, str) and bool(_LANGUAGE.fullmatch(value)),
    "sentimentAnalysis": _is_bool,
    **_URL_FIELDS,
}
_PHONE_ENDPOINT: dict[str, Rule] = {
    "type": is_one_of("phone"),
    "number": is_phone_number,
    "dtmfAnswer": lambda value: isinstance(value, str) and _KEYS.fullmatch(value) is not None,
    "onAnswer": lambda value: _is_valid(value, _ON_ANSWER, {"url"}),
    "shaken": _is_text,
}


def _is_valid(value: Any, rules: Mapping[str, Rule], required: set[str]) -> bool:
    return (
        isinstance(value, dict)
        and required <= value.keys()
        and all(key in rules and rules[key](each) for key, each in value.items())
    )


def _is_endpoints(value: Any) -> bool:
    # Only telephones: the portal connects nothing else, and the emulator plays nothing else.
    return (
        isinstance(value, list)
        and len(value) == 1
        and _is_valid(value[0], _PHONE_ENDPOINT, {"type", "number"})
    )


_RULES: dict[str, tuple[set[str], dict[str, Rule]]] = {
    "talk": (
        {"text"},
        {
            "text": _is_talk_text,
            "bargeIn": _is_bool,
            "loop": _LOOP,
            "level": _LEVEL,
            "language": _is_text,
            "style": is_integer(0, 100),
            "premium": _is_bool,
        },
    ),
    "stream": (
        {"streamUrl"},
        {"streamUrl": is_url_list, "level": _LEVEL, "bargeIn": _is_bool, "loop": _LOOP},
    ),
    "input": (
        {"type"},
        {
            "type": _is_input_types,
            "mode": is_one_of("synchronous", "asynchronous"),
            "dtmf": lambda value: _is_valid(value, _DTMF, set()),
            "speech": lambda value: _is_valid(value, _SPEECH, set()),
            **_URL_FIELDS,
        },
    ),
    "connect": (
        {"endpoint"},
        {
            "endpoint": _is_endpoints,
            "from": is_phone_number,
            "randomFromNumber": _is_bool,
            "eventType": is_one_of("synchronous"),
            "timeout": is_integer(1, 120),
            "limit": is_integer(1, 7200),
            "machineDetection": is_one_of("continue", "hangup"),
            "advancedMachineDetection": lambda value: _is_valid(value, _ADVANCED_DETECTION, set()),
            "ringbackTone": _is_ringback,
            **_URL_FIELDS,
        },
    ),
    "conversation": (
        {"name"},
        {
            "name": lambda value: isinstance(value, str) and bool(value),
            "musicOnHoldUrl": is_url_list,
            "startOnEnter": _is_bool,
            "endOnExit": _is_bool,
            "record": _is_bool,
            "canSpeak": _is_text_list,
            "canHear": _is_text_list,
            "mute": _is_bool,
            "transcription": lambda value: _is_valid(value, _TRANSCRIPTION, set()),
            **_URL_FIELDS,
        },
    ),
    "record": (
        set(),
        {
            "format": is_one_of("mp3", "wav", "ogg"),
            "split": is_one_of("conversation"),
            "channels": is_integer(1, 32),
            "endOnSilence": is_number(3, 10),
            "endOnKey": is_one_of(*"0123456789*#"),
            "timeOut": is_integer(3, 7200),
            "beepStart": _is_bool,
            "transcription": lambda value: _is_valid(value, _TRANSCRIPTION, set()),
            **_URL_FIELDS,
        },
    ),
    "notify": ({"payload", "eventUrl"}, {"payload": _is_object, **_URL_FIELDS}),
    # Out of bounds is clamped, not refused.
    "wait": (set(), {"timeout": is_number(float("-inf"), float("inf"))}),
    "transfer": (
        {"conversationId"},
        {
            "conversationId": _is_text,
            "canHear": _is_text_list,
            "canSpeak": _is_text_list,
            "mute": _is_bool,
        },
    ),
}


def check(ncco: Any, numbers: set[str] | None) -> list[Action]:
    """Return the NCCO when the platform would run it; `numbers` are rented (None: any is).

    Raises NccoError otherwise.
    """
    if not isinstance(ncco, list):
        raise NccoError("an NCCO is an array of actions")
    for position, action in enumerate(ncco):
        _check_action(position, action)
        if action["action"] == "connect":
            _check_connect(position, action, numbers)
        if action.get("mute") and "canSpeak" in action:
            raise NccoError(f"action {position}: mute excludes canSpeak")
        if (
            action["action"] == "input"
            and action.get("mode") == "asynchronous"
            and "dtmf" in action
        ):
            raise NccoError(f"action {position}: asynchronous input takes no dtmf settings")
    _check_barge_in(ncco)
    return ncco


def _check_action(position: int, action: Any) -> None:
    if not isinstance(action, dict) or action.get("action") not in _RULES:
        raise NccoError(f"action {position}: unknown action")
    required, rules = _RULES[action["action"]]
    if missing := required - action.keys():
        raise NccoError(f"action {position}: {', '.join(sorted(missing))} is required")
    for key, value in action.items():
        if key == "action":
            continue
        if key not in rules:
            raise NccoError(f"action {position}: unknown field {key}")
        if not rules[key](value):
            raise NccoError(f"action {position}: invalid value of {key}")


def _check_connect(position: int, action: Action, numbers: set[str] | None) -> None:
    if ("from" in action) == bool(action.get("randomFromNumber")):
        raise NccoError(f"action {position}: either from or randomFromNumber")
    if numbers is not None and "from" in action and action["from"] not in numbers:
        raise NccoError(f"action {position}: from is not a number of this application")


def _check_barge_in(ncco: Sequence[Action]) -> None:
    """A prompt that may be interrupted must lead to an input, with nothing but talk before it."""
    is_open = False
    for position, action in enumerate(ncco):
        kind = action["action"]
        if is_open and kind not in {"talk", "input"}:
            raise NccoError(f"action {position}: bargeIn must be followed by input")
        is_open = (is_open or action.get("bargeIn") is True) and kind != "input"
    if is_open:
        raise NccoError("bargeIn must be followed by input")
