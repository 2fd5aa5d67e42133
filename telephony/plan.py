"""The route of a call: settings, roster and scenario in, a bounded list of stages out.

Pure: everything is frozen here when the caller arrives, so that later edits touch the next call
only. What is left out is said, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeVar

from oncall_portal.lib import dialling
from scheduling.enums import CallProcess
from scheduling.types import Assignee, Contact, Diverted, House, OnCall, Roster
from telephony import timing
from telephony.enums import StepKind, Strategy
from telephony.types import DivertNote, Ending, Phone, Plan, Skip, Stage, Waiting, Whispered

# More phones at one time would wait for the platform's three new calls a second; the rest of a
# larger team follows in the next stage.
MAX_LANES = 10
NO_LIMIT = 10**6
T = TypeVar("T")
# Long enough for a call centre's own queue to pick up.
CALL_CENTRE_RING_SECONDS = 60
_ENDINGS = (StepKind.VOICEMAIL, StepKind.ANNOUNCEMENT)


@dataclass(frozen=True)
class NumberSpec:
    """What the number called says; None and {} inherit from the house."""

    name: str = ""
    ring_seconds: int | None = None
    call_connect: bool | None = None
    whisper: Mapping[str, str] = field(default_factory=dict)
    names_caller: bool = False
    caller_by_sms: bool = False
    record: bool = False
    recording_notice: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CallerSpec:
    """Who calls: the name, "" where none is known, and the digits to dial, "" when withheld."""

    name: str = ""
    digits: str = ""


@dataclass(frozen=True)
class StepSpec:
    """One step of a scenario; `assignee` for a person or service, `ending` for the last kinds.

    `reason` is told in the place of the kind where it says more.
    """

    kind: StepKind
    level: int | None = None
    assignee: Assignee | None = None
    strategy: Strategy = Strategy.TOGETHER
    ring_seconds: int | None = None
    attempts: int = 1
    call_connect: bool | None = None
    whisper: Mapping[str, str] | None = None
    ending: Ending | None = None
    reason: str = ""


@dataclass(frozen=True)
class RouteFacts:
    """Everything that decides a route; `steps` None means the standard scenario.

    `supervisors` are those of the schedule, or the organisation's; `ending` is what remains when
    the scenario names none; `own_numbers` are ours (E.164), which are never rung. `divert` is the
    number's own, which goes before the schedule; the schedule's is in the roster. `service` is the
    name of the one that the caller chose, by language. `caller` is None where anybody may call.
    """

    number: NumberSpec
    house: House
    roster: Roster | None
    supervisors: tuple[Assignee, ...]
    ending: Ending
    steps: tuple[StepSpec, ...] | None = None
    repeat: int = 1
    own_numbers: frozenset[str] = frozenset()
    divert: Diverted | None = None
    service: Mapping[str, str] = field(default_factory=dict)
    caller: CallerSpec | None = None
    waiting: Waiting = field(default_factory=Waiting)


def make_plan(facts: RouteFacts) -> Plan:
    """Return the frozen route of a call, never empty-handed.

    It may be longer than the hard stop when every phone takes its longest, and phones seldom do:
    the machine stops the ringing then, and `cut` says who would not be rung at worst.

    Where a scenario rings people and finds none, the supervisors are rung although it does not
    say so.
    """
    divert = facts.divert or (facts.roster.divert if facts.roster else None)
    steps = _steps(facts)
    skipped = list(_left_out(facts))
    rings = [step for step in steps if step.kind not in _ENDINGS]
    stages: list[Stage] = []
    for step in [*rings] * facts.repeat:
        found = _stages_of(facts, step, skipped)
        if not found and facts.steps is not None:
            skipped.append(Skip("empty_step", step.assignee.name if step.assignee else ""))
        stages += found
    if rings and not stages:
        stages = _stages_of(facts, _SUPERVISORS, skipped)
    # However fast each phone is done with, no more than these have a turn.
    stages = stages[: facts.house.hard_stop_seconds // timing.SHORTEST_RING_SECONDS]
    seconds, cut = _at_worst(stages, facts.house)
    ending = next((step.ending for step in steps if step.ending is not None), facts.ending)
    return Plan(
        stages=tuple(stages),
        ending=ending,
        accept_seconds=facts.house.accept_seconds,
        hard_stop_seconds=facts.house.hard_stop_seconds,
        worst_case_seconds=seconds,
        skipped=tuple(dict.fromkeys(skipped)),
        cut=tuple(cut),
        divert=_note(divert, facts) if divert else None,
        whispered=_whispered(facts),
        records=facts.number.record,
        notice=dict(facts.number.recording_notice),
        waiting=facts.waiting,
        by_text=facts.number.caller_by_sms,
        schedule=facts.roster.schedule if facts.roster else None,
    )


def chosen(ending: Ending, house: House) -> Plan:
    """Return the route of a caller who asked for this ending: nobody is sought."""
    stop = house.hard_stop_seconds
    return Plan((), ending, house.accept_seconds, stop, 0, chosen=True)


def step_seconds(facts: RouteFacts) -> tuple[int, ...]:
    """Return how long each step takes at worst, once through and before any cut; endings none."""
    house = replace(facts.house, hard_stop_seconds=NO_LIMIT)
    return tuple(_at_worst(_stages_of(facts, step, []), house)[0] for step in _steps(facts))


def refusal(ending: Ending, house: House, reason: str) -> Plan:
    """Return a route that rings nobody, for the reason given, and goes straight to its ending."""
    return Plan((), ending, house.accept_seconds, house.hard_stop_seconds, 0, (Skip(reason),))


_SUPERVISORS = StepSpec(StepKind.SUPERVISORS, strategy=Strategy.IN_ORDER)


def _steps(facts: RouteFacts) -> tuple[StepSpec, ...]:
    """Return what is tried, in order: as the divert, else the scenario, else the standard says.

    A number's divert goes to its goal, then to the supervisors. A schedule's takes the place of
    all levels: of the first level step it keeps the settings, and it rings although there is none.
    """
    if facts.divert is not None:
        return (_divert_step(facts.divert), _SUPERVISORS)
    roster = facts.roster
    if roster is None or roster.divert is None:
        on_call = roster.on_call if roster else ()
        return facts.steps if facts.steps is not None else _standard_steps(on_call)
    steps = facts.steps if facts.steps is not None else (_SUPERVISORS,)
    level = next((step for step in steps if step.kind is StepKind.LEVEL), None)
    goal = _divert_step(roster.divert, level)
    if level is None:
        return (goal, *steps)
    kept = [goal if step is level else step for step in steps]
    return tuple(step for step in kept if step.kind is not StepKind.LEVEL)


def _divert_step(divert: Diverted, like: StepSpec | None = None) -> StepSpec:
    kind = StepKind.SERVICE if divert.to.service is not None else StepKind.STAFF
    step = like or StepSpec(kind)
    return replace(step, kind=kind, level=None, assignee=divert.to, reason="divert")


def _note(divert: Diverted, facts: RouteFacts) -> DivertNote:
    of = divert.of or facts.number.name
    return DivertNote(of, divert.to.name, divert.until, divert.zone, divert.by)


def _standard_steps(on_call: Iterable[OnCall]) -> tuple[StepSpec, ...]:
    """Every level in order, each together, then the supervisors in theirs."""
    levels = sorted({entry.level for entry in on_call})
    return (*(StepSpec(StepKind.LEVEL, level=level) for level in levels), _SUPERVISORS)


def _left_out(facts: RouteFacts) -> Iterable[Skip]:
    if facts.divert is not None:
        if facts.divert.to.unreachable is not None:
            yield Skip(facts.divert.to.unreachable.value, facts.divert.to.name)
        return
    if facts.roster is None:
        if facts.steps is None:
            yield Skip("no_schedule")
        return
    for skipped in facts.roster.skipped:
        yield Skip(skipped.reason.value, skipped.name)
    if not facts.roster.on_call:
        yield Skip("nobody_on_call")


def _stages_of(facts: RouteFacts, step: StepSpec, skipped: list[Skip]) -> list[Stage]:
    lanes = [
        lane
        for assignee in _people(facts, step)
        for _, own in groupby(assignee.contacts, key=lambda contact: contact.owner_staff)
        if (lane := _lane(facts, step, assignee, own, skipped))
    ]
    lanes = _ring_each_number_once(lanes, skipped)
    reason = f"level_{step.level}" if step.kind is StepKind.LEVEL else step.kind.value
    reason = step.reason or reason
    if step.strategy is Strategy.TOGETHER and len(lanes) > 1:
        screened = [tuple(_screened(phone) for phone in lane) for lane in lanes]
        groups = range(0, len(screened), MAX_LANES)
        stages = [Stage(tuple(screened[i : i + MAX_LANES]), reason) for i in groups]
    else:
        stages = [
            Stage(((phone,),), reason, direct=not phone.screened)
            for lane in lanes
            for phone in lane
        ]
    return stages * step.attempts


def _people(facts: RouteFacts, step: StepSpec) -> Iterable[Assignee]:
    if step.kind is StepKind.SUPERVISORS:
        return facts.supervisors
    if step.kind is StepKind.LEVEL:
        on_call = facts.roster.on_call if facts.roster else ()
        return [entry.assignee for entry in on_call if entry.level == step.level]
    return (step.assignee,) if step.assignee else ()


def _lane(
    facts: RouteFacts,
    step: StepSpec,
    assignee: Assignee,
    contacts: Iterable[Contact],
    skipped: list[Skip],
) -> tuple[Phone, ...]:
    contacts = _by_process(contacts)
    phones = []
    for contact in contacts:
        phone = _phone(facts, step, assignee, contact)
        if len(contacts) > 1 and contact.label:
            phone = replace(phone, name=f"{phone.name} ({contact.label})")
        if phone.number in facts.own_numbers:
            skipped.append(Skip("own_number", phone.name))
        elif dialling.refusal(phone.number, facts.house.countries) is not None:
            skipped.append(Skip("not_allowed", phone.name))
        elif phone.ring_seconds < timing.SHORTEST_RING_SECONDS:
            skipped.append(Skip("ring_too_short", phone.name))
        else:
            phones.append(phone)
    return tuple(phones)


def _by_process(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """Return those of one owner's numbers that ring, as the owner's own process settles them."""
    first, *others = contacts
    if first.process is CallProcess.CASCADE:
        return (first, *others)
    ring = first.ring_seconds
    if first.process is CallProcess.CALL_CENTRE:
        ring = _first(ring, CALL_CENTRE_RING_SECONDS)
    connect = _first(first.call_connect, False)
    return (replace(first, ring_seconds=ring, call_connect=connect),)


def _phone(facts: RouteFacts, step: StepSpec, assignee: Assignee, contact: Contact) -> Phone:
    own = (step.whisper or {}, facts.number.whisper, facts.house.whisper)
    written = next((texts for texts in own if any(texts.values())), {})
    language, whisper = _in_language(written, contact.language)
    return Phone(
        number=contact.number,
        name=contact.owner_name or assignee.name,
        staff=contact.owner_staff,
        service=assignee.service,
        ring_seconds=_first(
            contact.ring_seconds,
            step.ring_seconds,
            facts.number.ring_seconds,
            facts.house.ring_seconds,
        ),
        screened=_first(
            contact.call_connect,
            step.call_connect,
            facts.number.call_connect,
            facts.house.call_connect,
        ),
        whisper=whisper,
        language=contact.language,
        whisper_language=language,
        names_seconds=_names_seconds(facts, whisper),
        notice_seconds=timing.notice_seconds(facts.number.recording_notice.values())
        if facts.number.record
        else 0,
    )


def _whispered(facts: RouteFacts) -> Whispered:
    caller = facts.caller or CallerSpec()
    return Whispered(
        service=dict(facts.service),
        name=caller.name,
        digits=caller.digits,
        names_caller=facts.number.names_caller,
    )


def _names_seconds(facts: RouteFacts, whisper: str) -> int:
    """Return how long the names in a whisper take at most, beyond what its words allow for."""
    longest = max(map(len, (facts.number.name, *facts.service.values())))
    if whisper:
        read = longest * (whisper.count("{line}") + whisper.count("{service}"))
    else:
        read = longest - timing.NAME_CHARACTERS
    callers = whisper.count("{caller}") or int(facts.number.names_caller)
    one = timing.LONGEST_CALLER_SECONDS
    if facts.caller is not None:
        one = timing.caller_seconds(facts.caller.name, facts.caller.digits)
    return timing.reading_seconds(read) + callers * one


def _first(*values: T | None) -> T:
    """Return the first that is set, most specific first; the last always is."""
    return next(value for value in values if value is not None)


def _in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Return a text with its language: the one asked for, else another that is written."""
    if text := texts.get(language):
        return language, text
    return next(((name, text) for name, text in texts.items() if text), ("", ""))


