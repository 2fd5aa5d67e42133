"""What became of offers, and whom it concerns."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling import offer_changes
from scheduling.offer_changes import Offer, OfferNews
from scheduling.tests.facts import at
from scheduling.types import Change, Period

ALICE, BOB, CHARLIE, DAN = 1, 2, 3, 4
SHIFT = {"starts_at": at(8).isoformat(), "ends_at": at(18).isoformat(), "level": 2}


def offer(state: str, **values: Any) -> dict[str, Any]:
    """Return an offer by Alice to Bob and Charlie."""
    return {
        "shift": 7,
        "starts_at": None,
        "ends_at": None,
        "offered_to": [BOB, CHARLIE],
        "requested_by": ALICE,
        "accepted_by": None,
        "who": "Alice",
        "state": state,
        **values,
    }


def change(before: Any, after: Any) -> Change:
    return Change("swap", 5, before, after)


OPEN, WITHDRAWN = offer("open"), offer("withdrawn")
ACCEPTED = offer("accepted", accepted_by=BOB)
MADE = Offer(5, ALICE, "Alice", 7)


@pytest.mark.parametrize("after", [WITHDRAWN, None])
def test_a_withdrawn_offer_is_gone_for_those_asked_and_told_to_its_author(after: Any) -> None:
    done = [change(OPEN, after)]
    assert offer_changes.people(done) == {ALICE, BOB, CHARLIE}
    assert offer_changes.news(done, BOB) == OfferNews(gone=(MADE,))
    assert offer_changes.news(done, ALICE) == OfferNews(own=(MADE,))
    assert offer_changes.news(done, DAN) == OfferNews()


def test_one_that_somebody_accepted_is_gone_for_the_others_alone() -> None:
    done = [change(OPEN, ACCEPTED)]
    assert [offer_changes.news(done, who) for who in (ALICE, BOB, CHARLIE)] == [
        OfferNews(),
        OfferNews(),
        OfferNews(gone=(MADE,)),
    ]


def test_one_that_is_open_once_more_is_told_as_such() -> None:
    done = [change(ACCEPTED, OPEN)]
    assert offer_changes.news(done, CHARLIE) == OfferNews(again=(MADE,))
    assert offer_changes.news(done, ALICE) == OfferNews()


def test_what_was_taken_back_meanwhile_is_nothing() -> None:
    moved = change(OPEN, {**OPEN, "version": 2})
    assert offer_changes.people([moved]) == set()
    assert offer_changes.news([change(OPEN, WITHDRAWN), change(WITHDRAWN, OPEN)], BOB) == (
        OfferNews()
    )


def test_an_offer_is_told_as_it_was_made() -> None:
    moved = Change("shift", 7, SHIFT, {**SHIFT, "level": 3})
    part = {"starts_at": at(10).isoformat(), "ends_at": at(12).isoformat()}
    whole = offer_changes.news([moved, change(OPEN, None)], BOB)
    some = offer_changes.news([moved, change({**OPEN, **part}, None)], BOB)
    assert whole.gone == (Offer(5, ALICE, "Alice", 7, Period(at(8), at(18)), 2),)
    assert some.gone == (Offer(5, ALICE, "Alice", 7, Period(at(10), at(12)), 2),)
