"""Rows of telephony as facts for the planner, each read with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import BigIntegerField, TextField
from django.db.models.functions import Cast

from oncall_portal.lib import prepared
from oncall_portal.lib.prepared import Read, given
from scheduling import queries as scheduling
from scheduling.models import Schedule
from scheduling.types import Assignee, Diverted, Who
from telephony import greetings, hold, intake, prompt_texts
from telephony.enums import StepKind, Strategy
from telephony.models import Call, EscalationStep, PhoneNumber
from telephony.plan import NumberSpec, RouteFacts, StepSpec
from telephony.types import Ending, Phone

_OURS = Read(
    lambda: (
        PhoneNumber.objects.order_by()
        .annotate(text=Cast("number", TextField()))
        .values_list("text", "pk")
    )
)
_NUMBER = Read(
    lambda: PhoneNumber.objects.select_related("schedule__scenario", "closed_route").filter(
        pk=given("number", BigIntegerField())
    )
)
_STEPS = Read(
    lambda: EscalationStep.objects.filter(scenario=given("scenario", BigIntegerField())).order_by(
        "position", "pk"
    )
)
_STILL_THERE = """
SELECT id, NULL FROM scheduling_staff WHERE id = ANY(%(staff)s::bigint[])
UNION ALL
SELECT NULL, id FROM scheduling_service WHERE id = ANY(%(services)s::bigint[])
"""


def own_numbers() -> dict[str, int]:
    """Return the id of every number of ours by its E.164 form; one query, which reads no more."""
    return dict(_OURS.all())


def phone_number(number_id: int | None) -> PhoneNumber | None:
    """Return a number of ours with what decides its calls, None for None; one query."""
    if number_id is None:
        return None
    return _NUMBER.first(number=number_id)


def number_of(call: Call) -> PhoneNumber | None:
    """Return the number of ours that a call is for; one query at most for each call."""
    if not call._meta.get_field("phone_number").is_cached(call):
        call.phone_number = phone_number(call.phone_number_id)
    return call.phone_number


def route_facts(
    number: PhoneNumber | None, own_numbers: frozenset[str], at: datetime, language: str
) -> RouteFacts:
    """Return everything that decides the route of a call to `number` at `at` (aware).

    None, or a number without schedule, leads to the organisation's supervisors. Services are
    named in `language`. The number of queries does not depend on how many people there are.
    """
    divert = scheduling.number_divert(number.pk, at, language) if number is not None else None
    return replace(_undiverted(number, own_numbers, at, language), divert=divert)


def diverted_facts(
    number: PhoneNumber | None,
    own_numbers: frozenset[str],
    at: datetime,
    language: str,
    divert: Diverted | None,
) -> RouteFacts:
    """Return the same where it is known already what diverts the number."""
    return replace(_undiverted(number, own_numbers, at, language), divert=divert)


def _undiverted(
    number: PhoneNumber | None, own_numbers: frozenset[str], at: datetime, language: str
) -> RouteFacts:
    schedule = number.schedule if number else None
    mailbox = number.mailbox_id if number else None
    return schedule_facts(number, schedule, mailbox, own_numbers, at, language)


def schedule_facts(
    number: PhoneNumber | None,
    schedule: Schedule | None,
    mailbox: int | None,
    own_numbers: frozenset[str],
    at: datetime,
    language: str,
) -> RouteFacts:
    """Return what decides the route to whoever is on call in `schedule`, for a caller of `number`.

    The message goes into `mailbox` where the scenario names none. Diverts of the number are not
    looked at.
    """
    roster = scheduling.load_roster(schedule.pk, at, language) if schedule else None
    supervisors = (
        roster.supervisors if roster else scheduling.organisation_supervisors(language, at)
    )
    general = mailbox_ending(mailbox, number)
    scenario = schedule.scenario if schedule else None
    return RouteFacts(
        number=number_spec(number),
        house=scheduling.house(),
        roster=roster,
        supervisors=supervisors,
        ending=general,
        steps=_steps(scenario.pk, number, general, language, at) if scenario else None,
        repeat=scenario.repeat if scenario else 1,
        own_numbers=own_numbers,
        waiting=hold.waiting(scenario),
    )


def steps_facts(
    number: PhoneNumber | None,
    steps: tuple[StepSpec, ...],
    supervisors: tuple[Assignee, ...],
    ending: Ending,
    own_numbers: frozenset[str],
) -> RouteFacts:
    """Return what decides a route of these steps alone, whatever is on any rota."""
    return RouteFacts(
        number=number_spec(number),
        house=scheduling.house(),
        roster=None,
        supervisors=supervisors,
        ending=ending,
        steps=steps,
        own_numbers=own_numbers,
    )


def mailbox_ending(mailbox_id: int | None, number: PhoneNumber | None = None) -> Ending:
    """Return the ending that takes a message into this mailbox, or into the general one.

    It begins with the greeting of whom the number is assigned to, of the number, of the mailbox:
    in each language the first that there is. A mailbox that is not the number's own goes first.
    """
    mailbox = intake.get().mailbox(mailbox_id)
    staff_id = number.assigned_staff_id if number else None
    person = intake.get().own_mailbox(staff_id) if staff_id else None
    called = number.greeting_id if number else None
    said = prompt_texts.of(
        [called, *(box.greeting_prompt for box in (person, mailbox) if box is not None)]
    )
    of_number = [*_greetings(person, said), said.get(called or 0, ({}, {}))]
    of_mailbox = _greetings(mailbox, said)
    is_own = number is None or number.mailbox_id == mailbox_id
    greeting = greetings.merged([*of_number, *of_mailbox] if is_own else [*of_mailbox, *of_number])
    if mailbox is None:
        return Ending(message=True, texts=greeting.texts, audio=greeting.audio)
    return Ending(
        message=True,
        mailbox=mailbox.id,
        max_seconds=mailbox.max_seconds,
        texts=greeting.texts,
        audio=greeting.audio,
        end_key=mailbox.end_key,
        silence_seconds=mailbox.silence_seconds,
        beep=mailbox.beep,
        confirm=mailbox.confirm,
        transcribe=mailbox.transcribe,
    )


def _greetings(
    mailbox: intake.MailboxFacts | None, said: prompt_texts.Said
) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Return how a mailbox greets, its prompt before its texts."""
    if mailbox is None:
        return []
    return [said.get(mailbox.greeting_prompt or 0, ({}, {})), (mailbox.greeting, {})]


