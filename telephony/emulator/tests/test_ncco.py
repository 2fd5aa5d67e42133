"""What the platform refuses in an NCCO."""

from __future__ import annotations

from typing import Any

import pytest

from telephony.emulator.ncco import NccoError, check
from telephony.emulator.tests.bench import (
    LINE,
    ask,
    connect,
    notify,
    record,
    room,
    stream,
    talk,
)

ACCEPTED: list[list[dict[str, Any]]] = [
    [],
    [talk("x" * 1500)],
    [talk("<speak>" + "x" * 1500 + "</speak>", level=-1, loop=0, style=3, premium=True)],
    [talk("a", bargeIn=True), talk("b"), ask()],
    [stream(bargeIn=True), ask(), talk("c"), record()],
    [ask(timeOut=0, maxDigits=20, submitOnHash=True)],
    [{"action": "input", "type": ["dtmf", "speech"], "speech": {"endOnSilence": 0.4}}],
    [{"action": "input", "type": ["dtmf"], "mode": "asynchronous"}],
    [connect(timeout=1, limit=7200, eventType="synchronous")],
    [connect(endpoint={"onAnswer": {"url": "https://portal.test/w"}, "dtmfAnswer": "1p2"})],
    [{"action": "connect", "randomFromNumber": True, "endpoint": connect()["endpoint"]}],
    [connect(advancedMachineDetection={"behavior": "continue", "beep_timeout": 45})],
    [record(timeOut=3, endOnSilence=10, format="mp3", beepStart=True)],
    [record(split="conversation", channels=2, transcription={})],
    [room(startOnEnter=False, musicOnHoldUrl=["https://portal.test/m"], canSpeak=[])],
    [notify(), {"action": "wait", "timeout": 99999}],
    [{"action": "transfer", "conversationId": "CON-1"}],
]

REFUSED: list[Any] = [
    None,
    {"action": "talk", "text": "not an array"},
    ["talk"],
    [{"action": "Talk", "text": "a"}],
    [{"action": "pay", "amount": 1}],
    [{"text": "no action"}],
    [{"action": "talk"}],
    [talk("")],
    [talk("x" * 1501)],
    [talk(7)],  # type: ignore[arg-type]
    [talk("a", bargeIn="true")],
    [talk("a", loop=-1)],
    [talk("a", loop=True)],
    [talk("a", level=1.1)],
    [talk("a", volume=1)],
    [talk("a", bargeIn=True)],
    [talk("a", bargeIn=True), record()],
    [talk("a", bargeIn=True), stream(), ask()],
    [stream(bargeIn=True), talk("a")],
    [{"action": "stream", "streamUrl": "https://portal.test/m"}],
    [{"action": "stream", "streamUrl": ["https://portal.test/a", "https://portal.test/b"]}],
    [{"action": "stream", "streamUrl": ["/hold.mp3"]}],
    [{"action": "input"}],
    [{"action": "input", "type": "dtmf"}],
    [{"action": "input", "type": ["voice"]}],
    [ask(timeOut=11)],
    [ask(maxDigits=0)],
    [ask(maxDigits=21)],
    [ask(maxDigits="1")],
    [ask(submitOnHash="yes")],
    [ask(pause=1)],
    [{**ask(), "eventUrl": "https://portal.test/key"}],
    [{**ask(), "eventMethod": "PUT"}],
    [{**ask(), "mode": "asynchronous"}],
    [connect("+33612345601")],
    [connect("0612345601")],
    [connect(timeout=0)],
    [connect(timeout=121)],
    [connect(limit=7201)],
    [connect(eventType="asynchronous")],
    [connect(machineDetection="stop")],
    [{**connect(), "from": "33999999999"}],
    [{**connect(), "from": f"+{LINE}"}],
    [{"action": "connect", "endpoint": connect()["endpoint"]}],
    [{**connect(), "randomFromNumber": True}],
    [{**connect(), "endpoint": connect()["endpoint"] * 2}],
    [{**connect(), "endpoint": []}],
    [{**connect(), "endpoint": [{"type": "phone"}]}],
    [connect(endpoint={"onAnswer": {"ringback": "https://portal.test/r"}})],
    [record(endOnSilence=2)],
    [record(endOnKey="12")],
    [record(timeOut=2)],
    [record(timeOut=7201)],
    [record(format="flac")],
    [record(channels=33)],
    [record(eventUrl="https://portal.test/recording")],
    [{"action": "conversation"}],
    [room("")],
    [room(endOnExit="true")],
    [room(mute=True, canSpeak=["a"])],
    [room(musicOnHoldUrl="https://portal.test/m")],
    [{"action": "notify", "payload": {}}],
    [{**notify(), "payload": "text"}],
    [{"action": "wait", "timeout": "5"}],
    [talk("fine"), {"action": "shout"}],
]


@pytest.mark.parametrize("ncco", ACCEPTED)
def test_accepted(ncco: list[dict[str, Any]]) -> None:
    assert check(ncco, {LINE}) == ncco


@pytest.mark.parametrize("ncco", REFUSED)
def test_refused(ncco: Any) -> None:
    with pytest.raises(NccoError):
        check(ncco, {LINE})


def test_without_a_list_of_numbers_any_may_call() -> None:
    ncco = [{**connect(), "from": "33999999999"}]
    assert check(ncco, None) == ncco
