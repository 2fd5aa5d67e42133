"""Whoever a letter told at once that their shift is taken over hears of it once."""

from __future__ import annotations

import pytest

from oncall_portal.outbox.models import OutgoingMessage
from scheduling import services
from scheduling.models import DutyNotice, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.noticing import EVENING, GONE, MORNING, NEW, create, offer, told
from scheduling.tests.rotas import at_time

pytestmark = pytest.mark.django_db
BOB_NEW = "bob@example.org You are now on call for “Paris”:"
BOB_MORNING = "bob@example.org - Mon 4 Jan, 09:00 → 11:00, level 1"


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice", email="alice@example.org")


@pytest.fixture
def bob() -> Staff:
    return build.staff("Bob", email="bob@example.org")


@pytest.fixture
def shift(rota: Schedule, alice: Staff) -> Shift:
    return build.shift(rota, alice, at(8), at(10))


def taken(shift: Shift, by: Staff) -> None:
    """Let somebody take a shift over at midnight."""
    with at_time(at(0)):
        services.take_over(shift.pk, at(0), by, anywhere=True)


def letters(to: Staff) -> list[str]:
    return list(OutgoingMessage.objects.filter(to=to.email).values_list("subject", flat=True))


def test_who_had_what_was_taken_over_has_the_letter_and_no_notice(
    shift: Shift, alice: Staff, bob: Staff
) -> None:
    taken(shift, bob)
    assert letters(alice) == ["Bob takes over: Mon 4 Jan, 09:00 → 11:00"]
    assert told(at(1)) == [BOB_NEW, BOB_MORNING]
    assert not DutyNotice.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize("exchange", [False, True])
def test_who_made_an_accepted_offer_has_the_letter_and_no_notice(
    rota: Schedule, shift: Shift, alice: Staff, bob: Staff, exchange: bool
) -> None:
    his = build.shift(rota, bob, at(18), at(20))
    values = {"shift": shift, "offered_to": [bob], "in_return_for": his if exchange else None}
    row = services.offer_swap(values, at(0))
    with at_time(at(0)):
        services.accept_swap(row.pk, None, at(0), bob)
    found = told(at(1))
    assert found[:2] == [BOB_NEW, BOB_MORNING]
    assert not [line for line in found if line.startswith(str(alice.email))]
    assert letters(alice) == ["Bob takes over: Mon 4 Jan, 09:00 → 11:00"]


def test_who_gets_a_shift_is_told_though_an_offer_of_their_own_is_withdrawn_by_it(
    rota: Schedule, shift: Shift, alice: Staff, bob: Staff
) -> None:
    his = build.shift(rota, bob, at(18), at(20))
    services.offer_swap({"shift": his, "offered_to": [alice], "in_return_for": shift}, at(0))
    row = offer(shift, bob)
    with at_time(at(0)):
        services.accept_swap(row, None, at(0), bob)
    assert [line for line in told(at(1)) if line.startswith("bob")][:2] == [BOB_NEW, BOB_MORNING]


def test_whoever_takes_their_own_shift_back_is_told_and_who_stood_in_is_not_twice(
    shift: Shift, alice: Staff, bob: Staff
) -> None:
    taken(shift, bob)
    told(at(1))
    taken(shift, alice)
    assert letters(bob)[1:] == ["Alice takes over: Mon 4 Jan, 09:00 → 11:00"]
    assert told(at(2)) == [NEW, MORNING]


def test_what_changed_besides_is_told_alone(
    rota: Schedule, shift: Shift, alice: Staff, bob: Staff
) -> None:
    taken(shift, bob)
    create(rota, alice, 18, 20)
    assert [line for line in told(at(1)) if line.startswith("alice")] == [NEW, EVENING]


def test_what_a_letter_took_from_somebody_is_told_when_it_comes_back_at_once(
    rota: Schedule, shift: Shift, alice: Staff, bob: Staff
) -> None:
    taken(shift, bob)
    with at_time(at(0)):
        services.undo(rota.pk)
    assert told(at(1)) == [NEW, MORNING]


def test_an_undone_swap_is_told_though_its_letter_said_otherwise(
    rota: Schedule, shift: Shift, alice: Staff, bob: Staff
) -> None:
    row = offer(shift, bob)
    with at_time(at(0)):
        services.accept_swap(row, None, at(0), bob)
    told(at(1))
    with at_time(at(2)):
        services.undo(rota.pk)
    assert [line for line in told(at(3)) if line.startswith("alice")] == [NEW, MORNING]


def test_a_shift_that_is_new_and_taken_over_at_once_is_no_news(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    taken(create(rota, alice, 8, 10), bob)
    assert told(at(1)) == [BOB_NEW, BOB_MORNING]


def test_what_was_moved_and_then_taken_over_is_told_as_gone_from_where_it_was(
    shift: Shift, alice: Staff, bob: Staff
) -> None:
    with at_time(at(0)):
        services.move_shift(shift.pk, 1, minutes=600)
    taken(shift, bob)
    assert [line for line in told(at(1)) if line.startswith("alice")] == [GONE, MORNING]
