"""The check of NCCOs passes what the platform documents, and nothing misspelt or malformed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from vonage_voice.errors import NccoActionError

from telephony.vonage.tests.ncco_checks import assert_valid_ncco

URL = "https://portal.test/voice/step/t"
TALK: dict[str, Any] = {"action": "talk", "text": "Bonjour", "language": "fr-FR", "bargeIn": True}
STREAM: dict[str, Any] = {"action": "stream", "streamUrl": [URL], "bargeIn": True, "loop": 1}
INPUT: dict[str, Any] = {
    "action": "input",
    "type": ["dtmf"],
    "dtmf": {"maxDigits": 1, "timeOut": 8},
    "eventUrl": [URL],
}
CONNECT: dict[str, Any] = {
    "action": "connect",
    "from": "33180000000",
    "timeout": 20,
    "eventType": "synchronous",
    "eventUrl": [URL],
    "endpoint": [{"type": "phone", "number": "33612345678", "onAnswer": {"url": URL}}],
}
CONVERSATION: dict[str, Any] = {"action": "conversation", "name": "c-1", "endOnExit": True}
RECORD: dict[str, Any] = {"action": "record", "endOnKey": "#", "timeOut": 180, "eventUrl": [URL]}
NOTIFY: dict[str, Any] = {"action": "notify", "payload": {"leg": 1}, "eventUrl": [URL]}


def test_what_the_platform_documents_passes() -> None:
    assert_valid_ncco([TALK, STREAM, INPUT, CONNECT, CONVERSATION, NOTIFY, RECORD])
    assert_valid_ncco([{**INPUT, "type": ["speech"], "speech": {"language": "fr-FR"}}])


@pytest.mark.parametrize(
    "action",
    [
        {**INPUT, "mode": "asynchronous"},
        {**RECORD, "transcription": {}},
        {**CONVERSATION, "record": True, "transcription": {"language": "fr-FR"}},
    ],
)
def test_what_only_the_sdk_does_not_know_passes(action: dict[str, Any]) -> None:
    assert_valid_ncco([action])


@pytest.mark.parametrize(
    "ncco",
    [
        [],
        {},
        [{}],
        [{"action": "pay"}],
        [{**TALK, "bargein": True}],
        [{**TALK, "mode": "synchronous"}],
        [{**TALK, "loop": "1"}],
        [{**INPUT, "dtmf": {"maxdigits": 1}}],
        [{**CONNECT, "endpoint": [{"type": "phone", "number": "33612345678", "on": 1}]}],
        [{**RECORD, "channels": 2}],
        [{**NOTIFY, "payload": {}, "eventurl": [URL]}],
    ],
)
def test_what_the_sdk_would_change_fails(ncco: Any) -> None:
    with pytest.raises(AssertionError):
        assert_valid_ncco(ncco)


@pytest.mark.parametrize(
    "action",
    [
        {"action": "talk"},
        {**TALK, "text": "x" * 1501},
        {**INPUT, "type": ["keys"]},
        {**INPUT, "eventUrl": URL},
        {**INPUT, "dtmf": {"timeOut": 11}},
        {**STREAM, "streamUrl": URL},
        {**CONNECT, "from": "+33180000000"},
        {**CONNECT, "endpoint": [{"type": "phone", "number": "+33612345678"}]},
        {**CONNECT, "eventType": "asynchronous"},
        {**RECORD, "timeOut": 2},
        {**RECORD, "endOnKey": "##"},
        {**NOTIFY, "payload": "x"},
    ],
)
def test_what_the_sdk_refuses_fails(action: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        assert_valid_ncco([action])


def test_a_connect_needs_a_number_to_show() -> None:
    without = {field: value for field, value in CONNECT.items() if field != "from"}
    with pytest.raises(NccoActionError):
        assert_valid_ncco([without])
