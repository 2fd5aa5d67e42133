"""Virtual and real time: hooks, timers, limits."""

from __future__ import annotations

import time

import pytest

from telephony.emulator import (
    Answers,
    HttpTransport,
    Ignores,
    NotReached,
    Platform,
    RealClock,
    WsgiTransport,
)
from telephony.emulator.tests.bench import (
    ANNA,
    BEN,
    CALLER,
    LINE,
    Portal,
    application,
    ask,
    bench,
    room,
    seconds,
    talk,
)


def test_hooks_run_before_each_next_event() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 700)])
    seen: list[int] = []
    b.platform.idle_hooks.append(lambda: seen.append(len(b.portal.requests)))
    b.call()
    b.platform.settle()
    assert set(seen) == set(range(len(b.portal.requests) + 1))


def test_a_hook_may_place_a_call() -> None:
    b = bench()
    b.platform.phone(ANNA).behaves(Answers())
    b.portal.on("/voice/answer", [talk("Hello")])
    todo = [ANNA]

    def work() -> None:
        if todo and b.platform.calls:
            b.dial(todo.pop())

    b.platform.idle_hooks.append(work)
    b.call()
    b.platform.settle()
    assert b.platform.phone(ANNA).said == ["Hello"]


def test_a_timer_ticks_while_time_passes() -> None:
    b = bench()
    ticks: list[float] = []
    b.platform.every(1.0, lambda: ticks.append(seconds(b.platform)))
    b.platform.advance(3.5)
    assert ticks == [1.0, 2.0, 3.0]


def test_something_at_a_moment() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 700)])
    call = b.call()
    b.platform.at(3, call.hang_up)
    b.platform.settle()
    assert seconds(b.platform) == 3


def test_a_limit_tells_what_happened() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("Hello")])
    b.call()
    with pytest.raises(NotReached, match="said: Hello"):
        b.platform.run_until(lambda: False, limit_s=60)


def test_an_exception_of_the_portal_is_a_500() -> None:
    b = bench()

    def broken(_: object) -> object:
        raise RuntimeError("broken")

    b.portal.on("/voice/answer", broken)
    b.portal.on("/voice/fallback", [talk("sorry")])
    call = b.call()
    b.platform.settle()
    assert call.said == ["sorry"]
    transport = b.platform.messenger.transport
    assert isinstance(transport, WsgiTransport)
    assert [str(error) for error in transport.errors] == ["broken"]


def test_two_minutes_of_escalation_take_milliseconds() -> None:
    b = bench()
    b.portal.on("/voice/answer", [room(startOnEnter=False)])
    b.portal.on("/key", [room(endOnExit=True)])
    b.platform.phone(ANNA).behaves(Ignores())
    b.platform.phone(BEN).behaves(Answers(presses=["1"], talks_s=60))
    started = time.process_time()
    call = b.call()
    for number in (ANNA, ANNA, BEN):
        b.dial(number, ncco=[talk("press 1", bargeIn=True), ask()], ringing_timer=20)
        b.platform.advance(21)
    b.platform.settle()
    assert call.ended
    assert seconds(b.platform) > 100
    assert time.process_time() - started < 1


def test_real_time() -> None:
    portal = Portal()
    platform = Platform(application(), clock=RealClock(), transport=WsgiTransport(portal))
    portal.on("/voice/answer", [{"action": "wait", "timeout": 0.3}])
    platform.start()
    call = platform.inbound_call(CALLER, LINE)
    platform.run_until(lambda: call.ended, limit_s=5)
    platform.settle(limit_s=5)
    platform.stop()
    assert call.answered_at
    assert call.ended_at
    assert 0.25 < (call.ended_at - call.answered_at).total_seconds() < 4
    assert portal.statuses() == ["started", "ringing", "answered", "completed"]


def test_a_portal_that_is_not_there() -> None:
    platform = Platform(
        application(
            answer_url="http://127.0.0.1:9/answer",
            event_url="http://127.0.0.1:9/event",
            fallback_url=None,
        ),
        clock=RealClock(),
        transport=HttpTransport(),
    )
    platform.start()
    call = platform.inbound_call(CALLER, LINE)
    platform.settle(limit_s=5)
    platform.stop()
    assert call.ended
    assert {sent.result for sent in platform.webhooks} == {"Connection closed."}


def test_what_is_remembered_may_be_bounded() -> None:
    platform = Platform(
        application(), clock=bench().platform.clock, transport=WsgiTransport(Portal()), history=3
    )
    platform.inbound_call(CALLER, LINE)
    platform.settle()
    assert len(platform.webhooks) == 3
