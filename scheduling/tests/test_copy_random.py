"""Copying any rota and taking the copies away again leaves it exactly as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Refused
from scheduling import services, wall
from scheduling.models import Schedule, Shift
from scheduling.services import Copied, Wish
from scheduling.tests import build

SOAK = os.environ.get("ONCALL_SOAK") == "1"
EXAMPLES = 2000 if SOAK else 12
ZONES = (
    *("Europe/Paris", "America/Santiago", "America/Havana", "Africa/Cairo", "Asia/Beirut"),
    *("Atlantic/Azores", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"),
)
REFUSALS = ("target_overlaps_source", "targets_overlap", "nothing_to_copy")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db

hours = st.tuples(st.integers(0, 24 * 8), st.integers(1, 40), st.integers(0, 2), st.integers(1, 2))
rotas = st.lists(hours, min_size=1, max_size=10)
targets = st.lists(st.integers(1, 60), min_size=1, max_size=5)
days = st.dates(date(2020, 1, 1), date(2035, 10, 1))


@settings(
    max_examples=EXAMPLES,
    derandomize=not SOAK,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(rotas, targets, days, st.sampled_from(ZONES), st.integers(1, 8), st.booleans())
def test_copying_then_deleting_the_copies_restores_exactly(
    rota: list[Any], later: list[int], first: date, zone: str, length: int, by_undo: bool
) -> None:
    with transaction.atomic():
        schedule = _rota(rota, first, zone)
        before = list(Shift.objects.order_by("pk").values())
        with _clock_at(first, zone):
            done = _copy(schedule, first, length, later)
            if done is not None:
                _check_hours(done, zone)
                _take_back(schedule, done, by_undo=by_undo)
        assert list(Shift.objects.order_by("pk").values()) == before
        transaction.set_rollback(True)


def _clock_at(first: date, zone: str) -> Any:
    start = wall.instant(datetime.combine(first, datetime.min.time()), zone)
    return clock.driven_by(lambda: start.astimezone(UTC))


def _rota(rota: list[Any], first: date, zone: str) -> Schedule:
    """Write the shifts that do not overlap those before."""
    schedule = build.schedule("Any", time_zone=zone)
    people = [build.staff(name) for name in ("Alice", "Bob", "Carol")]
    midnight = datetime.combine(first, datetime.min.time())
    for start, lasting, who, level in rota:
        ends = [wall.instant(midnight + n * HOUR, zone) for n in (start, start + lasting)]
        there = Shift.objects.filter(staff=people[who], level=level, period__overlap=tuple(ends))
        if ends[0] < ends[1] and not there.exists():
            build.shift(schedule, people[who], ends[0], ends[1], level, note=f"{start}")
    return schedule


def _copy(schedule: Schedule, first: date, length: int, later: list[int]) -> Copied | None:
    """Copy so many days to others; None where the wish is refused, and nothing was written."""
    start = datetime.combine(first, datetime.min.time())
    wish = Wish(start, start + length * DAY, [first + n * DAY for n in later])
    count = Shift.objects.count()
    try:
        told = services.preview_copy(schedule, wish)
        assert Shift.objects.count() == count
        done = services.copy_shifts(schedule, wish, skip_conflicts=True)
    except Refused as refused:
        if refused.code not in REFUSALS:
            raise
        return None
    assert (told.copies, told.clashes) == (done.copies, done.clashes)
    assert Shift.objects.count() == count + len(done.copies)
    return done


def _check_hours(done: Copied, zone: str) -> None:
    """Each copy stands at the hours of its source, but where the clocks skip them."""
    sources = Shift.objects.in_bulk({copy.source for copy in done.copies})
    for copy, row in zip(done.copies, done.shifts, strict=True):
        source = sources[copy.source]
        assert (row.staff_id, row.level, row.note) == (source.staff_id, source.level, source.note)
        for one, other in _ends(source, row):
            was, now = wall.wall(one, zone), wall.wall(other, zone)
            wanted = datetime.combine(now.date(), was.time())
            assert now.time() == was.time() or wall.instant(wanted, zone, was.fold) == other


def _ends(source: Shift, row: Shift) -> Iterator[tuple[datetime, datetime]]:
    yield source.starts_at, row.starts_at
    yield source.ends_at, row.ends_at


def _take_back(schedule: Schedule, done: Copied, *, by_undo: bool) -> None:
    if by_undo and done.shifts:
        services.undo(schedule.pk)
        return
    for row in done.shifts:
        services.delete_shift(row.pk, row.version)
