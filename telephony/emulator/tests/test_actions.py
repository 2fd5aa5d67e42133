"""The rarer actions: wait, transfer, asynchronous input, recordings by switch, endless prompts."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest

from telephony.emulator import Switches
from telephony.emulator.recordings import audio_seconds, tone
from telephony.emulator.tests.bench import ask, bench, record, room, seconds, talk
from telephony.tests.sounds import encoded


@pytest.mark.parametrize(("given", "taken"), [(5, 5), (0, 0.1), (None, 10)])
def test_a_wait(given: Any, taken: float) -> None:
    b = bench()
    action = {"action": "wait"} if given is None else {"action": "wait", "timeout": given}
    b.portal.on("/voice/answer", [action])
    call = b.call()
    b.platform.settle()
    assert [heard.kind for heard in call.heard] == ["silence"]
    assert seconds(b.platform) == taken


def test_an_asynchronous_input_tells_each_key_while_the_rest_runs() -> None:
    b = bench()
    keys = {k: v for k, v in ask().items() if k != "dtmf"}
    b.portal.on("/voice/answer", [{**keys, "mode": "asynchronous"}, talk("x" * 70)])
    call = b.call(presses=[(1, "4"), (2, "2")])
    b.platform.settle()
    assert [request.json["dtmf"]["digits"] for request in b.portal.got("/key")] == ["4", "2"]
    assert seconds(b.platform) == 5
    assert len(call.said) == 1


def test_speech_is_awaited_in_vain() -> None:
    b = bench()
    speech = {"action": "input", "type": ["speech"], "eventUrl": ["https://portal.test/key"]}
    b.portal.on("/voice/answer", [speech])
    b.call()
    b.platform.settle()
    assert b.portal.got("/key")[0].json["speech"] == {"timeout_reason": "start_timeout"}


def test_an_endless_prompt_ends_by_a_key() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("again", loop=0, bargeIn=True), ask()])
    b.call(presses=[(90, "1")])
    b.platform.settle()
    assert seconds(b.platform) == 90


def test_a_key_skips_the_prompts_that_follow() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 70, bargeIn=True), talk("next"), ask()])
    call = b.call(presses=[(1, "1")])
    b.platform.settle()
    assert len(call.said) == 1


def test_a_transfer_action_moves_into_an_existing_conversation() -> None:
    b = bench()
    b.portal.on("/voice/answer", [room("one")])
    first = b.call()
    b.platform.advance(1)
    target = first.leg.conversation_uuid
    b.portal.on("/voice/answer", [{"action": "transfer", "conversationId": target}])
    b.platform.inbound_call("33688888888", "33180000000")
    b.platform.advance(1)
    assert b.platform.connected("33688888888", first.number)


@pytest.mark.parametrize("is_sync", [True, False])
def test_a_recording_with_only_a_time_out(is_sync: bool) -> None:
    b = bench(Switches(record_time_out_is_synchronous=is_sync))
    b.portal.on("/voice/answer", [{"action": "record", "timeOut": 20}, talk("x" * 70)])
    call = b.call(speaks_s=0, ends_message_with=None)
    b.platform.settle()
    assert seconds(b.platform) == (25 if is_sync else 6)
    assert call.recordings[0].seconds == (20 if is_sync else 5)


def test_an_asynchronous_recording_stops_at_its_time_out() -> None:
    b = bench(Switches(record_time_out_is_synchronous=False))
    b.portal.on("/voice/answer", [{"action": "record", "timeOut": 3}, talk("x" * 140)])
    call = b.call()
    b.platform.settle()
    assert [recording.seconds for recording in call.recordings] == [3]


def test_other_keys_do_not_end_a_message() -> None:
    b = bench()
    b.portal.on("/voice/answer", [record(endOnKey="#")])
    call = b.call(presses=[(2, "5"), (4, "#")], ends_message_with=None)
    b.platform.settle()
    assert call.recordings[0].seconds == 4


def test_a_tone_is_as_long_as_it_says() -> None:
    with wave.open(io.BytesIO(tone(2.5, 1))) as file:
        assert (file.getnframes(), file.getsampwidth(), file.getnchannels()) == (20000, 2, 1)
        frames = file.readframes(20000)
    assert any(frames[:16000])
    assert not any(frames[16000:])


@pytest.mark.parametrize(
    ("content", "length"),
    [
        (tone(3, 3), 3.0),
        (encoded("MP3", seconds=2.5, rate=16_000), 2.5),
        (b"RIFF", 15.0),
        (b"OggS", 15.0),
    ],
)
def test_the_length_of_audio(content: bytes, length: float) -> None:
    assert audio_seconds(content, 15.0) == length
