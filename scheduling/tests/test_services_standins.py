"""Stand-ins and open offers go where their shift goes, and come back with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from scheduling import services, snapshots
from scheduling.models import Override, RotaOperation, Schedule, Shift, Staff, SwapRequest
from scheduling.services import standins
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.types import Change

pytestmark = pytest.mark.django_db


class Cast:
    """Alice's duty from 8 to 18, for which Bob stands in, and a colleague."""

    def __init__(self, start: float = 8, end: float = 18, **values: Any) -> None:
        self.rota: Schedule = build.schedule("Paris")
        self.alice, self.bob = build.staff("Alice"), build.staff("Bob")
        self.charlie: Staff = build.staff("Charlie")
        self.duty: Shift = build.shift(self.rota, self.alice, at(8), at(18), **values)
        self.stand_in = Override.objects.create(
            schedule=self.rota,
            replaces_shift=self.duty,
            staff=self.bob,
            period=(at(start), at(end)),
            whole=(start, end) == (8, 18),
        )

    def offer(self, shift: Shift | None = None, **values: Any) -> SwapRequest:
        """Write an open offer of the duty to Charlie."""
        row = SwapRequest.objects.create(
            shift=shift or self.duty, requested_by=self.alice, created_at=at(1), **values
        )
        row.offered_to.set([self.charlie])
        return row

    def move(self, **values: Any) -> Shift:
        """Move the duty."""
        return services.move_shift(self.duty.pk, self.duty.version, **values)


def spans() -> list[tuple[str, Any, Any, bool]]:
    found = Override.objects.select_related("staff").order_by("period")
    return [(str(row.staff), row.starts_at, row.ends_at, row.whole) for row in found]


def everything() -> list[Any]:
    """Return all rows with all values but their versions."""
    found: list[Any] = []
    for table in snapshots.TABLES.values():
        for row in table.rows().order_by("pk"):
            found.append({**table.take(row), "id": row.pk, "version": None})
    return found


def test_a_stand_in_for_the_whole_shift_is_moved_with_it() -> None:
    Cast().move(days=1)
    assert spans() == [("Bob", at(8, day=5), at(18, day=5), True)]


def test_a_stand_in_for_the_whole_shift_is_resized_with_it() -> None:
    Cast().move(end_minutes=120)
    assert spans() == [("Bob", at(8), at(20), True)]


def test_a_stand_in_for_a_part_is_cut_to_the_new_period() -> None:
    Cast(10, 16).move(end_minutes=-240)
    assert spans() == [("Bob", at(10), at(14), False)]


def test_what_is_left_of_a_stand_in_that_was_cut_is_for_a_part() -> None:
    cast = Cast()
    place = {"schedule": cast.rota, "replaces_shift": cast.duty, "staff": cast.charlie}
    with clock.driven_by(lambda: at(1)):
        services.create_override({**place, "starts_at": at(12), "ends_at": at(18)})
    cast.move(end_minutes=60)
    assert spans() == [("Bob", at(8), at(12), False), ("Charlie", at(12), at(18), False)]


def test_a_stand_in_for_a_part_outside_the_new_period_goes() -> None:
    Cast(10, 12).move(days=1)
    assert spans() == []


def test_a_stand_in_stays_when_the_shift_is_given_to_a_third_person() -> None:
    cast = Cast()
    services.change_shift(cast.duty.pk, 1, {"staff": cast.charlie})
    assert spans() == [("Bob", at(8), at(18), True)]


def test_who_gets_the_shift_needs_no_stand_in_of_their_own() -> None:
    cast = Cast()
    services.change_shift(cast.duty.pk, 1, {"staff": cast.bob})
    assert spans() == []


@pytest.mark.parametrize("state", ["manual", "generated"])
def test_a_deleted_shift_takes_its_stand_ins_along(state: str) -> None:
    cast = Cast(state=state)
    services.delete_shift(cast.duty.pk, 1)
    assert spans() == []


def test_a_shift_of_a_rotation_that_a_hand_deletes_is_on_offer_no_more() -> None:
    cast = Cast(state="generated")
    cast.offer()
    with clock.driven_by(lambda: at(2)):
        services.delete_shift(cast.duty.pk, 1)
    row = SwapRequest.objects.get()
    assert (row.state, row.decided_at) == ("withdrawn", at(2))


def test_it_is_one_operation_which_is_told_as_what_was_done_to_the_shift() -> None:
    cast = Cast()
    cast.move(days=1)
    entry = RotaOperation.objects.get()
    assert [(c["model"], c["id"]) for c in entry.changes] == [
        ("shift", cast.duty.pk),
        ("override", cast.stand_in.pk),
    ]
    stand_in = entry.changes[1]
    assert stand_in["before"]["version"] == 1
    assert stand_in["after"] == {
        "schedule": cast.rota.pk,
        "replaces_shift": cast.duty.pk,
        "replaces_staff": None,
        "replaces_service": None,
        "replaces_level": None,
        "staff": cast.bob.pk,
        "service": None,
        "who": "Bob",
        "instead": "Alice",
        "starts_at": at(8, day=5).isoformat(),
        "ends_at": at(18, day=5).isoformat(),
        "note": "",
        "whole": True,
        "swap": None,
        "version": 2,
    }


WRITES: dict[str, Callable[[Cast], object]] = {
    "moved": lambda cast: cast.move(days=1),
    "resized": lambda cast: cast.move(end_minutes=-300),
    "given away": lambda cast: services.change_shift(cast.duty.pk, 1, {"staff": cast.charlie}),
    "given to Bob": lambda cast: services.change_shift(cast.duty.pk, 1, {"staff": cast.bob}),
    "deleted": lambda cast: services.delete_shift(cast.duty.pk, 1),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))
