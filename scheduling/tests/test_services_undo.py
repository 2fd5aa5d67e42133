"""The log of operations, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from oncall_portal.lib import acting, clock
from oncall_portal.lib.errors import Conflict
from scheduling import operations, services
from scheduling.enums import ShiftState
from scheduling.models import RotaOperation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris", time_zone="Europe/Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


def create(rota: Schedule, who: Staff, start: float = 8, end: float = 18, **values: Any) -> Shift:
    row = {"schedule": rota, "staff": who, "starts_at": at(start), "ends_at": at(end)}
    return services.create_shift({**row, **values})


def unsaved(rota: Schedule, who: Staff, start: float) -> Shift:
    """Return a shift of an hour that is not in the table yet."""
    period = DateTimeTZRange(at(start), at(start + 1))
    return Shift(schedule=rota, staff=who, period=period)


def rows() -> list[dict[str, Any]]:
    """Return every shift with all values but its version."""
    return [
        {name: value for name, value in row.items() if name != "version"}
        for row in Shift.objects.order_by("pk").values()
    ]


def log() -> list[tuple[str, str]]:
    return list(RotaOperation.objects.order_by("pk").values_list("kind", "state"))


def refused(call: Callable[[], object]) -> Conflict:
    """Return the refusal of `call`, which changes nothing."""
    before = (list(Shift.objects.order_by("pk").values()), log())
    with pytest.raises(Conflict) as conflict:
        call()
    assert (list(Shift.objects.order_by("pk").values()), log()) == before
    return conflict.value


def test_an_operation_says_who_when_and_every_value_before_and_after(
    rota: Schedule, alice: Staff
) -> None:
    user = User.objects.create(username="max", first_name="Max", last_name="Lang")
    with acting.by(user), clock.driven_by(lambda: at(7)):
        duty = create(rota, alice, note="first")
        services.change_shift(duty.pk, 1, {"level": 2})
    made, moved = RotaOperation.objects.order_by("pk")
    values = {
        "schedule": rota.pk,
        "staff": alice.pk,
        "service": None,
        "who": "Alice",
        "level": 1,
        "starts_at": "2027-01-04T08:00:00+00:00",
        "ends_at": "2027-01-04T18:00:00+00:00",
        "state": "manual",
        "note": "first",
        "rotation": None,
        "day": None,
        "slot": 0,
        "version": 1,
    }
    assert made.changes == [{"model": "shift", "id": duty.pk, "before": None, "after": values}]
    after = {**values, "level": 2, "version": 2}
    assert moved.changes == [{"model": "shift", "id": duty.pk, "before": values, "after": after}]
    assert (moved.schedule, moved.schedule_name) == (rota, "Paris")
    assert (moved.author, moved.author_name, moved.at) == (user, "Max Lang", at(7))
    assert log() == [("shift_created", "done"), ("shift_moved", "done")]


def test_a_change_that_changes_nothing_is_not_kept(rota: Schedule, alice: Staff) -> None:
    duty = create(rota, alice)
    services.change_shift(duty.pk, 1, {"level": 1})
    assert log() == [("shift_created", "done")]


def test_a_refused_change_is_not_kept(rota: Schedule, alice: Staff) -> None:
    create(rota, alice)
    with pytest.raises(Exception, match="already on call"):
        create(rota, alice, 9, 10)
    assert log() == [("shift_created", "done")]


WRITES: dict[str, Callable[[Shift, Staff], object]] = {
    "moved": lambda duty, bob: services.move_shift(duty.pk, duty.version, days=1),
    "resized": lambda duty, bob: services.move_shift(duty.pk, duty.version, end_minutes=30),
    "replaced": lambda duty, bob: services.change_shift(duty.pk, duty.version, {"staff": bob}),
    "noted": lambda duty, bob: services.change_shift(duty.pk, duty.version, {"note": "x"}),
    "deleted": lambda duty, bob: services.delete_shift(duty.pk, duty.version),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))
@pytest.mark.parametrize("state", ["manual", "generated"])
def test_every_write_is_undone_exactly_and_redone_exactly(
    rota: Schedule, alice: Staff, write: Callable[[Shift, Staff], object], state: str
) -> None:
    duty = build.shift(rota, alice, at(8), at(18), state=state, note="as it was")
    start = rows()
    write(duty, build.staff("Bob"))
    end = rows()
    assert end != start
    for _round in range(2):
        services.undo(rota.pk)
        assert rows() == start
        services.redo(rota.pk)
        assert rows() == end


def test_a_created_shift_goes_with_its_undo_and_returns_under_its_id(
    rota: Schedule, alice: Staff
) -> None:
    duty = create(rota, alice)
    before = rows()
    services.undo(rota.pk)
    assert rows() == []
    services.redo(rota.pk)
    assert rows() == before
    assert create(rota, build.staff("Bob")).pk > duty.pk


def test_versions_count_on_through_undo_and_redo(rota: Schedule, alice: Staff) -> None:
    duty = create(rota, alice)
    services.change_shift(duty.pk, 1, {"note": "x"})
    seen = [2]
    for gesture in (services.undo, services.undo, services.redo, services.redo, services.undo):
        gesture(rota.pk)
        seen += Shift.objects.values_list("version", flat=True)
    assert seen == [2, 3, 4, 5, 6]


def test_undo_and_redo_are_kept_as_entries_of_their_own(rota: Schedule, alice: Staff) -> None:
    create(rota, alice)
    made = RotaOperation.objects.get()
    user = User.objects.create(username="max")
    with acting.by(user):
        undone = services.undo(rota.pk)
    assert (undone.kind, undone.original, undone.author_name) == ("undone", made, "max")
    (change,) = made.changes
    assert undone.changes == [{**change, "before": change["after"], "after": None}]
    assert log() == [("shift_created", "undone"), ("undone", "fixed")]
    services.redo(rota.pk)
    assert log() == [("shift_created", "done"), ("undone", "fixed"), ("redone", "fixed")]


def test_what_is_next_is_told_step_by_step(rota: Schedule, alice: Staff) -> None:
    duty = create(rota, alice)
    services.change_shift(duty.pk, 1, {"note": "x"})
    made, noted = RotaOperation.objects.order_by("pk")
    assert operations.available(rota.pk) == (noted, None)
    services.undo(rota.pk)
    assert operations.available(rota.pk) == (made, noted)
    services.undo(rota.pk)
    assert operations.available(rota.pk) == (None, made)
    services.redo(rota.pk)
    assert operations.available(rota.pk) == (made, noted)


def test_a_fresh_change_ends_what_could_be_redone(rota: Schedule, alice: Staff) -> None:
    create(rota, alice)
    services.undo(rota.pk)
    create(rota, alice, 9, 10)
    assert refused(lambda: services.redo(rota.pk)).code == "nothing_to_redo"
    services.undo(rota.pk)
    assert refused(lambda: services.undo(rota.pk)).code == "nothing_to_undo"
    assert log()[0] == ("shift_created", "dropped")
    services.redo(rota.pk)
    assert Shift.objects.get().starts_at == at(9)


def test_schedules_are_undone_apart(rota: Schedule, alice: Staff) -> None:
    lyon = build.schedule("Lyon")
    mine = create(rota, alice)
    create(lyon, alice)
    services.undo(rota.pk)
    assert not Shift.objects.filter(pk=mine.pk).exists()
    assert refused(lambda: services.undo(rota.pk)).code == "nothing_to_undo"
    assert operations.available(lyon.pk)[0] is not None


def test_only_the_operation_that_is_meant_is_undone(rota: Schedule, alice: Staff) -> None:
    create(rota, alice)
    first = RotaOperation.objects.get()
    create(rota, alice, 19, 20)
    assert refused(lambda: services.undo(rota.pk, first.pk)).code == "not_the_latest"
    services.undo(rota.pk)
    services.undo(rota.pk, first.pk)
    assert not Shift.objects.exists()


def test_many_rows_are_one_operation(rota: Schedule, alice: Staff) -> None:
    shifts = [unsaved(rota, alice, hour) for hour in range(3)]
    assert services.add_shifts(rota, shifts) == 3
    before = rows()
    assert log() == [("shift_created", "done")]
    services.undo(rota.pk)
    assert rows() == []
    services.redo(rota.pk)
    assert rows() == before


def test_what_the_portal_did_itself_is_kept_but_not_undone(rota: Schedule, alice: Staff) -> None:
    create(rota, alice)
    services.undo(rota.pk)
    shift = unsaved(rota, alice, 20)
    services.add_shifts(rota, [shift], undoable=False)
    assert log()[-1] == ("shift_created", "fixed")
    assert refused(lambda: services.undo(rota.pk)).code == "nothing_to_undo"
    services.redo(rota.pk)
    assert Shift.objects.count() == 2


def test_a_shift_changed_past_the_log_is_not_overwritten(rota: Schedule, alice: Staff) -> None:
    create(rota, alice)
    Shift.objects.update(note="past the log")
    conflict = refused(lambda: services.undo(rota.pk))
    assert conflict.code == "undo_conflict"
    assert str(conflict.message) == (
        "This cannot be undone any more. The shift of Alice, Mon 4 Jan, 09:00 → 19:00,"
        " was changed meanwhile."
    )


def test_a_shift_that_is_gone_is_not_undone(rota: Schedule, alice: Staff) -> None:
    duty = create(rota, alice)
    Shift.objects.all().delete()
    conflict = refused(lambda: services.undo(rota.pk))
    assert conflict.facts == {
        "reason": "deleted",
        "model": "shift",
        "id": duty.pk,
        "author": None,
        "at": None,
    }
    assert str(conflict.message).endswith("is no longer there.")


def test_a_later_change_by_the_portal_is_named_with_its_time(rota: Schedule, alice: Staff) -> None:
    duty = create(rota, alice)
    before = Shift.objects.get()
    services.change_shift(duty.pk, 1, {"note": "by the portal"})
    with clock.driven_by(lambda: at(12)):
        RotaOperation.objects.filter(kind="shift_changed").update(state="fixed", at=clock.now())
    conflict = refused(lambda: services.undo(rota.pk))
    assert before.pk == duty.pk
    assert str(conflict.message) == (
        "This cannot be undone any more. The shift of Alice, Mon 4 Jan, 09:00 → 19:00, was changed"
        " by the portal on Mon 4 Jan, 13:00."
    )
    assert conflict.facts is not None
    assert (conflict.facts["reason"], conflict.facts["at"]) == ("changed", at(12).isoformat())


@pytest.mark.parametrize("logged", [True, False])
def test_a_place_that_was_taken_is_not_taken_back(
    rota: Schedule, alice: Staff, logged: bool
) -> None:
    duty = create(rota, alice)
    services.delete_shift(duty.pk, 1)
    if logged:
        shift = unsaved(rota, alice, 9)
        with clock.driven_by(lambda: at(12)):
            services.add_shifts(rota, [shift], undoable=False)
    else:
        build.shift(rota, alice, at(9), at(10))
    conflict = refused(lambda: services.undo(rota.pk))
    words = "This cannot be undone any more. Alice is on call there: Mon 4 Jan, 10:00 → 11:00"
    since = ", since a change by the portal on Mon 4 Jan, 13:00" if logged else ""
    assert str(conflict.message) == f"{words}{since}."
    assert conflict.facts is not None
    assert conflict.facts["reason"] == "taken"
    assert conflict.facts["id"] == Shift.objects.get().pk


def test_a_shift_is_not_in_its_own_way(rota: Schedule, alice: Staff) -> None:
    duty = create(rota, alice)
    services.change_shift(duty.pk, 1, {"starts_at": at(7), "ends_at": at(9)})
    there = build.shift(rota, alice, at(9), at(10))
    conflict = refused(lambda: services.undo(rota.pk))
    assert conflict.facts is not None
    assert (conflict.facts["reason"], conflict.facts["id"]) == ("taken", there.pk)


def test_what_was_deleted_by_hand_or_has_another_level_is_not_in_the_way(
    rota: Schedule, alice: Staff
) -> None:
    duty = create(rota, alice)
    services.delete_shift(duty.pk, 1)
    build.shift(rota, alice, at(8), at(9), state="cancelled")
    build.shift(rota, alice, at(8), at(9), level=2)
    there = build.shift(rota, alice, at(9), at(10))
    conflict = refused(lambda: services.undo(rota.pk))
    assert conflict.facts is not None
    assert (conflict.facts["reason"], conflict.facts["id"]) == ("taken", there.pk)


def test_nobody_is_put_back_who_was_deleted(rota: Schedule, alice: Staff) -> None:
    services.delete_shift(create(rota, alice).pk, 1)
    alice.numbers.all().delete()
    services.delete_staff(alice.pk, alice.version)
    conflict = refused(lambda: services.undo(rota.pk))
    assert str(conflict.message) == "This cannot be undone any more. Alice was deleted."
    assert conflict.facts is not None
    assert (conflict.facts["reason"], conflict.facts["model"]) == ("assignee_deleted", "staff")


def test_a_redo_that_no_longer_fits_says_so(rota: Schedule, alice: Staff) -> None:
    create(rota, alice)
    services.undo(rota.pk)
    build.shift(rota, alice, at(9), at(10))
    assert str(refused(lambda: services.redo(rota.pk)).message).startswith(
        "This cannot be redone any more."
    )


def test_two_shifts_that_changed_places_change_back(rota: Schedule, alice: Staff) -> None:
    """Each stands where the other was: only the end of the undo may be judged."""
    first, second = create(rota, alice, 8, 9), create(rota, alice, 9, 10)
    before = rows()
    one, two = RotaOperation.objects.order_by("pk")
    Shift.objects.filter(pk=first.pk).update(period=(at(9), at(10)))
    Shift.objects.filter(pk=second.pk).update(period=(at(8), at(9)))
    (was_one,), (was_two,) = one.changes, two.changes
    swap = [
        {**was_one, "before": was_one["after"], "after": _in_place_of(was_one, was_two)},
        {**was_two, "before": was_two["after"], "after": _in_place_of(was_two, was_one)},
    ]
    RotaOperation.objects.create(
        schedule=rota, schedule_name="Paris", at=at(8), kind="shift_moved", changes=swap
    )
    services.undo(rota.pk)
    assert rows() == before


def _in_place_of(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {**one["after"], **{end: other["after"][end] for end in ("starts_at", "ends_at")}}


def test_a_detached_shift_is_generated_again_when_its_move_is_undone(
    rota: Schedule, alice: Staff
) -> None:
    duty = build.shift(rota, alice, at(8), at(18), state=ShiftState.GENERATED.value)
    services.move_shift(duty.pk, 1, days=1)
    services.delete_shift(duty.pk, 2)
    states = []
    for gesture in (services.undo, services.undo, services.redo, services.redo):
        gesture(rota.pk)
        states.append(Shift.objects.get().state)
    assert states == ["detached", "generated", "detached", "cancelled"]


def test_the_history_outlives_its_schedule(rota: Schedule, alice: Staff) -> None:
    services.delete_shift(create(rota, alice).pk, 1)
    services.delete_schedule(rota.pk, 1)
    assert [(row.schedule, row.schedule_name) for row in RotaOperation.objects.all()] == [
        (None, "Paris"),
        (None, "Paris"),
    ]
