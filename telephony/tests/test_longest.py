"""What makes a caller wait longest, phone by phone."""

from __future__ import annotations

from telephony import longest, timing
from telephony.longest import HARD_STOP, Part
from telephony.tests.builders import cascade, plan, team
from telephony.types import Stage

PHONE = 20 + 5 + 2 * (timing.WHISPER_SECONDS + 8)


def test_every_phone_of_a_cascade_counts() -> None:
    assert longest.slowest(plan(cascade("Alice", "Bob"))) == (
        Part("Alice", "level", PHONE),
        Part("Bob", "level", PHONE),
    )


def test_of_phones_side_by_side_the_cascade_that_takes_longest_counts() -> None:
    side_by_side = Stage((*team("Alice").lanes, *cascade("Bob", "Bo").lanes), "level")
    names = [part.name for part in longest.slowest(plan(side_by_side))]
    assert names == ["Bob", "Bo"]


def test_the_hard_stop_ends_a_ring_and_leaves_others_no_time() -> None:
    path = (Part("Alice", "level", 40), Part("Bob", "level", 40), Part("Sam", "staff", 40))
    assert longest.cut(path, 60) == (
        Part("Alice", "level", 40),
        Part("Bob", "level", 20),
        Part("Sam", HARD_STOP, 0),
    )
    assert longest.seconds(longest.cut(path, 60)) == 60
    assert longest.cut(path, 120) == path


def test_no_second_is_left_for_who_would_ring_at_the_hard_stop() -> None:
    path = (Part("Alice", "level", 40), Part("Bob", "level", 40))
    cuts = [longest.cut(path, seconds)[1] for seconds in (40, 41)]
    assert cuts == [Part("Bob", HARD_STOP, 0), Part("Bob", "level", 1)]
