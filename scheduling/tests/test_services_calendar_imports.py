"""Somebody's calendar becomes shifts: what is added, what is not, and that it is one operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from oncall_portal.lib import clock
from oncall_portal.lib.errors import RowsRefused
from scheduling import services
from scheduling.enums import ImportResult
from scheduling.models import ImportedEvent, RotaOperation, Schedule, Shift, Staff
from scheduling.services import Choice, Imported
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.types import CalendarEvent, Party, Period

pytestmark = pytest.mark.django_db
ADDED, THERE = ImportResult.ADDED, ImportResult.ALREADY_THERE


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.driven_by(lambda: at(6)):
        yield


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


def event(start: float, end: float, title: str = "Alice", uid: str = "") -> CalendarEvent:
    return CalendarEvent(uid or f"{title}-{start}", Period(at(start), at(end)), title)


def bring(rota: Schedule, choices: Mapping[str, Choice], *events: CalendarEvent) -> Imported:
    return services.import_calendar(rota.pk, events, choices, False)


def choice(person: Staff, level: int = 1) -> dict[str, Choice]:
    return {person.name: Choice(build.who(person), level)}


def results(done: Imported) -> list[str]:
    return [line.error.code if line.error else line.result.value for line in done.lines]


def spans() -> list[tuple[datetime, datetime]]:
    return [(row.starts_at, row.ends_at) for row in Shift.objects.order_by("period")]


def codes(refused: Any) -> list[tuple[int, str]]:
    return [(error.row, error.code) for error in refused.value.errors]


def test_events_become_shifts_in_one_operation(rota: Schedule, alice: Staff) -> None:
    done = bring(rota, choice(alice, level=2), event(8, 9), event(9, 10))
    assert results(done) == ["added", "added"]
    assert spans() == [(at(8), at(9)), (at(9), at(10))]
    assert set(Shift.objects.values_list("staff", "level")) == {(alice.pk, 2)}
    operation = RotaOperation.objects.get()
    assert (operation.kind, len(operation.changes)) == ("shifts_imported", 2)


def test_it_can_be_undone_and_done_again(rota: Schedule, alice: Staff) -> None:
    bring(rota, choice(alice), event(8, 9), event(9, 10))
    services.undo(rota.pk)
    assert spans() == []
    services.redo(rota.pk)
    assert spans() == [(at(8), at(9)), (at(9), at(10))]
    again = bring(rota, choice(alice), event(8, 9), event(9, 10))
    assert results(again) == ["already_there"] * 2


def test_after_undo_it_can_be_imported_again(rota: Schedule, alice: Staff) -> None:
    bring(rota, choice(alice), event(8, 9))
    services.undo(rota.pk)
    assert results(bring(rota, choice(alice), event(8, 9))) == ["added"]


def test_the_same_file_twice_adds_nothing(rota: Schedule, alice: Staff) -> None:
    bring(rota, choice(alice), event(8, 9))
    again = bring(rota, choice(alice), event(8, 9), event(10, 11))
    assert results(again) == ["already_there", "added"]
    assert len(spans()) == 2


def test_an_event_whose_shift_was_moved_by_hand_is_there_already(
    rota: Schedule, alice: Staff
) -> None:
    bring(rota, choice(alice), event(8, 9))
    row = Shift.objects.get()
    bob = build.staff("Bob")
    services.change_shift(row.pk, row.version, {"staff": bob, "ends_at": at(12)})
    assert results(bring(rota, choice(alice), event(8, 9))) == ["already_there"]
    assert spans() == [(at(8), at(12))]


def test_what_is_on_the_rota_already_is_not_added(rota: Schedule, alice: Staff) -> None:
    build.shift(rota, alice, at(8), at(9))
    assert results(bring(rota, choice(alice), event(8, 9))) == ["already_there"]
    assert not RotaOperation.objects.exists()


def test_what_was_imported_into_another_rota_is_added_to_this_one(
    rota: Schedule, alice: Staff
) -> None:
    bring(build.schedule("Lyon"), choice(alice), event(8, 9))
    assert results(bring(rota, choice(alice), event(8, 9))) == ["added"]


def test_a_shift_that_a_hand_deleted_is_no_shift_there_already(
    rota: Schedule, alice: Staff
) -> None:
    build.shift(rota, alice, at(8), at(9), state="cancelled")
    assert results(bring(rota, choice(alice), event(8, 9))) == ["added"]


def test_an_event_that_is_twice_in_the_file_is_added_once(rota: Schedule, alice: Staff) -> None:
    done = bring(rota, choice(alice), event(8, 9, uid="a"), event(8, 9, uid="b"))
    assert results(done) == ["added", "already_there"]


def test_an_overlap_is_told_by_event_and_nothing_is_written(rota: Schedule, alice: Staff) -> None:
    build.shift(rota, alice, at(8), at(10))
    with pytest.raises(RowsRefused) as refused:
        bring(rota, choice(alice), event(12, 13), event(9, 11), event(12.5, 14))
    assert codes(refused) == [(2, "overlap"), (3, "overlap")]
    assert len(spans()) == 1
    assert not ImportedEvent.objects.exists()


def test_a_text_without_a_choice_is_told(rota: Schedule, alice: Staff) -> None:
    with pytest.raises(RowsRefused) as refused:
        bring(rota, choice(alice), event(8, 9), event(9, 10, "Dentist"))
    assert codes(refused) == [(2, "not_mapped")]
    assert spans() == []


def test_what_is_left_out_or_over_is_not_added(rota: Schedule, alice: Staff) -> None:
    choices = {**choice(alice), "Dentist": Choice(None)}
    done = bring(rota, choices, event(8, 9, "Dentist"), event(4, 6), event(9, 10))
    assert results(done) == ["left_out", "past", "added"]
    assert spans() == [(at(9), at(10))]


def test_a_duty_under_way_begins_now(rota: Schedule, alice: Staff) -> None:
    bring(rota, choice(alice), event(4, 8))
    assert spans() == [(at(6), at(8))]
    assert results(bring(rota, choice(alice), event(4, 8))) == ["already_there"]


@pytest.mark.requirement("PLA-03")
def test_services_are_put_on_call_too(rota: Schedule) -> None:
    desk = build.service("Desk")
    bring(rota, {"Desk": Choice(build.who(desk))}, event(8, 9, "Desk"))
    assert Shift.objects.get().service == desk


def test_those_invited_may_tell_whose_event_it_is(rota: Schedule, alice: Staff) -> None:
    told = CalendarEvent("1", Period(at(8), at(9)), "On call", (Party("Alice", ""),))
    done = services.import_calendar(rota.pk, [told], choice(alice), True)
    assert done.count(ADDED) == 1


def test_a_look_writes_nothing_and_tells_everything(rota: Schedule, alice: Staff) -> None:
    build.shift(rota, alice, at(8), at(9))
    events = [event(8, 9), event(8.5, 10), event(12, 13), event(14, 15, "Dentist")]
    looked = services.look_at_calendar(rota.pk, events, choice(alice), False)
    assert results(looked) == ["already_there", "overlap", "added", "not_mapped"]
    assert (looked.count(ADDED), looked.count(THERE), len(looked.errors)) == (1, 1, 2)
    assert len(spans()) == 1
    assert not ImportedEvent.objects.exists()
    assert not RotaOperation.objects.exists()


def test_an_identity_of_any_length_is_kept(rota: Schedule, alice: Staff) -> None:
    long = event(8, 9, uid="x" * 5_000)
    bring(rota, choice(alice), long)
    assert results(bring(rota, choice(alice), long)) == ["already_there"]
