"""E-mails to those whose duties changed: the net of it, to whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command

from oncall_portal.lib import acting
from oncall_portal.outbox.models import OutgoingMessage
from scheduling import services
from scheduling.models import DutyNotice, RotaOperation, Schedule, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.noticing import EVENING, GONE, MORNING, NEW, create, stand_in, told
from scheduling.tests.rotas import at_time

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice", email="alice@example.org")


@pytest.fixture
def bob() -> Staff:
    return build.staff("Bob", email="bob@example.org")


def test_what_was_undone_meanwhile_is_not_told(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    with at_time(at(0) + MINUTE):
        services.undo(rota.pk)
    assert told(at(1)) == []
    assert not DutyNotice.objects.filter(closed_at=None).exists()


def test_what_was_told_is_told_as_gone_when_it_is_undone_later(
    rota: Schedule, alice: Staff
) -> None:
    create(rota, alice, 8, 10)
    told(at(1))
    with at_time(at(2)):
        services.undo(rota.pk)
    assert told(at(3)) == [GONE, MORNING]
    with at_time(at(4)):
        services.redo(rota.pk)
    assert told(at(5)) == [NEW, MORNING]


def test_both_are_told_when_one_takes_the_place_of_the_other(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = create(rota, alice, 8, 10)
    told(at(1))
    with at_time(at(2)):
        services.change_shift(shift.pk, 1, {"staff": bob})
    assert told(at(3)) == [
        GONE,
        MORNING,
        "bob@example.org You are now on call for “Paris”:",
        "bob@example.org - Mon 4 Jan, 09:00 → 11:00, level 1",
    ]


def test_several_moves_are_told_as_one(rota: Schedule, alice: Staff) -> None:
    shift = create(rota, alice, 8, 10)
    told(at(1))
    with at_time(at(2)):
        services.move_shift(shift.pk, 1, minutes=60)
        services.move_shift(shift.pk, 2, minutes=540)
    assert told(at(3)) == [
        "alice@example.org Moved on “Paris”:",
        f"{EVENING} (before: Mon 4 Jan, 09:00 → 11:00, level 1)",
    ]


def test_a_note_is_no_news(rota: Schedule, alice: Staff) -> None:
    shift = create(rota, alice, 8, 10)
    told(at(1))
    with at_time(at(2)):
        services.change_shift(shift.pk, 1, {"note": "x"})
    assert told(at(3)) == []


def test_what_lies_in_the_past_concerns_nobody(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10, now=12)
    assert not DutyNotice.objects.exists()


def test_what_is_over_when_it_is_told_is_not_told(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    assert told(at(11)) == []


def test_what_came_after_the_last_notice_is_left_to_its_own(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = create(rota, alice, 8, 10)
    with at_time(at(0) + MINUTE):
        services.change_shift(shift.pk, 1, {"staff": bob})
    later = DutyNotice.objects.filter(staff=alice).latest("pk")
    DutyNotice.objects.filter(pk=later.pk).update(created_at=at(1), closed_at=at(0))
    assert told(at(1))[:2] == [NEW, MORNING]
    DutyNotice.objects.filter(pk=later.pk).update(closed_at=None)
    assert told(at(2)) == [GONE, MORNING]


@pytest.mark.parametrize("how", ["shift", "staff", "level"])
def test_a_stand_in_and_whom_it_replaces_are_told_of_it(
    rota: Schedule, alice: Staff, bob: Staff, how: str
) -> None:
    shift = create(rota, alice, 8, 12)
    told(at(1))
    instead = {"shift": shift, "staff": alice, "level": 1}
    stand_in(rota, bob, 8, 10, **{f"replaces_{how}": instead[how]})
    assert told(at(3)) == [
        GONE,
        MORNING,
        "bob@example.org You are now on call for “Paris”:",
        "bob@example.org - Mon 4 Jan, 09:00 → 11:00, level 1",
    ]


def test_a_stand_in_for_a_person_hears_of_what_that_person_gets(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    stand_in(rota, alice, 0, 24, replaces_staff=bob)
    told(at(3))
    create(rota, bob, 8, 10, now=4)
    assert told(at(5)) == [NEW, MORNING]


def test_whoever_does_it_themselves_is_not_told(rota: Schedule, alice: Staff, bob: Staff) -> None:
    alice.user = User.objects.create(username="alice")
    alice.save()
    with acting.by(alice.user):
        shift = create(rota, alice, 8, 10)
        with at_time(at(0)):
            services.change_shift(shift.pk, 1, {"staff": bob})
    assert set(DutyNotice.objects.values_list("staff", flat=True)) == {bob.pk}
    told(at(1))
    assert "Changed by alice." in OutgoingMessage.objects.get().body


def test_what_the_portal_does_by_itself_is_told_to_nobody() -> None:
    call_command("load_demo", at=at(8), verbosity=0)
    assert RotaOperation.objects.exists()
    assert not DutyNotice.objects.exists()


def test_a_change_that_fails_leaves_no_notice(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    with pytest.raises(ValidationError):
        create(rota, alice, 9, 11)
    assert DutyNotice.objects.count() == 1
