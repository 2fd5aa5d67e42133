"""E-mails to those whose duties changed: the net of it, once, to whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from oncall_portal.lib import acting, clock
from oncall_portal.outbox.models import OutgoingMessage
from scheduling import duty_notices, operations, services, snapshots, tasks
from scheduling.enums import OperationKind
from scheduling.models import DutyNotice, Override, RotaOperation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.types import Change

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


@contextmanager
def clock_at(now: datetime) -> Iterator[None]:
    with clock.driven_by(lambda: now):
        yield


def create(rota: Schedule, who: Staff, start: float, end: float, now: float = 0) -> Shift:
    """Put somebody on call, as it was done at the hour `now`."""
    with clock_at(at(now)):
        values = {"schedule": rota, "staff": who, "starts_at": at(start), "ends_at": at(end)}
        return Shift.objects.get(pk=services.create_shift(values).pk)


def told(now: datetime) -> list[str]:
    """Tell what is due at `now`; return what was written, address and lists only."""
    seen = set(OutgoingMessage.objects.values_list("pk", flat=True))
    duty_notices.tell(now)
    new = OutgoingMessage.objects.exclude(pk__in=seen).order_by("to")
    lines = [(message.to, line) for message in new for line in message.body.splitlines()]
    return [f"{to} {line}" for to, line in lines if line.endswith(":") or line.startswith("- ")]


NEW = "alice@example.org You are now on call for “Paris”:"
GONE = "alice@example.org You are no longer on call for “Paris”:"
MORNING = "alice@example.org - Mon 4 Jan, 09:00 → 11:00, level 1"
EVENING = "alice@example.org - Mon 4 Jan, 19:00 → 21:00, level 1"


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
    Staff.objects.update(language="fr")
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


def test_what_was_undone_meanwhile_is_not_told(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    with clock_at(at(0) + MINUTE):
        services.undo(rota.pk)
    assert told(at(1)) == []
    assert not DutyNotice.objects.filter(closed_at=None).exists()


def test_what_was_told_is_told_as_gone_when_it_is_undone_later(
    rota: Schedule, alice: Staff
) -> None:
    create(rota, alice, 8, 10)
    told(at(1))
    with clock_at(at(2)):
        services.undo(rota.pk)
    assert told(at(3)) == [GONE, MORNING]
    with clock_at(at(4)):
        services.redo(rota.pk)
    assert told(at(5)) == [NEW, MORNING]


def test_both_are_told_when_one_takes_the_place_of_the_other(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = create(rota, alice, 8, 10)
    told(at(1))
    with clock_at(at(2)):
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
    with clock_at(at(2)):
        services.move_shift(shift.pk, 1, minutes=60)
        services.move_shift(shift.pk, 2, minutes=540)
    assert told(at(3)) == [
        "alice@example.org Moved on “Paris”:",
        f"{EVENING} (before: Mon 4 Jan, 09:00 → 11:00, level 1)",
    ]


def test_a_note_is_no_news(rota: Schedule, alice: Staff) -> None:
    shift = create(rota, alice, 8, 10)
    told(at(1))
    with clock_at(at(2)):
        services.change_shift(shift.pk, 1, {"note": "x"})
    assert told(at(3)) == []


def test_what_lies_in_the_past_concerns_nobody(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10, now=12)
    assert not DutyNotice.objects.exists()


def test_what_is_over_when_it_is_told_is_not_told(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    assert told(at(11)) == []


def test_schedules_are_told_together(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    create(build.schedule("Lyon"), alice, 18, 20)
    told(at(1))
    message = OutgoingMessage.objects.get()
    assert message.subject == "Your duties have changed: Lyon, Paris"


def test_what_came_after_the_last_notice_is_left_to_its_own(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = create(rota, alice, 8, 10)
    with clock_at(at(0) + MINUTE):
        services.change_shift(shift.pk, 1, {"staff": bob})
    later = DutyNotice.objects.filter(staff=alice).latest("pk")
    DutyNotice.objects.filter(pk=later.pk).update(created_at=at(1), closed_at=at(0))
    assert told(at(1))[:2] == [NEW, MORNING]
    DutyNotice.objects.filter(pk=later.pk).update(closed_at=None)
    assert told(at(2)) == [GONE, MORNING]


def stand_in(rota: Schedule, who: Staff | None, start: float, end: float, **instead: Any) -> None:
    """Put a stand-in there as an operation."""
    with transaction.atomic(), clock_at(at(2)):
        period = (at(start), at(end))
        made = Override.objects.create(schedule=rota, staff=who, period=period, **instead)
        row = snapshots.TABLES["override"].rows().get(pk=made.pk)
        change = Change("override", row.pk, None, snapshots.of_override(row))
        operations.record(rota, OperationKind.OVERRIDE_CREATED, [change])


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
        with clock_at(at(0)):
            services.change_shift(shift.pk, 1, {"staff": bob})
    assert set(DutyNotice.objects.values_list("staff", flat=True)) == {bob.pk}
    told(at(1))
    assert "Changed by alice." in OutgoingMessage.objects.get().body


@pytest.mark.parametrize("missing", [{"email": ""}, {"active": False}])
def test_whoever_cannot_be_written_to_is_not_kept_waiting_for(
    rota: Schedule, alice: Staff, missing: dict[str, Any]
) -> None:
    create(rota, alice, 8, 10)
    Staff.objects.update(**missing)
    assert told(at(1)) == []
    assert DutyNotice.objects.get().closed_at == at(1)


def test_what_the_portal_does_by_itself_is_told_to_nobody() -> None:
    call_command("load_demo", at=at(8), verbosity=0)
    assert RotaOperation.objects.exists()
    assert not DutyNotice.objects.exists()


def test_a_change_that_fails_leaves_no_notice(rota: Schedule, alice: Staff) -> None:
    create(rota, alice, 8, 10)
    with pytest.raises(ValidationError):
        create(rota, alice, 9, 11)
    assert DutyNotice.objects.count() == 1


def test_of_a_year_of_shifts_the_first_thirty_are_named(rota: Schedule, alice: Staff) -> None:
    rows = [
        Shift(
            schedule=rota,
            staff=alice,
            period=DateTimeTZRange(at(8 + 24 * day), at(10 + 24 * day)),
        )
        for day in range(40)
    ]
    with clock_at(at(0)):
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
    with clock_at(at(1)):
        tasks.tell_duties()
    assert DutyNotice.objects.get().closed_at == at(1)


def offer(shift: Shift, *people: Staff) -> int:
    """Offer a shift; return its id. What that says is not looked at here."""
    values = {"shift": shift, "offered_to": list(people)}
    return services.offer_swap(values, at(0)).pk


def test_an_offer_whose_shift_went_is_told_to_those_asked(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = build.shift(rota, alice, at(8), at(10), level=2)
    offer(shift, bob)
    with clock_at(at(1)):
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
    with clock_at(at(1)):
        services.delete_shift(shift.pk, 1)
        services.undo(rota.pk)
    assert told(at(2)) == []


def test_an_offer_of_a_shift_that_is_over_is_not_told(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    shift = build.shift(rota, alice, at(8), at(10))
    offer(shift, bob)
    with clock_at(at(11)):
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
    with clock_at(at(2)):
        services.undo(rota.pk)
    assert [line for line in told(at(3)) if line.startswith("carol")] == [
        "carol@example.org Once more on offer to you for “Paris”:",
        "carol@example.org - Alice: Mon 4 Jan, 09:00 → 11:00, level 1",
    ]
