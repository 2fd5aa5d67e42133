"""Facts and answers of scheduling, as plain values that any layer may hold.

What a rota has thousands of is a tuple with names: made and compared several times as fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from scheduling.enums import CallProcess, GapReason, ImportDoubt, OnHolidays, TurnUnit


class Period(NamedTuple):
    """A half-open stretch of time, `starts_at` included, `ends_at` not; both aware."""

    starts_at: datetime
    ends_at: datetime


class Who(NamedTuple):
    """A person or a service by id, or a bare number (E.164): exactly one of them is set."""

    staff: int | None = None
    service: int | None = None
    number: str | None = None


@dataclass(frozen=True)
class Contact:
    """One number to ring (E.164); `ring_seconds` and `call_connect` are None to inherit.

    `owner_staff` is the person whose phone it is, None when it belongs to a service itself;
    `language` is the one to speak to whoever picks up; `process` is how its owner is called.
    """

    id: int | None
    number: str
    label: str
    ring_seconds: int | None
    call_connect: bool | None
    owner_staff: int | None
    owner_name: str
    language: str
    process: CallProcess = CallProcess.CASCADE


@dataclass(frozen=True)
class Assignee:
    """Whom to try, with the numbers in order; none when `unreachable` says why.

    A person, a service, or neither: a bare number, named by its masked form.
    """

    staff: int | None
    service: int | None
    name: str
    contacts: tuple[Contact, ...]
    unreachable: GapReason | None = None


@dataclass(frozen=True)
class OnCall:
    """Somebody to try at an instant; `until` is the next change of this level.

    `override` is the stand-in by which they are there, if any.
    """

    level: int
    assignee: Assignee
    shift: int | None
    until: datetime
    reason: str = "regular"
    override: int | None = None


@dataclass(frozen=True)
class Skipped:
    """Somebody on duty who cannot be reached, why, and until when they stand there."""

    level: int
    staff: int | None
    service: int | None
    name: str
    reason: GapReason
    until: datetime


@dataclass(frozen=True)
class Diverted:
    """A divert in force: of what, to whom, until when by which zone's clock, and who set it.

    `of` is the name of a number or a schedule; `by` is "" when nobody knows any more.
    """

    id: int
    of: str
    to: Assignee
    until: datetime
    zone: str
    by: str


@dataclass(frozen=True)
class Roster:
    """Whom a schedule offers at an instant, in the order they would be tried.

    `supervisors` are the reachable ones of the schedule; the organisation's when it has none.
    `divert` is the one in force: its goal is all that `on_call` or `skipped` then hold.
    """

    schedule: int
    at: datetime
    on_call: tuple[OnCall, ...]
    skipped: tuple[Skipped, ...]
    supervisors: tuple[Assignee, ...]
    divert: Diverted | None = None


@dataclass(frozen=True)
class House:
    """House settings that everything inherits; without `allowed_countries`, its own alone."""

    name: str = ""
    region: str = "FR"
    time_zone: str = "Europe/Paris"
    languages: tuple[str, ...] = ("fr", "en")
    ring_seconds: int = 20
    call_connect: bool = True
    whisper: Mapping[str, str] = field(default_factory=dict)
    accept_seconds: int = 8
    ceiling_seconds: int = 120
    hard_stop_seconds: int = 300
    calls_per_second: int = 3
    allowed_countries: tuple[str, ...] = ()
    promise_minutes: int = 30
    link_days: int = 7
    attach_up_to_mb: int = 10
    keep_audio_days: int | None = None
    keep_transcripts_days: int | None = None
    keep_numbers_days: int | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        """The ISO codes of the countries whose numbers may be dialled."""
        return self.allowed_countries or (self.region,)


@dataclass(frozen=True)
class Rule:
    """A rotation as its rule says: on which days by the clock of `zone`, and whose turn.

    `recurrence` ("RRULE:FREQ=WEEKLY;BYDAY=MO") names the days on which a shift starts, counted
    from `counted_from`, where it is the turn of `participants[first_participant]`; each of them
    is a team of one or more. Shifts start on `starts_on` at the earliest, on `ends_on` at the
    latest. They end `end_day_offset` days after the day they start. With `turn_unit` hour they
    follow each other, `turn_count` hours each.
    """

    id: int
    level: int
    participants: tuple[tuple[Who, ...], ...]
    zone: str
    recurrence: str
    counted_from: date
    starts_on: date
    ends_on: date | None
    start_time: time
    end_time: time
    end_day_offset: int = 0
    turn_count: int = 1
    turn_unit: TurnUnit = TurnUnit.SHIFT
    first_participant: int = 0
    on_holidays: OnHolidays = OnHolidays.AS_USUAL


@dataclass(frozen=True)
class Occurrence:
    """One shift that a rule writes: identified by its rule, `day` and `slot`.

    `day` is the rule's day on which it starts; `slot` tells the members of a team apart, and the
    shifts of one day in a rule by hours.
    """

    day: date
    slot: int
    who: Who
    period: Period
    turn: int


class ShiftFact(NamedTuple):
    """A shift that counts (not cancelled): who stands in `period` at `level`.

    `id` is None where a rule says so and nothing is written yet. Those of a rotation also have
    their identity in it.
    """

    id: int | None
    who: Who
    level: int
    period: Period
    rotation: int = 0
    day: date | None = None
    slot: int = 0


@dataclass(frozen=True)
class OverrideFact:
    """During `period`, `who` stands in for one shift, one assignee or a whole level.

    Exactly one of `shift`, `assignee` and `level` is set. `who` None: nobody takes the place.
    """

    id: int
    period: Period
    who: Who | None
    shift: int | None = None
    assignee: Who | None = None
    level: int | None = None


@dataclass(frozen=True)
class DivertFact:
    """During `period` everything goes to one goal; two of a schedule never overlap."""

    id: int
    to: Who
    period: Period


@dataclass(frozen=True)
class ScheduleFacts:
    """All that decides who is on call; people missing from `unreachable` can be reached.

    `absences` are the stretches in which somebody who could be reached is away.
    """

    shifts: tuple[ShiftFact, ...] = ()
    unreachable: Mapping[Who, GapReason] = field(default_factory=dict)
    diverts: tuple[DivertFact, ...] = ()
    overrides: tuple[OverrideFact, ...] = ()
    absences: Mapping[Who, tuple[Period, ...]] = field(default_factory=dict)


class Standing(NamedTuple):
    """One assignment in force at an instant; `unreachable` says why it cannot be used.

    `shift` is the one it rests on, None where there is none, or a rule's that is not written yet.
    """

    level: int
    who: Who
    shift: int | None
    unreachable: GapReason | None = None
    reason: str = "regular"
    override: int | None = None
    rotation: int = 0


class FinalEntry(NamedTuple):
    """A stretch of the final schedule: somebody reachable at a level."""

    level: int
    who: Who
    shift: int | None
    period: Period
    reason: str = "regular"
    override: int | None = None


@dataclass(frozen=True)
class Change:
    """What happened to one row: all its values before and after, None where there was no row.

    Values are as JSON holds them: instants as ISO-8601 in UTC, other rows by id. `who` is what
    the assignee was called, a name, or a text per language.
    """

    model: str
    id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True)
class Gap:
    """A stretch of required coverage with nobody reachable, and why; perhaps on purpose."""

    period: Period
    reason: GapReason
    intended: bool = False


@dataclass(frozen=True)
class Told:
    """A hole that supervisors were told of, `lead_hours` ahead at most; `id` None: not yet kept.

    `open_ended`: it went on beyond what was looked at.
    """

    period: Period
    lead_hours: int
    sent_at: datetime
    open_ended: bool = False
    id: int | None = None


@dataclass(frozen=True)
class AlertDecision:
    """What one scan does: tell `news` and `filled`; lengthen `grown`; put `kept` for `closed`."""

    news: tuple[Told, ...] = ()
    filled: tuple[Period, ...] = ()
    grown: tuple[Told, ...] = ()
    closed: tuple[Told, ...] = ()
    kept: tuple[Told, ...] = ()


@dataclass(frozen=True)
class CoverageNews:
    """What one e-mail about a schedule tells, as seen at `at` and until `seen_until`."""

    schedule: str
    time_zone: str
    page: str
    at: datetime
    seen_until: datetime
    gaps: tuple[Gap, ...]
    filled: tuple[Period, ...]


@dataclass(frozen=True)
class Party:
    """Somebody whom an event of a calendar file names; "" for what it does not say."""

    name: str
    email: str


@dataclass(frozen=True)
class CalendarEvent:
    """One event of a calendar file, of a recurring one each time that it comes."""

    uid: str
    period: Period
    title: str
    people: tuple[Party, ...] = ()


@dataclass(frozen=True)
class DoubtfulEvent:
    """An event that is no shift, and why; `starts_at` where it is known."""

    reason: ImportDoubt
    title: str
    starts_at: datetime | None = None


@dataclass(frozen=True)
class CalendarFile:
    """What a calendar file holds in a window, and how much is left out.

    `past` and `later` count events that lie wholly outside, a recurring one once.
    """

    name: str
    events: tuple[CalendarEvent, ...]
    doubts: tuple[DoubtfulEvent, ...] = ()
    past: int = 0
    later: int = 0
    cancelled: int = 0
