"""Random rotas: rotations, stand-ins, absences and diverts of a few days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from scheduling import coverage, periods, recurrence, wall
from scheduling.enums import GapReason
from scheduling.tests.facts import ALICE, BOB, CHARLIE, RECEPTION
from scheduling.tests.rules import ZONES, changes, holidays_near, rotations
from scheduling.types import DivertFact, OverrideFact, Period, ScheduleFacts, ShiftFact, Who

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
people = st.sampled_from((ALICE, BOB, CHARLIE, RECEPTION))


@dataclass(frozen=True)
class Rota:
    """What is known of a stretch of time, and when somebody must be reachable in it, or need not.

    `intended` are the holes that are left on purpose.
    """

    facts: ScheduleFacts
    required: tuple[Period, ...]
    intended: tuple[Period, ...]
    starts_at: datetime
    ends_at: datetime


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    """Draw a rota of some days, mostly about a change of the clocks."""
    zone = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(changes(zone))) - draw(st.integers(0, 4)) * DAY
    starts_at = wall.instant(datetime.combine(day, time()), zone)
    ends_at = starts_at + draw(st.integers(1, 3)) * DAY + draw(st.integers(0, 600)) * MINUTE
    stretch = Period(starts_at, ends_at)
    shifts = tuple(_numbered(draw, _shifts(draw, zone, stretch)))
    unreachable = st.dictionaries(people, st.sampled_from(GapReason), max_size=1)
    away = st.dictionaries(people, st.lists(_parts(stretch), max_size=2).map(tuple), max_size=2)
    facts = ScheduleFacts(
        shifts,
        draw(unreachable),
        draw(_diverts(stretch)),
        tuple(draw(_override(stretch, number, shifts)) for number in range(1, draw(_few) + 1)),
        draw(away),
    )
    pieces = st.lists(_parts(stretch), max_size=3)
    required = draw(st.one_of(pieces, _coverage(stretch, zone), st.just([stretch])))
    return Rota(facts, tuple(periods.merge(required)), tuple(draw(pieces)), starts_at, ends_at)


_few = st.sampled_from((0, 1, 2, 4))


def _coverage(stretch: Period, zone: str) -> st.SearchStrategy[list[Period]]:
    """Draw hours of the week, and others on public holidays, and when that is in a stretch."""
    clock = st.sampled_from(("00:00", "02:30", "08:00", "18:00"))
    hours = {"from": clock, "to": clock}
    days = st.sampled_from((["mo", "tu", "we", "th", "fr"], ["sa", "su"], ["su"]))
    weekly = st.fixed_dictionaries({"days": days, **hours})
    feasts = st.one_of(
        st.sampled_from(("as_usual", "all_day", "none")),
        st.lists(st.fixed_dictionaries(hours), min_size=1, max_size=2),
    )
    whole = st.fixed_dictionaries(
        {
            "kind": st.just("weekly"),
            "hours": st.lists(weekly, min_size=1, max_size=3),
            "holidays": feasts,
        }
    )
    dates = st.sets(st.integers(0, 4).map(lambda n: stretch.starts_at.date() + n * DAY))
    return st.builds(
        lambda said, holidays: [
            *coverage.required_periods(said, stretch.starts_at, stretch.ends_at, zone, holidays)
        ],
        whole,
        dates,
    )


def _shifts(draw: st.DrawFn, zone: str, stretch: Period) -> list[ShiftFact]:
    """Draw the shifts of up to three rotations, begun some time before."""
    found = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        each = replace(draw(rotations(zone=zone)), id=number)
        before = draw(st.sampled_from((0, 1, 5, 9, 400)))
        day = stretch.starts_at.date() - before * DAY
        each = replace(each, counted_from=day, starts_on=day, ends_on=None)
        holidays = draw(holidays_near(stretch.starts_at.date()))
        found += [
            ShiftFact(None, o.who, each.level, o.period, each.id, o.day, o.slot)
            for o in recurrence.between(each, stretch.starts_at, stretch.ends_at, holidays)
        ]
    return found


def _numbered(draw: st.DrawFn, shifts: list[ShiftFact]) -> list[ShiftFact]:
    """Let the first ones be rows, and the others what only their rule says."""
    written = draw(st.integers(0, len(shifts)))
    return [
        shift._replace(id=number if number <= written else None)
        for number, shift in enumerate(shifts, 1)
    ]


def _parts(stretch: Period) -> st.SearchStrategy[Period]:
    """Draw a part of a stretch, which may reach beyond it."""
    minutes = int((stretch.ends_at - stretch.starts_at) / MINUTE)
    return st.builds(
        lambda start, length: Period(
            stretch.starts_at + start * MINUTE, stretch.starts_at + (start + length) * MINUTE
        ),
        st.integers(-600, minutes),
        st.one_of(st.integers(1, 600), st.integers(1, 6000)),
    )


def _override(
    stretch: Period, number: int, shifts: tuple[ShiftFact, ...]
) -> st.SearchStrategy[OverrideFact]:
    """Draw who stands in for one shift, one person or a whole level."""
    ids = [shift.id for shift in shifts if shift.id]
    who: st.SearchStrategy[Who | None] = st.one_of(st.none(), people)
    of_shift = (
        [st.builds(OverrideFact, st.just(number), _parts(stretch), who, st.sampled_from(ids))]
        if ids
        else []
    )
    return st.one_of(
        *of_shift,
        st.builds(OverrideFact, st.just(number), _parts(stretch), who, assignee=people),
        st.builds(OverrideFact, st.just(number), _parts(stretch), who, level=st.integers(1, 2)),
    )


def _diverts(stretch: Period) -> st.SearchStrategy[tuple[DivertFact, ...]]:
    """Draw diverts that do not overlap."""
    edges = st.lists(_parts(stretch).map(lambda part: part.starts_at), max_size=4, unique=True)
    goals = st.tuples(people, people)
    return st.builds(
        lambda cuts, to: tuple(
            DivertFact(number, to[number], Period(*pair))
            for number, pair in enumerate(list(pairwise(sorted(cuts)))[::2])
        ),
        edges,
        goals,
    )
