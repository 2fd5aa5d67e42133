"""Two at once on one rota, round after round: one after the other, nothing lost, nothing twice.

A few rounds of each in `make test`, 500 in `make soak`.
"""

from __future__ import annotations

import os
from datetime import time, timedelta
from functools import partial

import pytest

from scheduling import services, wall
from scheduling.enums import ShiftState, SwapState
from scheduling.models import Override, Rotation, Schedule, Shift, Staff, SwapRequest
from scheduling.services import ShiftRow
from scheduling.tests import build
from scheduling.tests.at_once import DONE, check, kinds, two
from scheduling.tests.facts import at
from scheduling.tests.rotas import at_time, weekly

ROUNDS = 500 if os.environ.get("ONCALL_SOAK") == "1" else 10
STALE = "stale_version"
NOW = at(7)
LATER = NOW + timedelta(days=35)
pytestmark = pytest.mark.django_db(transaction=True)


def create(rota: Schedule, who: Staff, start: float = 8, end: float = 18) -> Shift:
    """Put somebody on call, through the log."""
    ends = {"starts_at": at(start), "ends_at": at(end)}
    return services.create_shift({"schedule": rota, "staff": who, **ends})


def test_two_managers_move_the_same_shift() -> None:
    alice = build.staff("Alice")
    with two() as pair:
        for number in range(ROUNDS):
            rota = build.schedule(f"Paris {number}", time_zone="UTC")
            duty = create(rota, alice)
            answers = pair.do(
                partial(services.move_shift, duty.pk, 1, days=1),
                partial(services.move_shift, duty.pk, 1, minutes=30),
            )
            assert sorted(answers) == [DONE, STALE]
            duty.refresh_from_db()
            moved = at(8, day=5) if answers[0] == DONE else at(8.5)
            assert (duty.starts_at, duty.version) == (moved, 2)
            assert kinds(rota) == ["shift_created", "shift_moved"]
            check(rota)


def hours_of(rotation: Rotation) -> set[time]:
    """Return when the shifts begin that the rule still decides about."""
    rows = rotation.shifts.filter(state=ShiftState.GENERATED.value)
    return {wall.wall(row.starts_at, "UTC").time() for row in rows}


def test_a_rotation_is_edited_while_one_of_its_shifts_is_dragged() -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    with two() as pair, at_time(NOW):
        for number in range(ROUNDS):
            rota = build.schedule(f"Paris {number}", time_zone="UTC")
            made = weekly(rota, alice, bob, ends_on=NOW.date() + timedelta(days=60))
            dragged = made.shifts.order_by("period")[number % 7 + 1]
            hours = {"start_time": time(10), "end_time": time(10)}
            answers = pair.do(
                partial(services.change_rotation, made.pk, made.version, hours),
                partial(services.move_shift, dragged.pk, dragged.version, end_minutes=-90),
            )
            assert answers in {(DONE, DONE), (DONE, STALE)}
            row = Shift.objects.get(pk=dragged.pk)
            if answers == (DONE, DONE):  # the drag came first, and the rule leaves the shift alone
                ends = dragged.ends_at - timedelta(minutes=90)
                kept = (row.starts_at, row.ends_at, row.state)
                assert kept == (dragged.starts_at, ends, ShiftState.DETACHED.value)
                assert kinds(rota) == ["rotation_created", "shift_resized", "rotation_changed"]
            else:
                assert row.starts_at == dragged.starts_at + timedelta(hours=1)
                assert kinds(rota) == ["rotation_created", "rotation_changed"]
            assert hours_of(made) == {time(10)}
            assert made.shifts.count() == 9
            check(rota)


def test_two_beats_extend_the_horizon() -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    with two() as pair:
        for number in range(ROUNDS):
            rotas = [build.schedule(f"{name} {number}") for name in ("Paris", "Lyon")]
            with at_time(NOW):
                made = [weekly(rota, alice, bob) for rota in rotas]
            before = [rotation.shifts.count() for rotation in made]
            beat = partial(services.extend_all, LATER)
            assert pair.do(beat, beat) == (DONE, DONE)
            for rota, rotation, count in zip(rotas, made, before, strict=True):
                assert rotation.shifts.count() == count + 5  # weeks, each once
                assert kinds(rota) == ["rotation_created", "rotation_extended"]
                check(rota)


def test_a_file_is_imported_while_one_of_its_shifts_is_dragged() -> None:
    alice = build.staff("Alice")
    with two() as pair:
        for number in range(ROUNDS):
            rota = build.schedule(f"Paris {number}", time_zone="UTC")
            duty = create(rota, alice)
            ends = {"starts_at": at(8, day=6), "ends_at": at(9, day=6)}
            new = {"schedule": rota, "staff": alice, **ends}
            file = [ShiftRow(2, new), ShiftRow(3, {"note": "from a file"}, duty.pk, 1)]
            answers = pair.do(
                partial(services.import_shifts, file),
                partial(services.move_shift, duty.pk, 1, days=1),
            )
            assert sorted(answers) == [DONE, STALE]
            duty.refresh_from_db()
            imported = answers[0] == DONE
            assert (duty.note, duty.starts_at, duty.version) == (
                ("from a file", at(8), 2) if imported else ("", at(8, day=5), 2)
            )
            assert Shift.objects.filter(schedule=rota).count() == (2 if imported else 1)
            last = "shifts_imported" if imported else "shift_moved"
            assert kinds(rota) == ["shift_created", last]
            check(rota)


def test_two_files_name_two_schedules_in_opposite_order() -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    with two() as pair:
        for number in range(ROUNDS):
            rotas = [build.schedule(f"{name} {number}") for name in ("Paris", "Lyon")]
            ends = {"starts_at": at(8), "ends_at": at(9)}
            one, other = (
                [ShiftRow(n, {"schedule": r, "staff": who, **ends}) for n, r in enumerate(order)]
                for who, order in ((alice, rotas), (bob, rotas[::-1]))
            )
            files = (partial(services.import_shifts, file) for file in (one, other))
            assert pair.do(*files) == (DONE, DONE)
            for rota in rotas:
                assert kinds(rota) == ["shifts_imported", "shifts_imported"]
                check(rota)


def test_a_swap_is_accepted_twice() -> None:
    alice, bob, carol = (build.staff(name) for name in ("Alice", "Bob", "Carol"))
    with two() as pair:
        for number in range(ROUNDS):
            rota = build.schedule(f"Paris {number}", time_zone="UTC")
            duty = create(rota, alice)
            offer = services.offer_swap({"shift": duty, "offered_to": [bob, carol]}, NOW)
            answers = pair.do(
                partial(services.accept_swap, offer.pk, None, NOW, bob),
                partial(services.accept_swap, offer.pk, None, NOW, carol),
            )
            assert sorted(answers) == ["already_decided", DONE]
            taker = bob if answers[0] == DONE else carol
            row = SwapRequest.objects.get(pk=offer.pk)
            assert (row.state, row.accepted_by) == (SwapState.ACCEPTED.value, taker)
            assert [each.staff for each in Override.objects.filter(schedule=rota)] == [taker]
            assert kinds(rota) == ["shift_created", "swap_accepted"]
            check(rota)
