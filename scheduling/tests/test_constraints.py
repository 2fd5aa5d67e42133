"""What the database itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from scheduling.enums import AnsweredBy, ShiftState
from scheduling.models import (
    ContactNumber,
    CoverageAlert,
    Organisation,
    Service,
    ServiceMember,
    Shift,
)
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db


def refused(constraint: str, make: Callable[[], Any]) -> None:
    """Assert that the database refuses what `make` writes, by the constraint of that name."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _make_and_check(make)


def _make_and_check(make: Callable[[], Any]) -> None:
    make()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("kind", ["staff", "service"])
def test_the_same_assignee_twice_at_the_same_time_schedule_and_level(kind: str) -> None:
    someone = build.staff("Alice") if kind == "staff" else build.service("Reception")
    rota, other = build.schedule("Paris"), build.schedule("Lyon")
    build.shift(rota, someone, at(8), at(18))
    build.shift(rota, someone, at(18), at(24))
    build.shift(rota, someone, at(8), at(18), level=2)
    build.shift(other, someone, at(8), at(18))
    build.shift(rota, someone, at(9), at(10), state=ShiftState.CANCELLED.value)
    refused(f"shift_{kind}_once_per_level", lambda: build.shift(rota, someone, at(17), at(19)))


def test_an_overlap_that_is_gone_at_the_end_of_the_transaction_is_fine() -> None:
    alice, rota = build.staff("Alice"), build.schedule()
    first = build.shift(rota, alice, at(8), at(18))
    second = build.shift(rota, alice, at(18), at(24))
    with transaction.atomic():
        Shift.objects.filter(pk=first.pk).update(period=(at(8), at(20)))
        Shift.objects.filter(pk=second.pk).update(period=(at(20), at(24)))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("shift_period_not_empty", {"period": (at(8), at(8))}),
        ("shift_period_not_empty", {"period": (None, at(8))}),
        ("shift_period_not_empty", {"period": (at(8), None)}),
        ("shift_level_1_to_9", {"level": 0}),
        ("shift_level_1_to_9", {"level": 10}),
        ("shift_state_known", {"state": "maybe"}),
    ],
)
def test_a_shift_that_means_nothing(constraint: str, values: dict[str, Any]) -> None:
    alice, rota = build.staff("Alice"), build.schedule()
    row = {"schedule": rota, "staff": alice, "period": (at(8), at(18)), **values}
    refused(constraint, lambda: Shift.objects.create(**row))


def test_a_shift_for_nobody_or_for_two() -> None:
    rota, period = build.schedule(), (at(8), at(18))
    alice, reception = build.staff("Alice"), build.service("Reception")
    refused("shift_one_assignee", lambda: Shift.objects.create(schedule=rota, period=period))
    refused(
        "shift_one_assignee",
        lambda: Shift.objects.create(schedule=rota, period=period, staff=alice, service=reception),
    )


def test_a_number_without_owner_or_of_two_or_twice() -> None:
    alice, reception = build.staff("Alice", "+33612345678"), build.service("Reception")
    make = ContactNumber.objects.create
    number = "+33612345679"
    refused("contact_number_one_owner", lambda: make(number=number))
    refused("contact_number_one_owner", lambda: make(number=number, staff=alice, service=reception))
    refused("contact_number_once_per_person", lambda: make(number="+33612345678", staff=alice))
    make(number=number, service=reception)
    refused("contact_number_once_per_service", lambda: make(number=number, service=reception))
    refused(
        "contact_number_ring_seconds", lambda: make(number=number, staff=alice, ring_seconds=121)
    )


def test_a_service_on_no_schedule_or_with_a_member_twice() -> None:
    alice = build.staff("Alice")
    reception = build.service("Reception", members=(alice,))
    refused(
        "service_on_a_schedule_has_one",
        lambda: Service.objects.update(answered_by=AnsweredBy.SCHEDULE.value),
    )
    refused("service_answered_by_known", lambda: Service.objects.update(answered_by="magic"))
    refused(
        "service_member_once",
        lambda: ServiceMember.objects.create(service=reception, staff=alice),
    )


def test_a_second_organisation_or_impossible_house_settings() -> None:
    build.organisation()
    refused("organisation_only_one", lambda: Organisation.objects.create(pk=2, name="Other"))
    for constraint, values in {
        "organisation_ring_seconds": {"ring_seconds": 0},
        "organisation_accept_seconds": {"accept_seconds": 11},
        "organisation_calls_per_second": {"calls_per_second": 0},
        "organisation_hard_stop_above_ceiling": {"hard_stop_seconds": 119},
    }.items():
        refused(constraint, partial(Organisation.objects.update, **values))


def test_an_alert_about_no_time_at_all() -> None:
    rota = build.schedule()
    row = {"schedule": rota, "kind": "gap", "lead_hours": 24, "sent_at": at(0)}
    refused(
        "coverage_alert_period_not_empty",
        lambda: CoverageAlert.objects.create(period=(at(8), at(8)), **row),
    )
