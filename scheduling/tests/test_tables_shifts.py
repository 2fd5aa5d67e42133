"""Shifts from files, and back: one operation per schedule, all or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import acting
from oncall_portal.lib.errors import RowsRefused
from scheduling import services
from scheduling.enums import Role, ShiftState
from scheduling.models import RotaOperation, Schedule, Shift, Staff
from scheduling.tables import ShiftTable, read, write
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.sheets import csv, naive, xlsx

pytestmark = pytest.mark.django_db
HEADERS = "schedule,person,service,level,starts_local,ends_local,note"
NIGHT = "Paris,Alice,,1,2027-01-04 18:00,2027-01-05 08:00,"


@pytest.fixture
def manager() -> Any:
    return login(Role.MANAGER)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris", time_zone="Europe/Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice", email="alice@example.org")


def load(user: Any, data: bytes, dry_run: bool = False) -> tuple[int, int, int]:
    """Read a file as somebody; return how many rows are new, changed, and as they were."""
    with acting.by(user):
        outcome = ShiftTable(user).load(read(data), dry_run=dry_run)
    return outcome.created, outcome.changed, outcome.unchanged


def errors(user: Any, data: bytes) -> list[tuple[int, str | None, str]]:
    """Return row, column and code of all that is wrong with a file."""
    with pytest.raises(RowsRefused) as told:
        load(user, data)
    return [(each.row, each.field, each.code) for each in told.value.errors]


def shifts() -> list[tuple[Any, ...]]:
    """Return who is on call when, in order."""
    rows = Shift.objects.select_related("staff", "service").order_by("period", "level")
    return [(str(row.staff or row.service), row.starts_at, row.ends_at, row.level) for row in rows]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.usefixtures("rota", "alice")
def test_shifts_are_added_by_the_clock_of_their_schedule(manager: Any) -> None:
    build.service({"fr": "Accueil"})
    day = "paris,,Accueil,2,05/01/2027 8:00,05/01/2027 18:00,by day"
    assert load(manager, csv(HEADERS, NIGHT, day)) == (2, 0, 0)
    assert shifts() == [
        ("Alice", utc(2027, 1, 4, 17), utc(2027, 1, 5, 7), 1),
        ("Accueil", utc(2027, 1, 5, 7), utc(2027, 1, 5, 17), 2),
    ]
    assert [row.state for row in Shift.objects.all()] == [ShiftState.MANUAL.value] * 2


@pytest.mark.usefixtures("rota", "alice")
def test_excel_dates_are_times_on_the_clock_of_the_schedule(manager: Any) -> None:
    row = ("Paris", "Alice", naive("2027-01-04 18:00"), naive("2027-01-05"))
    assert load(manager, xlsx(("Planning", "Personne", "Début", "Fin"), row)) == (1, 0, 0)
    assert shifts() == [("Alice", utc(2027, 1, 4, 17), utc(2027, 1, 4, 23), 1)]


@pytest.mark.usefixtures("rota", "alice")
def test_an_import_is_one_operation_per_schedule_and_can_be_undone(manager: Any) -> None:
    lyon = build.schedule("Lyon")
    data = csv(
        HEADERS,
        NIGHT,
        "Paris,Alice,,2,2027-01-04 18:00,2027-01-05 08:00,",
        "Lyon,Alice,,1,2027-01-04 18:00,2027-01-05 08:00,",
    )
    assert load(manager, data) == (3, 0, 0)
    entries = {entry.schedule_name: entry for entry in RotaOperation.objects.all()}
    assert {
        name: (entry.kind, entry.state, entry.author, len(entry.changes))
        for name, entry in entries.items()
    } == {
        "Paris": ("shifts_imported", "done", manager, 2),
        "Lyon": ("shifts_imported", "done", manager, 1),
    }
    services.undo(entries["Paris"].schedule_id or 0)
    assert [row.schedule for row in Shift.objects.all()] == [lyon]
    services.redo(entries["Paris"].schedule_id or 0)
    assert Shift.objects.count() == 3


@pytest.mark.usefixtures("rota", "alice")
def test_a_dry_run_tells_what_would_happen_and_changes_nothing(manager: Any) -> None:
    outcome = ShiftTable(manager).load(read(csv(HEADERS, NIGHT)), dry_run=True)
    assert [(each.row, each.new, each.called) for each in outcome.told] == [(2, True, "Alice")]
    assert (Shift.objects.count(), RotaOperation.objects.count()) == (0, 0)


def test_all_that_is_wrong_is_told_by_row_and_nothing_is_written(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    build.shift(rota, alice, at(8), at(9))
    build.service("Reception")
    data = csv(
        HEADERS,
        NIGHT,
        f"{'9' * 5000},Alice,,1,2027-01-04 18:00,2027-01-05 08:00,",
        "Paris,Alice,,1,2027-01-04,2027-01-05 08:00+01:00,",
        "Paris,Alice,,1,2027-01-06 08:00,2027-01-06 08:00,",
        "Paris,Alice,,1,2027-01-06 08:00,2028-02-10 08:00,",
        "Paris,Alice,Reception,1,2027-01-07 08:00,2027-01-07 09:00,",
        "Paris,,,1,2027-01-07 08:00,2027-01-07 09:00,",
        "Paris,Alice,,12,2027-01-07 08:00,2027-01-07 09:00,",
        f"Paris,Alice,,1,2027-01-08 08:00,2027-01-08 09:00,{'x' * 201}",
        "Paris,Alice,,1,2027-01-05 07:00,2027-01-05 09:00,",
        "Paris,Alice,,1,2027-01-04 09:30,2027-01-04 11:00,",
        "Paris,Alice,,1,9999-12-31 23:59,9999-12-31 23:59,",
    )
    assert errors(manager, data) == [
        (3, "schedule", "not_found"),
        (4, "starts_local", "invalid_wall_clock"),
        (4, "ends_local", "invalid_wall_clock"),
        (5, "ends_local", "ends_before_start"),
        (6, "ends_local", "shift_too_long"),
        (7, "person", "one_assignee"),
        (8, "person", "one_assignee"),
        (9, "level", "max_value"),
        (10, "note", "max_length"),
        (11, "starts_local", "overlap"),
        (12, "starts_local", "overlap"),
        (13, "ends_local", "ends_before_start"),
    ]
    assert shifts() == [("Alice", at(8), at(9), 1)]
    assert RotaOperation.objects.count() == 0


def test_a_shift_is_changed_as_exported_and_one_of_a_rotation_detached(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    bob = build.staff("Bob")
    duty = build.shift(rota, alice, at(8), at(9), state=ShiftState.GENERATED.value)
    data = csv(
        f"id,version,{HEADERS}",
        f"{duty.pk},1,Paris,Bob,,1,2027-01-04 09:00,2027-01-04 11:00,longer",
    )
    assert load(manager, data) == (0, 1, 0)
    duty.refresh_from_db()
    assert (duty.staff, duty.ends_at, duty.note) == (bob, at(10), "longer")
    assert (duty.state, duty.version) == ("detached", 2)
    services.undo(rota.pk)
    duty.refresh_from_db()
    assert (duty.staff, duty.ends_at, duty.note, duty.state) == (alice, at(9), "", "generated")


@pytest.mark.usefixtures("rota", "alice")
def test_of_two_equal_times_the_first_is_meant_unless_the_file_says_so(manager: Any) -> None:
    load(manager, csv(HEADERS, "Paris,Alice,,1,2027-10-31 02:30,2027-10-31 04:00,"))
    assert shifts()[0][1] == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_who_stands_in_for_a_shift_goes_along_when_a_file_moves_it(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    duty, bob = build.shift(rota, alice, at(8), at(9)), build.staff("Bob")
    row = build.override(rota, at(8), at(9), bob, replaces_shift=duty, whole=True)
    data = csv(
        f"id,version,{HEADERS}",
        f"{duty.pk},1,Paris,Alice,,1,2027-01-04 11:00,2027-01-04 12:30,",
    )
    assert load(manager, data) == (0, 1, 0)
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at) == (at(10), at(11.5))
    services.undo(rota.pk)
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at) == (at(8), at(9))


def test_two_people_change_places_in_one_file(manager: Any, rota: Schedule, alice: Staff) -> None:
    one = build.shift(rota, alice, at(8), at(9))
    other = build.shift(rota, alice, at(9), at(10))
    data = csv(
        f"id,version,{HEADERS}",
        f"{one.pk},1,Paris,Alice,,1,2027-01-04 10:00,2027-01-04 11:00,",
        f"{other.pk},1,Paris,Alice,,1,2027-01-04 09:00,2027-01-04 10:00,",
    )
    assert load(manager, data) == (0, 2, 0)
    assert shifts() == [("Alice", at(8), at(9), 1), ("Alice", at(9), at(10), 1)]


def test_rows_about_shifts_that_are_stale_gone_or_elsewhere_are_refused(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    build.schedule("Lyon")
    stale = build.shift(rota, alice, at(8), at(9), version=4)
    moved = build.shift(rota, alice, at(9), at(10))
    gone = build.shift(rota, alice, at(10), at(11), state=ShiftState.CANCELLED.value)
    times = "Alice,,1,2027-01-04 18:00,2027-01-04 19:00,"
    data = csv(
        f"id,version,{HEADERS}",
        f"{stale.pk},3,Paris,{times}",
        f"{moved.pk},1,Lyon,{times}",
        f"{gone.pk},1,Paris,{times}",
        f"{moved.pk + 99},1,Paris,{times}",
    )
    assert errors(manager, data) == [
        (2, "version", "stale_version"),
        (3, "schedule", "schedule_fixed"),
        (4, "id", "not_found"),
        (5, "id", "not_found"),
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_and_imported_again_changes_nothing(
    manager: Any, rota: Schedule, alice: Staff, kind: str
) -> None:
    second = utc(2026, 10, 25, 1, 30)  # 2:30 in Paris for the second time
    build.shift(rota, alice, second, utc(2026, 10, 25, 5), note="=x")
    build.shift(rota, build.service({"fr": "Accueil", "en": "Desk"}), at(8), at(9), level=2)
    build.shift(rota, alice, utc(2027, 1, 4, 8, 0, 7), utc(2027, 1, 4, 9, 0, 0, 123456))
    build.shift(rota, alice, at(20), at(21), state=ShiftState.GENERATED.value)
    build.shift(rota, alice, at(20), at(21), state=ShiftState.CANCELLED.value)
    before = list(Shift.objects.order_by("pk").values())
    data = write(ShiftTable(manager), ShiftTable.rows.all(), kind)
    assert load(manager, data) == (0, 0, 4)
    assert list(Shift.objects.order_by("pk").values()) == before
    assert RotaOperation.objects.count() == 0


def test_the_second_of_two_equal_times_is_written_only_where_there_is_one(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    build.shift(rota, alice, at(8), at(9))
    assert "fold" not in write(ShiftTable(manager), ShiftTable.rows.all(), "csv").decode()


def test_an_import_takes_as_many_queries_for_ten_shifts_as_for_fifty(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    taken = []
    for first, count in ((0, 10), (100, 50)):
        for hour in range(first, first + count):
            build.shift(rota, alice, at(hour), at(hour + 1))
        exported = ShiftTable(manager)
        data = write(exported, exported.get_queryset(), "csv").decode()
        changed = data.replace("Alice,,1", "Alice,,2").encode()
        table, sheet = ShiftTable(manager), read(changed)
        with CaptureQueriesContext(connection) as queries:
            assert table.load(sheet, dry_run=False).changed == count
        taken.append(len(queries))
        Shift.objects.all().delete()
    assert taken[0] == taken[1] < 30
