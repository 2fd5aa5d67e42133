"""Calls that we place: how telephones answer them, and how rooms bring parties together."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from telephony.emulator import (
    Answers,
    Behaviour,
    Busy,
    HangsUp,
    Ignores,
    Invalid,
    Machine,
    Manual,
    Rejects,
    Switches,
    Unreachable,
)
from telephony.emulator.recordings import tone
from telephony.emulator.tests.bench import (
    ANNA,
    BEN,
    CALLER,
    START,
    Bench,
    ask,
    bench,
    record,
    room,
    talk,
)

AFTER_RINGING = timedelta(seconds=0.2)


def test_a_person_answers_and_presses() -> None:
    b = bench()
    b.portal.on("/key", [talk("thank you")])
    b.platform.phone(ANNA).behaves(Answers(after_s=4, presses=["1"]))
    uuid = b.dial(ncco=[talk("x" * 70, bargeIn=True), ask()])
    b.platform.settle()
    phone = b.platform.phone(ANNA)
    assert [str(heard) for heard in phone.heard] == [
        "said: " + "x" * 70 + " (en-US)",
        "said: thank you (en-US)",
    ]
    assert phone.rang[0].answered_at == START + AFTER_RINGING + timedelta(seconds=4)
    assert phone.heard[0].until == phone.heard[0].at + timedelta(seconds=2)
    assert b.portal.statuses(uuid) == ["started", "ringing", "answered", "completed"]


@pytest.mark.parametrize(
    ("behaviour", "statuses"),
    [
        (Busy(), ["busy", "completed"]),
        (Rejects(), ["rejected"]),
        (Unreachable(), ["unanswered", "completed"]),
        (Invalid(), ["rejected"]),
        (Ignores(), ["timeout", "completed"]),
    ],
)
def test_a_telephone_that_is_not_answered(behaviour: Behaviour, statuses: list[str]) -> None:
    b = bench()
    b.platform.phone(ANNA).behaves(behaviour)
    uuid = b.dial(ringing_timer=20)
    b.platform.settle()
    assert b.portal.statuses(uuid) == ["started", "ringing", *statuses]
    assert b.request("GET", f"/v1/calls/{uuid}")[1]["status"] == statuses[0]


def test_details_of_failures() -> None:
    b = bench()
    b.platform.phone(ANNA).behaves(Invalid(), Unreachable(), Busy())
    for _ in range(3):
        b.dial()
        b.platform.settle()
    events = [r.json for r in b.portal.got("/voice/event")]
    found = [(e["status"], e.get("detail"), e.get("sip_code")) for e in events]
    assert ("rejected", "invalid_number", 603) in found
    assert ("unanswered", "unavailable", 480) in found
    assert ("busy", None, 486) in found


def test_first_busy_then_an_answer() -> None:
    b = bench()
    b.platform.phone(ANNA).behaves(Busy(), Answers())
    first, second = b.dial(), b.dial()
    b.platform.settle()
    assert "busy" in b.portal.statuses(first)
    assert "answered" in b.portal.statuses(second)


def test_a_telephone_in_use_is_busy() -> None:
    b = bench()
    b.platform.phone(ANNA).behaves(Answers(after_s=1))
    b.dial(ncco=[talk("x" * 700)])
    b.platform.advance(3)
    second = b.dial()
    b.platform.settle()
    assert "busy" in b.portal.statuses(second)


def test_a_machine_answers_but_never_presses() -> None:
    b = bench()
    b.platform.phone(ANNA).behaves(Machine(after_s=15))
    uuid = b.dial(ncco=[talk("hello", bargeIn=True), ask()], machine_detection="continue")
    b.platform.settle()
    assert b.portal.got("/key")[0].json["dtmf"]["digits"] == ""
    machine = [r.json for r in b.portal.got("/voice/event") if r.json["status"] == "machine"]
    assert [event["call_uuid"] for event in machine] == [uuid]
    assert "uuid" not in machine[0]


def test_a_machine_can_be_hung_up_on() -> None:
    b = bench()
    b.platform.phone(ANNA).behaves(Machine(after_s=5))
    b.dial(ncco=[talk("x" * 1400)], machine_detection="hangup")
    b.platform.settle()
    assert b.platform.phone(ANNA).rang[0].ended_at == START + AFTER_RINGING + timedelta(seconds=8)


def test_somebody_hangs_up_at_the_instant_of_the_key() -> None:
    b = bench()
    b.portal.on("/key", [room()])
    b.platform.phone(ANNA).behaves(HangsUp(press="1", after_s=0))
    uuid = b.dial(ncco=[talk("hello", bargeIn=True), ask()])
    b.platform.settle()
    assert b.portal.got("/key")[0].json["dtmf"]["digits"] == "1"
    assert b.portal.statuses(uuid)[-1] == "completed"
    assert b.platform.connections == []


def test_a_manual_telephone_does_what_the_test_says() -> None:
    b = bench()
    phone = b.platform.phone(ANNA).behaves(Manual())
    b.dial(ncco=[ask()])
    b.platform.run_until(lambda: phone.ringing)
    phone.answer()
    b.platform.advance(1)
    assert phone.press("7")
    b.platform.advance(1)
    assert b.portal.got("/key")[0].json["dtmf"]["digits"] == "7"


def meet(b: Bench, **member: Any) -> Any:
    """A caller waits in a room until Anna takes the call."""
    music = ["https://portal.test/hold.wav"]
    b.portal.on("/voice/answer", [room(startOnEnter=False, musicOnHoldUrl=music), talk("after")])
    b.portal.on("/hold.wav", tone(10, 10))
    b.platform.phone(ANNA).behaves(Answers(after_s=4, talks_s=30))
    call = b.call()
    b.platform.advance(1)
    b.dial(ncco=[room(**member)])
    b.platform.run_until(lambda: b.platform.connected(CALLER, ANNA))
    return call


def test_two_meet_in_a_room() -> None:
    b = bench()
    call = meet(b, endOnExit=True)
    b.platform.settle()
    (connection,) = b.platform.connections
    assert (connection.end - connection.start).total_seconds() == 30  # type: ignore[operator]
    assert [str(h) for h in call.heard] == [
        "music: https://portal.test/hold.wav",
        f"voice: {ANNA}",
    ]
    assert call.heard[0].until == connection.start
    assert [str(h) for h in b.platform.phone(ANNA).heard] == [f"voice: {CALLER}"]


@pytest.mark.parametrize("goes_on", [False, True])
def test_the_end_of_a_room(goes_on: bool) -> None:
    b = bench(Switches(conversation_end_continues_ncco=goes_on))
    call = meet(b, endOnExit=True)
    b.platform.settle()
    assert call.said == (["after"] if goes_on else [])
    assert call.disconnected_by == "platform"


def test_without_an_end_the_other_stays_in_silence() -> None:
    b = bench()
    call = meet(b)
    b.platform.advance(60)
    assert not call.ended
    assert call.heard[-1].kind == "silence"


def test_joining_a_room_is_a_transfer_event() -> None:
    b = bench()
    call = meet(b)
    b.platform.advance(1)
    transfers = [w.payload for w in b.platform.webhooks if w.kind == "transfer"]
    assert [event["type"] for event in transfers] == ["transfer", "transfer"]
    assert transfers[0]["uuid"] == call.uuid
    assert transfers[0]["conversation_uuid_to"] == transfers[1]["conversation_uuid_to"]
    assert (
        b.request("GET", f"/v1/calls/{call.uuid}")[1]["conversation_uuid"]
        == (transfers[0]["conversation_uuid_to"])
    )


def test_a_room_is_recorded_from_when_it_starts() -> None:
    b = bench()
    meet(b, endOnExit=True, record=True, eventUrl=["https://portal.test/recording"])
    b.platform.settle()
    assert [recording.seconds for recording in b.platform.recordings] == [30]
    assert len(b.portal.got("/recording")) == 1


def test_muted_parties_do_not_count_as_connected() -> None:
    b = bench()
    call = meet(b)
    assert b.request("PUT", f"/v1/calls/{call.uuid}", {"action": "mute"})[0] == 204
    assert not b.platform.connected(CALLER, ANNA)


def test_a_transfer_replaces_what_a_leg_does() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 1400)])
    call = b.call()
    b.platform.advance(5)
    assert b.transfer(call.uuid, ncco=[talk("elsewhere")]) == 204
    b.platform.settle()
    assert call.said[1:] == ["elsewhere"]


def test_a_transfer_by_url_is_fetched_by_get() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 1400)])
    b.portal.on("/there", [talk("elsewhere")])
    call = b.call()
    b.platform.advance(5)
    assert b.transfer(call.uuid, url=["https://portal.test/there?token=7"]) == 204
    b.platform.settle()
    (request,) = b.portal.got("/there")
    assert request.method == "GET"
    assert request.query.startswith("token=7&")
    assert call.said[1:] == ["elsewhere"]


def test_a_transfer_during_a_message_keeps_the_message() -> None:
    b = bench()
    b.portal.on("/voice/answer", [record()])
    call = b.call(speaks_s=30)
    b.platform.advance(5)
    b.transfer(call.uuid, ncco=[talk("elsewhere")])
    b.platform.settle()
    assert len(b.portal.got("/recording")) == 1
    assert call.said == ["elsewhere"]


def test_two_press_at_the_same_instant() -> None:
    b = bench()
    b.platform.concurrent = True
    inside: list[str] = []
    most: list[int] = []

    def key(request: Any) -> Any:
        inside.append(request.json["uuid"])
        for _ in range(200):
            if len(inside) == 2:
                break
            pause.wait(0.01)
        most.append(len(inside))
        return 204

    pause = threading.Event()
    b.portal.on("/key", key)
    for number in (ANNA, BEN):
        b.platform.phone(number).behaves(Answers(after_s=4, presses=["1"]))
        b.dial(number, ncco=[ask()])
    b.platform.settle()
    assert most == [2, 2]
