"""E-mails to those whose duties changed: when they are due, once to each, and their words."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from oncall_portal.outbox.models import OutgoingMessage
from scheduling import duty_notices, services, tasks
from scheduling.models import DutyNotice, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.noticing import MORNING, NEW, create, told
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


def test_a_new_duty_is_told_once_when_five_minutes_have_passed(
    rota: Schedule, alice: Staff
) -> None:
    create(rota, alice, 8, 10)
    assert told(at(0) + 5 * MINUTE - timedelta(seconds=1)) == []
    assert told(at(0) + 5 * MINUTE) == [NEW, MORNING]
    assert told(at(0) + 60 * MINUTE) == []


def test_what_goes_on_for_long_is_told_after_a_quarter_of_an_hour(
    rota: Schedule, alice: Staff
) -> None:
    for minute in range(0, 15, 3):
        create(rota, alice, 8 + minute, 9 + minute, now=minute / 60)
    assert told(at(0) + 14 * MINUTE) == []
    assert len(told(at(0) + 15 * MINUTE)) == 1 + 5


def test_the_letter_is_in_the_language_of_its_reader(rota: Schedule, alice: Staff) -> None:
    Staff.objects.update(language="fr", time_zone="America/Montreal")
    create(rota, alice, 8, 10)
    told(at(1))
    message = OutgoingMessage.objects.get()
    nbsp, quote = "\N{NO-BREAK SPACE}", "\N{RIGHT SINGLE QUOTATION MARK}"
    assert message.subject == f"Vos gardes ont changé{nbsp}: Paris"
    assert message.body == (
        f"Vous êtes maintenant d{quote}astreinte pour «{nbsp}Paris{nbsp}»{nbsp}:\n"
        "- lun 4 jan, 09:00 → 11:00, niveau 1\n\n"
        "Heures du fuseau Europe/Paris.\n"
        f"Le planning{nbsp}: http://testserver/admin/scheduling/schedule/{rota.pk}/calendar/\n\n"
        "Modifié par le portail.\n"
    )
    assert message.cause == f"duty_notice:{DutyNotice.objects.get().pk}"


def test_schedules_are_told_together(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    create(build.schedule("Lyon"), alice, 18, 20)
    told(at(1))
    message = OutgoingMessage.objects.get()
    assert message.subject == "Your duties have changed: Lyon, Paris"


@pytest.mark.parametrize("missing", [{"email": ""}, {"active": False}])
def test_whoever_cannot_be_written_to_is_not_kept_waiting_for(
    rota: Schedule, alice: Staff, missing: dict[str, Any]
) -> None:
    create(rota, alice, 8, 10)
    Staff.objects.update(**missing)
    assert told(at(1)) == []
    assert DutyNotice.objects.get().closed_at == at(1)


def test_of_a_year_of_shifts_the_first_thirty_are_named(rota: Schedule, alice: Staff) -> None:
    rows = [
        Shift(
            schedule=rota,
            staff=alice,
            period=DateTimeTZRange(at(8 + 24 * day), at(10 + 24 * day)),
        )
        for day in range(40)
    ]
    with at_time(at(0)):
        services.add_shifts(rota, rows)
    assert len(told(at(1))) == 1 + 30
    assert "\nand 10 more\n" in OutgoingMessage.objects.get().body


def test_reading_is_as_much_work_for_one_notice_as_for_many(
    rota: Schedule, alice: Staff, bob: Staff, django_assert_num_queries: Callable[[int], Any]
) -> None:
    create(rota, alice, 8, 10)
    with django_assert_num_queries(12):
        duty_notices.tell(at(1))
    for hour in range(12, 20):
        create(rota, bob, hour, hour + 1, now=2)
    with django_assert_num_queries(12):
        duty_notices.tell(at(3))


@pytest.mark.django_db(transaction=True)
def test_two_that_run_at_once_tell_once(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    start = Barrier(2)

    def tell(_number: int) -> int:
        try:
            start.wait(10)
            return duty_notices.tell(at(1))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tell, range(2))) == [0, 1]
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_is_being_told_holds_nobody_up(rota: Schedule, alice: Staff, bob: Staff) -> None:
    create(rota, alice, 8, 10)
    create(rota, bob, 8, 10)
    with transaction.atomic():
        assert list(DutyNotice.objects.select_for_update().filter(staff=alice))

        def tell() -> int:
            try:
                return duty_notices.tell(at(1))
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(tell).result(10) == 1
    assert OutgoingMessage.objects.get().to == "bob@example.org"


def test_the_task_tells_at_the_time_of_the_clock(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    with at_time(at(1)):
        tasks.tell_duties()
    assert DutyNotice.objects.get().closed_at == at(1)