@pytest.mark.parametrize("part", [(8, 18), (10, 16)], ids=["whole", "part"])
@pytest.mark.parametrize("state", ["manual", "generated"])
def test_shift_stand_ins_and_offers_are_undone_and_redone_together(
    write: Callable[[Cast], object], part: tuple[int, int], state: str
) -> None:
    cast = Cast(*part, state=state)
    cast.offer(period=(at(9), at(15)))
    start = everything()
    write(cast)
    end = everything()
    assert end != start
    for _round in range(2):
        services.undo(cast.rota.pk)
        assert everything() == start
        services.redo(cast.rota.pk)
        assert everything() == end


@pytest.mark.parametrize(
    ("write", "state", "part"),
    [
        ("moved", "withdrawn", (at(9), at(15))),
        ("resized", "open", (at(9), at(13))),
        ("given away", "withdrawn", (at(9), at(15))),
    ],
)
def test_an_offer_of_a_part_is_cut_or_withdrawn(
    write: str, state: str, part: tuple[Any, Any]
) -> None:
    cast = Cast()
    cast.offer(period=(at(9), at(15)))
    with clock.driven_by(lambda: at(2)):
        WRITES[write](cast)
    row = SwapRequest.objects.get()
    assert (row.state, (row.period.lower, row.period.upper)) == (state, part)
    assert row.decided_at == (at(2) if state == "withdrawn" else None)


def test_an_offer_of_the_whole_shift_follows_it() -> None:
    cast = Cast()
    cast.offer()
    cast.move(days=1)
    assert SwapRequest.objects.get().state == "open"


def test_an_offer_in_return_for_a_shift_given_away_is_withdrawn() -> None:
    cast = Cast()
    other = build.shift(cast.rota, cast.charlie, at(8, day=6), at(18, day=6))
    cast.offer(in_return_for=other)
    services.change_shift(other.pk, 1, {"staff": cast.bob})
    assert SwapRequest.objects.get().state == "withdrawn"


def test_an_accepted_exchange_outlives_the_other_shift() -> None:
    """Charlie did Alice's duty for his own, which is deleted: he still does hers."""
    cast = Cast()
    other = build.shift(cast.rota, cast.charlie, at(8, day=6), at(18, day=6))
    swap = cast.offer(in_return_for=other, state="accepted", accepted_by=cast.charlie)
    Override.objects.update(staff=cast.charlie, swap=swap)
    start = everything()
    services.delete_shift(other.pk, 1)
    assert (SwapRequest.objects.get().in_return_for, Override.objects.get().swap) == (None, swap)
    services.undo(cast.rota.pk)
    assert everything() == start


def test_the_other_half_of_an_exchange_outlives_the_shift_that_was_offered() -> None:
    cast = Cast()
    other = build.shift(cast.rota, cast.charlie, at(8, day=6), at(18, day=6))
    swap = cast.offer(other, state="accepted", accepted_by=cast.charlie)
    Override.objects.update(swap=swap)
    start = everything()
    services.delete_shift(other.pk, 1)
    assert not SwapRequest.objects.exists()
    assert Override.objects.get().swap is None
    for _round in range(2):
        services.undo(cast.rota.pk)
        assert everything() == start
        services.redo(cast.rota.pk)
        assert Override.objects.get().swap is None


def test_an_offer_made_since_goes_with_the_undone_shift_and_returns_with_it() -> None:
    cast = Cast()
    values = {"schedule": cast.rota, "staff": cast.alice, "starts_at": at(20), "ends_at": at(22)}
    duty = services.create_shift(values)
    cast.offer(duty)
    before = everything()
    services.undo(cast.rota.pk)
    assert not SwapRequest.objects.exists()
    services.redo(cast.rota.pk)
    assert everything() == before


def test_an_offer_made_since_is_withdrawn_when_its_shift_goes_back_to_another() -> None:
    cast = Cast()
    services.change_shift(cast.duty.pk, 1, {"staff": cast.charlie})
    cast.offer()
    services.undo(cast.rota.pk)
    assert SwapRequest.objects.get().state == "withdrawn"


def test_an_undo_is_refused_when_the_offer_it_would_open_was_made_anew() -> None:
    cast = Cast()
    cast.offer()
    services.change_shift(cast.duty.pk, 1, {"staff": cast.charlie})
    SwapRequest.objects.create(shift=cast.duty, requested_by=cast.charlie, created_at=at(1))
    with pytest.raises(Exception, match="undo_conflict") as conflict:
        services.undo(cast.rota.pk)
    assert "Charlie offered the shift anew" in str(conflict.value.message)  # type: ignore[attr-defined]


def test_many_shifts_take_as_many_queries_as_one() -> None:
    cast = Cast()
    cast.offer()
    one = [moved(cast.duty)]
    with CaptureQueriesContext(connection) as few:
        standins.follow(one)
    more = [build.shift(cast.rota, cast.alice, at(8, day), at(18, day)) for day in range(5, 25)]
    for duty in more:
        Override.objects.create(
            schedule=cast.rota,
            replaces_shift=duty,
            staff=cast.bob,
            period=duty.period,
            whole=True,
        )
    longer = [moved(duty) for duty in more]
    with CaptureQueriesContext(connection) as many:
        done = standins.follow(longer)
    assert len(done) == 20
    assert len(many) <= len(few)


def moved(duty: Shift) -> Change:
    """Return the change that a shift is which lasts longer by an hour."""
    duty.refresh_from_db()
    before = snapshots.of_shift(duty)
    return Change("shift", duty.pk, before, {**before, "ends_at": at(19, 28).isoformat()})