def _screened(phone: Phone) -> Phone:
    """Phones that ring at the same time are always screened, whatever is inherited."""
    return replace(phone, screened=True)


def _ring_each_number_once(
    lanes: Iterable[tuple[Phone, ...]], skipped: list[Skip]
) -> list[tuple[Phone, ...]]:
    """Two people may share a phone: within a step it rings for the first of them."""
    seen: set[str] = set()
    kept = []
    for lane in lanes:
        skipped.extend(Skip("same_number", phone.name) for phone in lane if phone.number in seen)
        fresh = tuple(phone for phone in lane if phone.number not in seen)
        seen.update(phone.number for phone in lane)
        if fresh:
            kept.append(fresh)
    return kept


def phone_seconds(phone: Phone, accept_seconds: int) -> int:
    """Return how long one phone can take at most, from the decision to ring it."""
    ring = phone.ring_seconds + timing.DIAL_GRACE_SECONDS
    if not phone.screened:
        return phone.notice_seconds + ring
    whisper = timing.whisper_seconds(phone.whisper, phone.names_seconds)
    return ring + timing.WHISPERS * (whisper + accept_seconds)


def _at_worst(stages: Iterable[Stage], house: House) -> tuple[int, list[Skip]]:
    """Return how long ringing takes at worst, and whom the hard stop then leaves no time for."""
    cut: list[Skip] = []
    left = house.hard_stop_seconds
    for stage in stages:
        longest = 0
        for lane in stage.lanes:
            fitting, seconds = _fitting(lane, left, house.accept_seconds)
            cut.extend(Skip("hard_stop", phone.name) for phone in lane[fitting:])
            longest = max(longest, seconds)
        left -= longest
    return house.hard_stop_seconds - (0 if cut else left), cut


def _fitting(lane: tuple[Phone, ...], seconds: int, accept_seconds: int) -> tuple[int, int]:
    """Return how many phones of a lane fit into these seconds, and how many seconds they take."""
    used = 0
    for count, phone in enumerate(lane):
        needed = phone_seconds(phone, accept_seconds)
        if used + needed > seconds:
            return count, used
        used += needed
    return len(lane), used
