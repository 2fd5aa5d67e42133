"""What changes of the rota mean for people: who is concerned, and how their duties differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduling import periods
from scheduling.changes import Values, gone
from scheduling.duties import Duty, in_order
from scheduling.types import Change, OverrideFact, Period, ScheduleFacts, ShiftFact, Who

SHIFT, OVERRIDE = "shift", "override"  # as the log names the rows that decide on duties
Row = ShiftFact | OverrideFact
Rows = Mapping[tuple[str, int], Row]


@dataclass(frozen=True)
class Concern:
    """Whose duties some changes may have changed, as far as the changes tell.

    Besides `people`: those who have `shifts`, and those who stand at one of `levels` meanwhile.
    `period` is all the time that the changes are about.
    """

    people: frozenset[Who]
    shifts: frozenset[int]
    levels: tuple[tuple[int, Period], ...]
    period: Period


@dataclass(frozen=True)
class Difference:
    """How one person's duties differ: new ones, those no longer theirs, and (before, after)."""

    gained: tuple[Duty, ...] = ()
    lost: tuple[Duty, ...] = ()
    moved: tuple[tuple[Duty, Duty], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost or self.moved)


def concern(changes: Iterable[Change], now: datetime) -> Concern | None:
    """Return whom `changes` may concern from `now` on, None where nobody."""
    people: set[Who] = set()
    shifts: set[int] = set()
    levels: list[tuple[int, Period]] = []
    times: list[Period] = []
    for change in changes:
        for values in (change.before, change.after):
            row = _row(change.model, change.id, values)
            if row is None or row.period.ends_at <= now:
                continue
            times.append(row.period)
            people |= {who for who in (row.who, getattr(row, "assignee", None)) if who}
            if isinstance(row, OverrideFact) and row.shift is not None:
                shifts.add(row.shift)
            if isinstance(row, OverrideFact) and row.level is not None:
                levels.append((row.level, row.period))
    if not times:
        return None
    return Concern(frozenset(people), frozenset(shifts), tuple(levels), _hull(times))


def hull(changes: Iterable[Change]) -> Period | None:
    """Return all the time that `changes` are about, None where no duty is."""
    found = (
        _row(change.model, change.id, values)
        for change in changes
        for values in (change.before, change.after)
    )
    times = [row.period for row in found if row]
    return _hull(times) if times else None


def taken_back(rows: Rows, changes: Sequence[Change]) -> Rows:
    """Return `rows` as they were before `changes`, given in the order in which they happened."""
    found = dict(rows)
    for change in reversed(changes):
        key = (change.model, change.id)
        found.pop(key, None)
        if before := _row(*key, change.before):
            found[key] = before
    return found


def applied(rows: Rows, changes: Sequence[Change]) -> Rows:
    """Return `rows` as they are after `changes`, given in the order in which they happened."""
    found = dict(rows)
    for change in changes:
        key = (change.model, change.id)
        found.pop(key, None)
        if after := _row(*key, change.after):
            found[key] = after
    return found


def facts(rows: Rows) -> ScheduleFacts:
    """Return what decides on duties; absences and numbers do not."""
    return ScheduleFacts(
        tuple(row for row in rows.values() if isinstance(row, ShiftFact)),
        overrides=tuple(row for row in rows.values() if isinstance(row, OverrideFact)),
    )


def difference(before: Iterable[Duty], after: Iterable[Duty], now: datetime) -> Difference:
    """Return how one person's duties on one schedule differ, but for what is over by `now`.

    What they have as before counts as unchanged, whatever row it rests on. A shift that went
    somewhere else with its person is told as moved.
    """
    before, after = sorted(before, key=in_order), sorted(after, key=in_order)
    gained, lost = _more(after, before), _more(before, after)
    moved = [
        (old, new)
        for old, new in _pairs(before, after)
        if _within(_more([new], [old]), gained) and _within(_more([old], [new]), lost)
    ]
    gained = _more(gained, [new for _old, new in moved])
    lost = _more(lost, [old for old, _new in moved])
    return Difference(
        tuple(duty for duty in gained if duty.period.ends_at > now),
        tuple(duty for duty in lost if duty.period.ends_at > now),
        tuple(m for m in moved if max(duty.period.ends_at for duty in m) > now),
    )


def _pairs(before: Iterable[Duty], after: Iterable[Duty]) -> list[tuple[Duty, Duty]]:
    """Return the shifts that are one duty before and another one after."""
    old, new = _by_shift(before), _by_shift(after)
    single = [
        (old[shift][0], new[shift][0])
        for shift in old
        if shift is not None and len(old[shift]) == len(new.get(shift, ())) == 1
    ]
    return [(was, now) for was, now in single if was != now]


def _by_shift(duties: Iterable[Duty]) -> dict[int | None, list[Duty]]:
    found: dict[int | None, list[Duty]] = defaultdict(list)
    for duty in duties:
        found[duty.shift].append(duty)
    return found


def _more(some: Iterable[Duty], others: Iterable[Duty]) -> list[Duty]:
    """Return the parts of `some` at times and levels that `others` do not have."""
    theirs: dict[int, list[Period]] = defaultdict(list)
    for duty in others:
        theirs[duty.level].append(duty.period)
    return [
        Duty(duty.staff, duty.schedule, duty.level, duty.shift, period)
        for duty in some
        for period in periods.subtract([duty.period], theirs[duty.level])
    ]


def _within(some: Iterable[Duty], others: Iterable[Duty]) -> bool:
    return not _more(some, others)


def _hull(times: Sequence[Period]) -> Period:
    return Period(min(t.starts_at for t in times), max(t.ends_at for t in times))


def _row(model: str, pk: int, values: Values | None) -> Row | None:
    """Return the row that decides on duties, None where there is none."""
    if values is None or model not in (SHIFT, OVERRIDE) or (model == SHIFT and gone(values)):
        return None
    ends = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    period, who = Period(*ends), Who(values["staff"], values["service"])
    if model == SHIFT:
        return ShiftFact(pk, who, values["level"], period)
    replaced = Who(values["replaces_staff"], values["replaces_service"])
    return OverrideFact(
        pk,
        period,
        None if who == Who() else who,
        values["replaces_shift"],
        None if replaced == Who() else replaced,
        values["replaces_level"],
    )
