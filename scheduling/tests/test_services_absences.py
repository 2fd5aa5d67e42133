"""Time off and intended holes are checked, and kept in the log."""

from __future__ import annotations

import pytest
from django.utils import translation

from oncall_portal.lib.errors import Refused, Stale
from scheduling import services, snapshots
from scheduling.models import IntendedGap, RotaOperation, TimeOff
from scheduling.operation_words import operation_words
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db


def log() -> list[tuple[str, str, str]]:
    rows = RotaOperation.objects.order_by("pk")
    return [(row.kind, row.state, row.schedule_name) for row in rows]


def words(language: str = "en") -> list[str]:
    with translation.override(language):
        return [operation_words(row, "UTC") for row in RotaOperation.objects.order_by("pk")]


def test_time_off_is_logged_past_the_line_of_any_schedule() -> None:
    alice = build.staff("Alice")
    row = services.create_time_off({"staff": alice, "starts_at": at(0), "ends_at": at(24)})
    services.change_time_off(row.pk, 1, {"ends_at": at(12), "reason": "leave"})
    services.delete_time_off(row.pk, 2)
    assert log() == [
        ("time_off_created", "fixed", ""),
        ("time_off_changed", "fixed", ""),
        ("time_off_deleted", "fixed", ""),
    ]
    assert words() == [
        "Alice away, Mon 4 Jan, 00:00 → Tue 5 Jan, 00:00",
        "Alice now away, Mon 4 Jan, 00:00 → 12:00",
        "Alice no longer away, Mon 4 Jan, 00:00 → 12:00",
    ]
    assert words("fr")[0].startswith("Alice\N{NO-BREAK SPACE}: absence, ")


def test_an_intended_hole_is_an_operation_of_its_schedule_and_can_be_undone() -> None:
    rota = build.schedule("Paris")
    row = services.create_intended_gap({"schedule": rota, "starts_at": at(0), "ends_at": at(24)})
    services.change_intended_gap(row.pk, 1, {"ends_at": at(12)})
    services.delete_intended_gap(row.pk, 2)
    assert log() == [
        ("gap_intended", "done", "Paris"),
        ("gap_intended", "done", "Paris"),
        ("gap_not_intended", "done", "Paris"),
    ]
    assert words() == [
        "hole intended, Mon 4 Jan, 00:00 → Tue 5 Jan, 00:00",
        "intended hole changed, Mon 4 Jan, 00:00 → 12:00",
        "hole no longer intended, Mon 4 Jan, 00:00 → 12:00",
    ]
    for _step in range(2):
        services.undo(rota.pk)
    back = IntendedGap.objects.get()
    assert (back.pk, back.starts_at, back.ends_at) == (row.pk, at(0), at(24))
    services.undo(rota.pk)
    assert not IntendedGap.objects.exists()


def test_the_rows_come_back_from_the_log_as_they_were() -> None:
    gap = services.create_intended_gap(
        {"schedule": build.schedule(), "starts_at": at(0), "ends_at": at(24), "note": "closed"}
    )
    values = snapshots.of_intended_gap(gap)
    assert snapshots.of_intended_gap(snapshots.intended_gap_of(gap.pk, values)) == values
    ends = {"starts_at": at(0), "ends_at": at(24)}
    off = services.create_time_off({"staff": build.staff("Alice"), **ends, "reason": "leave"})
    told = snapshots.of_time_off(off)
    assert snapshots.of_time_off(snapshots.time_off_of(off.pk, told)) == told


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ({"starts_at": at(0)}, "required"),
        ({"starts_at": at(8), "ends_at": at(8)}, "ends_before_start"),
        ({"starts_at": at(8), "ends_at": at(8).replace(year=2200)}, "out_of_range"),
        ({"starts_at": at(0), "ends_at": at(24 * 801)}, "too_long"),
    ],
)
def test_ends_that_make_no_sense_are_refused(ends: dict[str, object], code: str) -> None:
    rota, alice = build.schedule(), build.staff("Alice")
    with pytest.raises(Refused) as caught:
        services.create_time_off({"staff": alice, **ends})
    assert caught.value.code == code
    with pytest.raises(Refused) as caught:
        services.create_intended_gap({"schedule": rota, **ends})
    assert caught.value.code == code
    assert (TimeOff.objects.count(), IntendedGap.objects.count(), log()) == (0, 0, [])


def test_whose_they_are_stays_and_a_stale_change_is_none() -> None:
    off = build.time_off(build.staff("Alice"), at(0), at(24))
    gap = IntendedGap.objects.create(schedule=build.schedule(), period=(at(0), at(24)))
    with pytest.raises(Refused) as caught:
        services.change_time_off(off.pk, 1, {"staff": build.staff("Bob")})
    assert caught.value.code == "staff_fixed"
    with pytest.raises(Refused) as caught:
        services.change_intended_gap(gap.pk, 1, {"schedule": build.schedule("Lyon")})
    assert caught.value.code == "schedule_fixed"
    with pytest.raises(Stale):
        services.change_time_off(off.pk, 2, {"reason": "x"})
    with pytest.raises(Stale):
        services.delete_intended_gap(gap.pk, 2)
