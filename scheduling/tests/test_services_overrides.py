"""Stand-ins are checked, cut what they take the place of, and can be undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from oncall_portal.lib.errors import Refused, Stale
from scheduling import queries, resolve, services
from scheduling.models import Override, RotaOperation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.rotas import at_time
from scheduling.types import Standing

pytestmark = pytest.mark.django_db
NOW = at(6)


class Cast:
    """Alice has Monday from 8 to 18; Bob and Charlie may stand in."""

    def __init__(self) -> None:
        self.rota: Schedule = build.schedule("Paris")
        self.alice: Staff = build.staff("Alice")
        self.bob: Staff = build.staff("Bob")
        self.charlie: Staff = build.staff("Charlie")
        self.duty: Shift = build.shift(self.rota, self.alice, at(8), at(18))

    def put(self, start: float | None, end: float | None, **values: Any) -> services.Placed:
        """Let Bob stand in, for the duty unless something else is said."""
        ends = {"starts_at": start, "ends_at": end}
        given = {name: at(hour) for name, hour in ends.items() if hour is not None}
        target = {"replaces_shift": self.duty} if not _targets(values) else {}
        base = {"schedule": self.rota, "staff": self.bob, **target}
        with at_time(NOW):
            return services.create_override({**base, **given, **values})


def _targets(values: dict[str, Any]) -> list[str]:
    return [name for name in values if name.startswith("replaces")]


@pytest.fixture
def cast() -> Cast:
    return Cast()


def spans() -> list[tuple[str, float, float, bool]]:
    rows = Override.objects.select_related("staff").order_by("period")
    return [(str(r.staff), _hour(r.starts_at), _hour(r.ends_at), r.whole) for r in rows]


def _hour(instant: Any) -> float:
    return float((instant - at(0)).total_seconds() / 3600)


def undo(cast: Cast) -> None:
    with at_time(NOW):
        services.undo(cast.rota.pk)


@pytest.mark.requirement("PLA-15")
def test_without_ends_a_stand_in_has_the_whole_shift(cast: Cast) -> None:
    cast.put(None, None)
    assert spans() == [("Bob", 8, 18, True)]
    assert [s.who for s in _on_call(cast, 9)] == [build.who(cast.bob)]
    undo(cast)
    assert spans() == []


def _on_call(cast: Cast, hour: float) -> tuple[Standing, ...]:
    return resolve.on_call(queries.load_facts(cast.rota.pk, at(0), at(24)), at(hour))


def test_without_a_start_it_begins_now_where_the_shift_has_and_the_past_stays(cast: Cast) -> None:
    values = {"schedule": cast.rota, "replaces_shift": cast.duty, "staff": cast.bob}
    with at_time(at(10) + timedelta(seconds=42)):
        services.create_override(values)
    assert spans() == [("Bob", 10, 18, False)]
    assert [s.who for s in _on_call(cast, 9)] == [build.who(cast.alice)]


def test_a_part_without_a_start_begins_now_too(cast: Cast) -> None:
    values = {"schedule": cast.rota, "replaces_shift": cast.duty, "staff": cast.bob}
    with at_time(at(10)):
        services.create_override({**values, "ends_at": at(12)})
    assert spans() == [("Bob", 10, 12, False)]


def test_a_start_that_is_given_is_taken_though_it_is_past(cast: Cast) -> None:
    cast.put(8, 18)
    with at_time(at(10)):
        services.change_override(Override.objects.get().pk, 1, {"ends_at": at(12)})
    assert spans() == [("Bob", 8, 12, False)]
    values = {"schedule": cast.rota, "replaces_shift": cast.duty, "staff": cast.charlie}
    with at_time(at(10)):
        services.create_override({**values, "starts_at": at(9)})
    assert spans() == [("Bob", 8, 9, False), ("Charlie", 9, 18, False)]


def test_the_later_cuts_the_earlier_and_tells_what_it_cut(cast: Cast) -> None:
    first = cast.put(8, 12).row
    second = cast.put(14, 18).row
    whole = cast.put(10, 16, staff=cast.charlie)
    assert spans() == [("Bob", 8, 10, False), ("Charlie", 10, 16, False), ("Bob", 16, 18, False)]
    assert services.remains(whole.cut) == [
        {"id": first.pk, "starts_at": at(8), "ends_at": at(10)},
        {"id": second.pk, "starts_at": at(16), "ends_at": at(18)},
    ]
    undo(cast)
    assert spans() == [("Bob", 8, 12, False), ("Bob", 14, 18, False)]


def test_one_in_the_middle_leaves_both_ends_and_one_over_all_leaves_nothing(cast: Cast) -> None:
    cast.put(None, None)
    cast.put(10, 12, staff=cast.charlie)
    assert [span[:3] for span in spans()] == [("Bob", 8, 10), ("Charlie", 10, 12), ("Bob", 12, 18)]
    all_of_it = cast.put(8, 18, staff=cast.charlie)
    assert spans() == [("Charlie", 8, 18, True)]
    assert {each["starts_at"] for each in services.remains(all_of_it.cut)} == {None}
    for _step in range(3):
        undo(cast)
    assert spans() == []


def test_stand_ins_of_different_targets_leave_each_other_alone(cast: Cast) -> None:
    desk = build.service("Desk")
    cast.put(None, None)
    cast.put(8, 18, replaces_staff=cast.alice)
    cast.put(8, 18, replaces_service=desk)
    cast.put(8, 18, replaces_level=1, staff=None)
    cast.put(8, 18, replaces_level=2, staff=None, service=desk)
    assert Override.objects.count() == 5
    assert _on_call(cast, 9) == ()


def test_the_same_place_on_another_schedule_is_another_place(cast: Cast) -> None:
    lyon = build.schedule("Lyon")
    for rota in (cast.rota, lyon):
        cast.put(8, 18, schedule=rota, replaces_staff=cast.alice)
        cast.put(8, 18, schedule=rota, replaces_level=1)
    assert Override.objects.count() == 4


def test_a_change_makes_room_too_and_keeps_what_it_does_not_name(cast: Cast) -> None:
    early, late = cast.put(8, 10, note="early").row, cast.put(10, 18, staff=cast.charlie).row
    with at_time(NOW):
        changed = services.change_override(early.pk, 1, {"ends_at": at(12)})
    assert spans() == [("Bob", 8, 12, False), ("Charlie", 12, 18, False)]
    assert (changed.row.note, changed.row.version) == ("early", 2)
    assert [change.id for change in changed.cut] == [late.pk]
    undo(cast)
    assert spans() == [("Bob", 8, 10, False), ("Charlie", 10, 18, False)]


def test_one_that_has_begun_is_ended_and_one_that_has_not_vanishes(cast: Cast) -> None:
    begun, just_now, coming = cast.put(8, 10).row, cast.put(10, 12).row, cast.put(14, 18).row
    with at_time(at(9)):
        services.delete_override(begun.pk, 1)
    with at_time(at(10)):
        services.delete_override(just_now.pk, 1)
        services.delete_override(coming.pk, 1)
    assert spans() == [("Bob", 8, 9, False)]
    kinds = RotaOperation.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[3:] == ["override_deleted"] * 3


def test_what_is_over_stays_as_it_was(cast: Cast) -> None:
    over = cast.put(8, 10).row
    with at_time(at(10)):
        for write in (
            lambda: services.change_override(over.pk, 1, {"note": "x"}),
            lambda: services.delete_override(over.pk, 1),
        ):
            with pytest.raises(Refused) as caught:
                write()
            assert caught.value.code == "over"
    assert spans() == [("Bob", 8, 10, False)]


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"replaces_level": 1, "starts_at": None}, "required", "starts_at"),
        ({"replaces_level": 1, "ends_at": at(8)}, "ends_before_start", "ends_at"),
        ({"replaces_level": 1, "starts_at": at(2), "ends_at": at(6)}, "past", "ends_at"),
        ({"replaces_level": 1, "ends_at": at(24 * 801)}, "too_long", "ends_at"),
        ({"ends_at": at(19)}, "outside_shift", "ends_at"),
        ({"starts_at": at(7)}, "outside_shift", "starts_at"),
        ({"replaces_shift": None}, "one_target", "replaces"),
        ({"replaces_level": 1, "replaces_staff": "alice"}, "one_target", "replaces"),
        ({"staff": "alice"}, "same", "staff"),
        ({"replaces_staff": "alice", "staff": "alice"}, "same", "staff"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    cast: Cast, values: dict[str, Any], code: str, field: str
) -> None:
    people = {"alice": cast.alice}
    given = {n: people.get(v, v) if isinstance(v, str) else v for n, v in values.items()}
    with pytest.raises(Refused) as caught:
        cast.put(8, 10, **given)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert (Override.objects.count(), RotaOperation.objects.count()) == (0, 0)


def test_a_shift_of_another_schedule_or_off_the_rota_has_no_stand_in(cast: Cast) -> None:
    other = build.shift(build.schedule("Lyon"), cast.alice, at(8), at(18))
    gone = build.shift(cast.rota, cast.charlie, at(8), at(18), state="cancelled")
    for duty, code in ((other, "another_schedule"), (gone, "cancelled")):
        with pytest.raises(Refused) as caught:
            cast.put(8, 10, replaces_shift=duty)
        assert (caught.value.code, caught.value.field) == (code, "replaces")


def test_a_stand_in_stays_in_its_place_and_is_not_changed_over_another_change(cast: Cast) -> None:
    row = cast.put(8, 10).row
    with at_time(NOW), pytest.raises(Refused) as caught:
        services.change_override(row.pk, 1, {"replaces_shift": None, "replaces_level": 1})
    assert caught.value.code == "target_fixed"
    with at_time(NOW), pytest.raises(Stale):
        services.change_override(row.pk, 7, {"note": "x"})
