"""What a call meets first, and which of several reasons goes before the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.entry import ArrivalFacts, Door, door
from telephony.enums import Behaviour


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (None, Door.ON_CALL),
        (Behaviour.ON_CALL, Door.ON_CALL),
        (Behaviour.SMART_VOICEMAIL, Door.MENU),
        (Behaviour.TRANSFER, Door.TRANSFER),
        (Behaviour.TRANSFER_THEN_VOICEMAIL, Door.TRANSFER_THEN_MENU),
    ],
)
def test_an_open_number_does_what_it_is_set_to(behaviour: Behaviour | None, expected: Door) -> None:
    assert door(ArrivalFacts(behaviour)) is expected


def test_the_first_reason_that_holds_decides() -> None:
    facts = ArrivalFacts(
        Behaviour.TRANSFER,
        from_own_number=True,
        blocked=True,
        live_calls=1,
        max_calls=1,
        diverted=True,
        is_open=False,
    )
    met = [door(facts)]
    for left in (
        {"from_own_number": False},
        {"blocked": False},
        {"max_calls": None},
        {"diverted": False},
        {"is_open": True},
    ):
        facts = replace(facts, **left)
        met.append(door(facts))
    assert met == [
        Door.OWN_NUMBER,
        Door.BLOCKED,
        Door.LINE_FULL,
        Door.DIVERTED,
        Door.CLOSED,
        Door.TRANSFER,
    ]


@pytest.mark.parametrize(
    ("live", "most", "expected"),
    [
        (0, 1, Door.ON_CALL),
        (1, 1, Door.LINE_FULL),
        (2, 1, Door.LINE_FULL),
        (99, None, Door.ON_CALL),
    ],
)
def test_a_line_is_full_from_its_last_call_on(live: int, most: int | None, expected: Door) -> None:
    facts = ArrivalFacts(Behaviour.ON_CALL, live_calls=live, max_calls=most)
    assert door(facts) is expected
