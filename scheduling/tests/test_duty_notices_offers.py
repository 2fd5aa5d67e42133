"""E-mails to those whose offers of shifts, or by others to them, changed."""

from __future__ import annotations

import pytest

from oncall_portal.outbox.models import OutgoingMessage
from scheduling import services
from scheduling.models import Schedule, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.noticing import GONE, MORNING, create, offer, told
from scheduling.tests.rotas import at_time

pytestmark = pytest.mark.django_db


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice", email="alice@example.org")


@pytest.fixture
def bob() -> Staff:
    return build.staff("Bob", email="bob@example.org")


def test_an_offer_whose_shift_went_is_told_to_those_asked(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = build.shift(rota, alice, at(8), at(10), level=2)
    offer(shift, bob)
    with at_time(at(1)):
        services.delete_shift(shift.pk, 1)
    assert told(at(2)) == [
        GONE,
        MORNING.replace("level 1", "level 2"),
        "alice@example.org Your offers for “Paris” are withdrawn:",
        MORNING.replace("level 1", "level 2"),
        "bob@example.org No longer on offer to you for “Paris”:",
        "bob@example.org - Alice: Mon 4 Jan, 09:00 → 11:00, level 2",
    ]
    letter = OutgoingMessage.objects.filter(to="bob@example.org").latest("pk")
    assert letter.subject == "Offers of shifts have changed: Paris"


def test_an_offer_that_an_undo_opened_at_once_is_not_told(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = create(rota, alice, 8, 10, now=-2)
    offer(shift, bob)
    told(at(0))
    with at_time(at(1)):
        services.delete_shift(shift.pk, 1)
        services.undo(rota.pk)
    assert told(at(2)) == []


def test_an_offer_of_a_shift_that_is_over_is_not_told(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = build.shift(rota, alice, at(8), at(10))
    offer(shift, bob)
    with at_time(at(11)):
        services.delete_shift(shift.pk, 1)
    assert told(at(12)) == []


def test_an_offer_that_an_undo_opens_later_is_told_as_open_once_more(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    carol = build.staff("Carol", email="carol@example.org")
    shift = build.shift(rota, alice, at(8), at(10))
    row = offer(shift, bob, carol)
    services.accept_swap(row, None, at(0), bob)
    told(at(1))
    with at_time(at(2)):
        services.undo(rota.pk)
    assert [line for line in told(at(3)) if line.startswith("carol")] == [
        "carol@example.org Once more on offer to you for “Paris”:",
        "carol@example.org - Alice: Mon 4 Jan, 09:00 → 11:00, level 1",
    ]
