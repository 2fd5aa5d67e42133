"""What is to be put right about a person, from facts alone."""

from __future__ import annotations

import pytest

from oncall_portal.lib.dialling import NotDialled
from scheduling.enums import PersonWarning as W
from scheduling.people_warnings import NumberFacts, PersonFacts, Warned, warnings

GOOD = NumberFacts("+33612345678")


def codes(facts: PersonFacts) -> list[W]:
    return [each.code for each in warnings(facts)]


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    assert warnings(PersonFacts(numbers=(GOOD,))) == ()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (PersonFacts(), [W.NO_NUMBER]),
        (PersonFacts(numbers=(NumberFacts("+331", enabled=False),)), [W.NO_USABLE_NUMBER]),
        (PersonFacts(numbers=(GOOD,), has_email=False), [W.NO_EMAIL]),
        (
            PersonFacts(numbers=(NumberFacts("+331", valid=False),)),
            [W.NO_USABLE_NUMBER, W.INVALID_NUMBER],
        ),
        (
            PersonFacts(numbers=(NumberFacts("+1", refused=NotDialled.COUNTRY), GOOD)),
            [W.COUNTRY_NOT_ALLOWED],
        ),
        (
            PersonFacts(numbers=(NumberFacts("+33899", refused=NotDialled.SPECIAL),)),
            [W.NO_USABLE_NUMBER, W.SPECIAL_NUMBER],
        ),
        (PersonFacts(active=False, has_email=False), []),
    ],
)
def test_each_is_told(facts: PersonFacts, expected: list[W]) -> None:
    assert codes(facts) == expected


def test_a_number_out_of_use_needs_no_test() -> None:
    idle = NumberFacts("+33612345679", enabled=False, verified=False)
    assert warnings(PersonFacts(numbers=(GOOD, idle))) == ()


def test_numbers_to_be_verified_and_names_alike_are_told_together() -> None:
    one, two = (NumberFacts(f"+3361234567{n}", verified=False) for n in (1, 2))
    facts = PersonFacts(numbers=(one, two), near=("Bruno", "Chloé"))
    assert warnings(facts) == (
        Warned(W.NOT_VERIFIED, (one.number, two.number)),
        Warned(W.NEAR_COLOUR, ("Bruno", "Chloé")),
    )


def test_the_worst_come_first() -> None:
    facts = PersonFacts(has_email=False, near=("Bruno",))
    assert [each.severe for each in warnings(facts)] == [True, False, False]
