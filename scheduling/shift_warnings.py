"""What is doubtful about shifts: the duties of their people everywhere, and who can be reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import get_language

from scheduling import absences, duties, load, resolve
from scheduling.duties import Duty, Stretch
from scheduling.enums import ShiftState, ShiftWarning
from scheduling.load import Warned
from scheduling.models import (
    ContactNumber,
    Organisation,
    Override,
    Schedule,
    Shift,
)
from scheduling.queries.people import read_people
from scheduling.queries.standins import override_fact
from scheduling.types import (
    Assignee,
    OverrideFact,
    Period,
    ScheduleFacts,
    ShiftFact,
    Who,
)

_LONGEST = timedelta(days=7)  # of the shifts that are counted in a row
# To be seen to in time, but no reason to plan otherwise: not marked on bars, not said after a drop.
LIGHT = frozenset({ShiftWarning.NOT_VERIFIED})
DRAFT = -1  # names a shift that has no row


@dataclass(frozen=True)
class HouseRules:
    """How much rest the house wants, and how many shifts in a row at most (0: any number)."""

    min_rest: timedelta = load.MIN_REST
    most_in_a_row: int = load.MOST_IN_A_ROW

    @property
    def reach(self) -> timedelta:
        """How long before a shift its warnings may have their cause."""
        return max(self.min_rest, self.most_in_a_row * (load.IN_A_ROW + _LONGEST))


@dataclass(frozen=True)
class Doubts:
    """The warnings of shifts by id, and the names of all who and what they tell of.

    `elsewhere` are those of other shifts of the same people, as far as they were looked at.
    """

    found: Mapping[int, tuple[Warned, ...]] = field(default_factory=dict)
    elsewhere: Mapping[int, tuple[Warned, ...]] = field(default_factory=dict)
    people: Mapping[Who, Assignee] = field(default_factory=dict)
    schedules: Mapping[int, Schedule] = field(default_factory=dict)
    rules: HouseRules = HouseRules()

    def causes(self) -> dict[int, list[tuple[int, Warned]]]:
        """Return, by the shift that is the cause, what stands on another (its id) alone."""
        found: dict[int, list[tuple[int, Warned]]] = {}
        for shift, theirs in chain(self.found.items(), self.elsewhere.items()):
            for warned in theirs:
                cause = warned.other.shift if warned.other else None
                if cause and warned.code is ShiftWarning.REST_TOO_SHORT and cause != shift:
                    found.setdefault(cause, []).append((shift, warned))
        return found

    def of(self, shift: int | None) -> tuple[Warned, ...]:
        """Return the warnings of one shift."""
        return self.found.get(shift, ()) if shift else ()


def house_rules() -> HouseRules:
    """Return the rules of rest of the organisation; one query."""
    kept = Organisation.objects.filter(pk=1).values_list("min_rest_hours", "max_in_a_row").first()
    return HouseRules(timedelta(hours=kept[0]), kept[1]) if kept else HouseRules()


def of_shifts(shifts: Sequence[Shift]) -> Doubts:
    """Return the warnings of shifts, whatever their schedules; eight queries at most.

    They depend on what the same people do on any schedule, for as far as the rules look. Names of
    services are in the active language.
    """
    return _of({shift.pk: shift for shift in shifts}, {}) if shifts else Doubts()


def of_draft(shift: Shift) -> Doubts:
    """Return the warnings that a shift would have if it stood as it does in memory; no write.

    It may have no row yet, then it is known as DRAFT. Who stands in on it follows it, as when it is
    saved. Eight queries at most.
    """
    drafts = {shift.pk or DRAFT: shift}
    return _of(drafts, drafts)


def _of(asked: Mapping[int, Shift], drafts: Mapping[int, Shift]) -> Doubts:
    """Return the warnings of shifts by id; those of `drafts` differ from their rows."""
    rules, shifts = house_rules(), asked.values()
    window = Period(
        min(shift.starts_at for shift in shifts) - rules.reach,
        max(shift.ends_at for shift in shifts) + rules.min_rest,
    )
    facts = _facts(shifts, window, drafts)
    whole = [shift.period for known in facts.values() for shift in known.shifts] + [window]
    starts_at, ends_at = min(p.starts_at for p in whole), max(p.ends_at for p in whole)
    people, away = read_people(
        _everybody(facts.values()),
        DateTimeTZRange(window.starts_at, window.ends_at),
        get_language() or "en",
    )
    never = {who: found.unreachable for who, found in people.items() if found.unreachable}
    gone = absences.of(people, away)
    swept = {
        schedule: duties.stretches(
            ScheduleFacts(known.shifts, never, (), known.overrides, gone),
            starts_at,
            ends_at,
        )
        for schedule, known in facts.items()
    }
    everywhere: list[Duty] = []
    for schedule, found in swept.items():
        everywhere += duties.of_stretches(found, schedule)
    heavy = load.warnings(everywhere, rules.min_rest, rules.most_in_a_row)
    light = _reach([each for found in swept.values() for each in found], asked, people)
    return Doubts(
        {pk: (*light.get(pk, ()), *heavy.get(pk, ())) for pk in asked.keys() & {*light, *heavy}},
        {pk: theirs for pk, theirs in heavy.items() if pk not in asked},
        people,
        Schedule.objects.in_bulk(facts),
        rules,
    )


def _facts(
    shifts: Collection[Shift], window: Period, drafts: Mapping[int, Shift]
) -> dict[int, ScheduleFacts]:
    """Return what decides on the duties of those who have `shifts`, by schedule; three queries."""
    within = DateTimeTZRange(window.starts_at, window.ends_at)
    live = Shift.objects.filter(period__overlap=within).exclude(state=ShiftState.CANCELLED.value)
    here = {shift.schedule_id for shift in shifts}
    rows = Override.objects.filter(Q(period__overlap=within) | Q(replaces_shift__in=list(drafts)))
    people = {shift.staff_id for shift in shifts if shift.staff_id}
    people |= set(
        rows.filter(schedule__in=here, staff__isnull=False).values_list("staff", flat=True)
    )
    theirs = live.filter(staff__in=people).values("schedule")
    concerned = Q(schedule__in=here) | Q(staff__in=people) | Q(schedule__in=theirs)
    overrides: dict[int, list[OverrideFact]] = defaultdict(list)
    for row in rows.filter(concerned):
        if standing := _standing(row, drafts.get(row.replaces_shift_id or 0)):
            overrides[row.schedule_id].append(standing)
    known = [override for found in overrides.values() for override in found]
    wanted = Q(pk__in={shift.pk for shift in shifts} | {each.shift for each in known if each.shift})
    wanted |= Q(
        staff__in=people | {each.assignee.staff for each in known if each.assignee} - {None}
    )
    wanted |= Q(service__in={each.assignee.service for each in known if each.assignee} - {None})
    found: dict[int, list[ShiftFact]] = defaultdict(list)
    ends = ("period__startswith", "period__endswith")  # quicker to read than ranges
    columns = ("schedule", "pk", "staff", "service", "level", *ends)
    written = live.filter(wanted).exclude(pk__in=list(drafts))
    for schedule, pk, staff, service, level, *period in written.values_list(*columns):
        fact = ShiftFact(pk, Who(staff, service), level, Period(*period))
        found[schedule].append(fact)
    for pk, shift in drafts.items():
        found[shift.schedule_id].append(_as_it_would_be(pk, shift))
    return {
        schedule: ScheduleFacts(tuple(found[schedule]), overrides=tuple(overrides[schedule]))
        for schedule in found.keys() | overrides.keys()
    }


def _as_it_would_be(pk: int, shift: Shift) -> ShiftFact:
    who = Who(shift.staff_id, shift.service_id)
    return ShiftFact(pk, who, shift.level, Period(shift.starts_at, shift.ends_at))


def _standing(row: Override, draft: Shift | None) -> OverrideFact | None:
    """Return a stand-in as a fact, where the `draft` of its shift takes it; None: nowhere."""
    fact = override_fact(row)
    if draft is None:
        return fact
    at = Period(draft.starts_at, draft.ends_at)
    left = duties.followed(fact.period, at, whole=row.whole)
    return replace(fact, period=left) if left else None


def _everybody(facts: Iterable[ScheduleFacts]) -> set[Who]:
    found: set[Who] = set()
    return found.union(*(resolve.people(known) for known in facts))


def _reach(
    found: Iterable[Stretch], asked: Collection[int], people: Mapping[Who, Assignee]
) -> dict[int, list[Warned]]:
    """Return who cannot be reached, or perhaps not, on the shifts `asked` about; one query."""
    warned: dict[int, dict[Warned, None]] = defaultdict(dict)  # in order, and each once
    mine = [standing for standing, _period in found if standing.shift in asked]
    unverified = _unverified(people, {standing.who for standing in mine})
    for standing in mine:
        if standing.unreachable is not None:
            code = ShiftWarning(standing.unreachable.value)
        elif standing.who in unverified:
            code = ShiftWarning.NOT_VERIFIED
        else:
            continue
        warned[standing.shift or 0][Warned(code, who=standing.who)] = None
    return {shift: list(theirs) for shift, theirs in warned.items()}


def _unverified(people: Mapping[Who, Assignee], whos: Collection[Who]) -> set[Who]:
    """Return those of whose numbers none was ever confirmed."""
    ids = {who: {contact.id for contact in people[who].contacts} for who in whos if who in people}
    rows = ContactNumber.objects.filter(pk__in=set().union(*ids.values()), verified_at=None)
    never = set(rows.values_list("pk", flat=True))
    return {who for who, theirs in ids.items() if theirs and theirs <= never}
