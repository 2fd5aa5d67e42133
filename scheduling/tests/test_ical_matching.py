"""Whom the events of somebody's calendar seem to mean."""

from __future__ import annotations

import pytest

from scheduling.ical.matching import Known, guesses, is_told_by_people, named, text_of
from scheduling.tests.facts import ALICE, BOB, CHARLIE, RECEPTION, at
from scheduling.types import CalendarEvent, Party, Period, Who

KNOWN = (
    Known(ALICE, ("Amélie Martin",), "amelie@example.org"),
    Known(BOB, ("Bruno Petit",), "bruno@example.org"),
    Known(CHARLIE, ("Chloé Petit",)),
    Known(RECEPTION, ("Reception desk", "Accueil")),
)


def event(title: str, *people: Party) -> CalendarEvent:
    return CalendarEvent("1", Period(at(8), at(9)), title, people)


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("Amélie Martin", ALICE),
        ("On call: AMELIE MARTIN (level 1)", ALICE),
        ("Martin, Amélie", ALICE),
        ("Amélie", ALICE),
        ("bruno@example.org", BOB),
        ("accueil", RECEPTION),
        ("Petit", None),
        ("Amélie Martin & Bruno Petit", None),
        ("Dentist", None),
        ("", None),
    ],
)
def test_a_name_or_the_only_part_of_one_means_somebody(title: str, who: Who | None) -> None:
    assert [each.guess for each in named([event(title)], False, KNOWN)] == [who]


def test_a_whole_name_means_more_than_the_part_of_another() -> None:
    people = (Known(ALICE, ("Martin",)), Known(BOB, ("Bruno Martin",)))
    assert [each.guess for each in named([event("Martin")], False, people)] == [ALICE]


def test_an_e_mail_beside_a_title_means_somebody() -> None:
    found = named([event("Night", Party("", "bruno@example.org"))], False, KNOWN)
    assert guesses(found) == {"Night": BOB}


def test_titles_are_counted_in_the_order_in_which_they_come() -> None:
    found = named([event("B"), event("A"), event("B")], False, KNOWN)
    assert [(each.text, each.events) for each in found] == [("B", 2), ("A", 1)]


def test_where_all_titles_are_the_same_those_invited_tell_them_apart() -> None:
    events = [event("On call", Party("Bruno Petit", "b@x")), event("On call", Party("", "a@x"))]
    assert is_told_by_people(events)
    assert not is_told_by_people([*events, event("Night")])
    assert not is_told_by_people([event("On call"), event("On call")])
    assert [text_of(each, True) for each in events] == ["Bruno Petit", "a@x"]
