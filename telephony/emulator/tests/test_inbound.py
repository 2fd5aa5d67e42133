"""An inbound call: what it hears, what it presses, what is recorded, what the portal is told."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import jwt

from telephony.emulator.recordings import tone
from telephony.emulator.tests.bench import (
    APPLICATION_ID,
    CALLER,
    LINE,
    SECRET,
    START,
    ask,
    bench,
    notify,
    record,
    seconds,
    stream,
    talk,
)


def test_a_call_hears_what_the_answer_says_and_ends() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("Bonjour", language="fr-FR")])
    call = b.call()
    b.platform.settle()
    assert [str(heard) for heard in call.heard] == ["said: Bonjour (fr-FR)"]
    assert (call.state, call.disconnected_by) == ("completed", "platform")
    assert b.portal.statuses() == ["started", "ringing", "answered", "completed"]


def test_the_answer_webhook_is_what_the_platform_sends() -> None:
    b = bench()
    call = b.call()
    b.platform.settle()
    (request,) = b.portal.got("/voice/answer")[:1]
    assert request.method == "POST"
    assert request.json == {
        "from": CALLER,
        "to": LINE,
        "uuid": call.uuid,
        "conversation_uuid": call.leg.conversation_uuid,
        "endpoint_type": "phone",
        "region_url": b.platform.api_url,
    }
    assert len(call.uuid) == 32
    assert call.leg.conversation_uuid.startswith("CON-")


def test_every_webhook_is_signed_over_its_body() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("Hello")])
    b.call()
    b.platform.settle()
    for request in b.portal.requests:
        scheme, token = request.headers["HTTP_AUTHORIZATION"].split(" ")
        assert (scheme, jwt.get_unverified_header(token)["alg"]) == ("Bearer", "HS256")
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
        assert claims.keys() == {
            "iat", "jti", "iss", "payload_hash", "api_key", "application_id",
        }  # fmt: skip
        assert claims["payload_hash"] == hashlib.sha256(request.body).hexdigest()
        assert (claims["iss"], claims["application_id"]) == ("Vonage", APPLICATION_ID)


def test_the_last_event_tells_how_long_it_was() -> None:
    b = bench()
    b.portal.on("/voice/answer", [{"action": "wait", "timeout": 7}])
    b.call()
    b.platform.settle()
    last = b.portal.got("/voice/event")[-1].json
    assert last["duration"] == "7"
    assert last["start_time"] == "2026-03-02T09:00:00.000Z"
    assert last["end_time"] == "2026-03-02T09:00:07.000Z"
    assert last["disconnected_by"] == "platform"


def test_a_key_interrupts_the_prompt_and_its_answer_replaces_the_rest() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 140, bargeIn=True), ask(), talk("never")])
    b.portal.on("/key", [talk("thank you")])
    call = b.call(presses=[(4, "1")])
    b.platform.settle()
    assert call.said == ["x" * 140, "thank you"]
    assert call.heard[0].until == START + timedelta(seconds=4)
    event = b.portal.got("/key")[0].json
    assert event["dtmf"] == {"digits": "1", "timed_out": True}
    assert event["speech"] == {"error": "Speech was not enabled"}
    assert "status" not in event


def test_a_key_that_nobody_listens_to_is_lost() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 140), ask(timeOut=3), talk("bye")])
    call = b.call(presses=[(4, "1")])
    b.platform.settle()
    assert b.portal.got("/key")[0].json["dtmf"]["digits"] == ""
    assert call.said[-1] == "bye"
    assert seconds(b.platform) == 14


def test_several_digits_are_submitted_by_the_hash() -> None:
    b = bench()
    b.portal.on("/voice/answer", [ask(maxDigits=5, submitOnHash=True)])
    b.call(presses=[(1, "4"), (2, "2"), (3, "#")])
    b.platform.settle()
    assert b.portal.got("/key")[0].json["dtmf"]["digits"] == "42"
    assert seconds(b.platform) == 3


def test_music_lasts_as_long_as_the_file() -> None:
    b = bench()
    b.portal.on("/hold.wav", tone(12, 12))
    b.portal.on("/voice/answer", [stream(), talk("and on")])
    call = b.call()
    b.platform.settle()
    assert [heard.kind for heard in call.heard] == ["music", "said"]
    assert call.heard[1].at == START + timedelta(seconds=12)
    assert [request.method for request in b.portal.got("/hold.wav")] == ["GET"]


def test_music_that_cannot_be_had_is_passed_over() -> None:
    b = bench()
    b.portal.on("/hold.wav", 404)
    b.portal.on("/voice/answer", [stream(), talk("and on")])
    call = b.call()
    b.platform.settle()
    assert [str(heard) for heard in call.heard] == ["said: and on (en-US)"]


def test_a_message_ends_when_the_caller_hangs_up() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 28), record(beepStart=True), talk("never")])
    call = b.call(speaks_s=9)
    b.platform.settle()
    (recording,) = call.recordings
    assert recording.seconds == 9
    assert [heard.kind for heard in call.heard] == ["said", "beep"]
    assert call.disconnected_by == "user"
    event = b.portal.got("/recording")[0].json
    assert event["recording_uuid"] == recording.uuid
    assert event["recording_url"].endswith(f"/v1/files/{recording.file_id}")
    assert event["size"] == len(recording.wav())
    assert (event["start_time"], event["end_time"]) == (
        "2026-03-02T09:00:02Z",
        "2026-03-02T09:00:11Z",
    )
    assert {"uuid", "status"}.isdisjoint(event)


def test_a_message_ends_by_key_and_the_call_goes_on() -> None:
    b = bench()
    b.portal.on("/voice/answer", [record(), talk("thank you")])
    call = b.call(speaks_s=6, ends_message_with="#")
    b.platform.settle()
    assert call.said == ["thank you"]
    assert call.recordings[0].seconds == 6


def test_a_message_ends_by_silence() -> None:
    b = bench()
    b.portal.on("/voice/answer", [{"action": "record", "endOnSilence": 4}, talk("thank you")])
    call = b.call(speaks_s=6, ends_message_with=None)
    b.platform.settle()
    assert call.recordings[0].seconds == 10
    assert call.said == ["thank you"]


def test_a_recording_without_an_end_runs_beside_the_rest() -> None:
    b = bench()
    b.portal.on("/voice/answer", [{"action": "record"}, talk("x" * 42)])
    call = b.call()
    b.platform.settle()
    assert call.recordings[0].seconds == 3


def test_a_notify_without_an_answer_goes_on() -> None:
    b = bench()
    b.portal.on("/voice/answer", [notify(), talk("and on")])
    call = b.call()
    b.platform.settle()
    assert b.portal.got("/notify")[0].json["payload"] == {"step": 1}
    assert call.said == ["and on"]


def test_a_notify_may_replace_the_rest() -> None:
    b = bench()
    b.portal.on("/voice/answer", [notify(), talk("never")])
    b.portal.on("/notify", [talk("instead")])
    call = b.call()
    b.platform.settle()
    assert call.said == ["instead"]


def test_a_withheld_number_is_anonymous() -> None:
    b = bench()
    b.platform.inbound_call("anonymous", LINE)
    b.platform.settle()
    assert b.portal.got("/voice/answer")[0].json["from"] == "anonymous"