def announcement(prompt_id: int | None) -> Ending:
    """Return the ending that only says a prompt, the standard announcement when it is gone."""
    texts, audio = prompt_texts.of([prompt_id]).get(prompt_id or 0, ({}, {}))
    return Ending(message=False, texts=texts, audio=audio)


def still_there(phones: Iterable[Phone]) -> tuple[set[int], set[int]]:
    """Return which people and services of a frozen plan are still there; one query."""
    rung = list(phones)
    staff = {phone.staff for phone in rung if phone.staff}
    services = {phone.service for phone in rung if phone.service}
    found = prepared.rows(_STILL_THERE, {"staff": list(staff), "services": list(services)})
    return {pk for pk, _none in found if pk}, {pk for _none, pk in found if pk}


def number_spec(number: PhoneNumber | None) -> NumberSpec:
    """Return what a number of ours says of every call to it."""
    if number is None:
        return NumberSpec()
    return NumberSpec(
        name=number.name,
        ring_seconds=number.inbound_timeout,
        call_connect=number.call_connect,
        whisper=number.whisper,
        names_caller=not number.pass_called_number,
        caller_by_sms=number.caller_by_sms,
        record=number.record,
        recording_notice=number.recording_notice,
    )


def _steps(
    scenario_id: int, number: PhoneNumber | None, general: Ending, language: str, at: datetime
) -> tuple[StepSpec, ...] | None:
    """Return what a scenario tries at `at`; a message goes as `general` says if no step does."""
    rows = steps_of(scenario_id)
    people = scheduling.load_people(named(rows), language, at)
    specs = (step_spec(row, people, _ending(row, number, general)) for row in rows)
    return tuple(specs) or None


def steps_of(scenario_id: int) -> list[EscalationStep]:
    """Return the steps of a scenario, in order; one query."""
    return _STEPS.all(scenario=scenario_id)


def named(steps: Iterable[EscalationStep]) -> list[Who]:
    """Return the people and services whom steps name."""
    whos = (Who(row.staff_id, row.service_id) for row in steps)
    return [who for who in whos if who.staff or who.service]


def step_spec(
    row: EscalationStep, people: Mapping[Who, Assignee], ending: Ending | None = None
) -> StepSpec:
    """Return what one step tries, with whom it names among `people`."""
    return StepSpec(
        kind=StepKind(row.kind),
        level=row.level,
        assignee=people.get(Who(row.staff_id, row.service_id)),
        strategy=Strategy(row.strategy),
        ring_seconds=row.ring_seconds,
        attempts=row.attempts,
        call_connect=row.call_connect,
        whisper=row.whisper,
        ending=ending,
    )


def _ending(row: EscalationStep, number: PhoneNumber | None, general: Ending) -> Ending | None:
    if row.kind == StepKind.VOICEMAIL:
        return mailbox_ending(row.mailbox_id, number) if row.mailbox_id else general
    if row.kind == StepKind.ANNOUNCEMENT:
        return announcement(row.prompt_id)
    return None
