"""Rows of telephony as facts for the planner, each read with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from scheduling import queries as scheduling
from scheduling.models import Schedule, Service, Staff
from scheduling.types import Assignee, Who
from telephony import intake
from telephony.enums import StepKind, Strategy
from telephony.models import EscalationStep, PhoneNumber
from telephony.plan import NumberSpec, RouteFacts, StepSpec
from telephony.types import Ending, Phone


def phone_numbers() -> dict[str, PhoneNumber]:
    """Return every number of ours by its E.164 form, with what decides its calls; one query."""
    rows = PhoneNumber.objects.select_related("schedule__scenario", "closed_route")
    return {str(row.number): row for row in rows}


def route_facts(
    number: PhoneNumber | None, own_numbers: frozenset[str], at: datetime, language: str
) -> RouteFacts:
    """Return everything that decides the route of a call to `number` at `at` (aware).

    None, or a number without schedule, leads to the organisation's supervisors. Services are
    named in `language`. The number of queries does not depend on how many people there are.
    """
    divert = scheduling.number_divert(number.pk, at, language) if number is not None else None
    schedule = number.schedule if number else None
    mailbox = number.mailbox_id if number else None
    facts = schedule_facts(number, schedule, mailbox, own_numbers, at, language)
    return replace(facts, divert=divert)


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
    general = mailbox_ending(mailbox)
    scenario = schedule.scenario if schedule else None
    return RouteFacts(
        number=_number_spec(number),
        house=scheduling.house(),
        roster=roster,
        supervisors=supervisors,
        ending=general,
        steps=_steps(scenario.pk, general, language, at) if scenario else None,
        repeat=scenario.repeat if scenario else 1,
        own_numbers=own_numbers,
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
        number=_number_spec(number),
        house=scheduling.house(),
        roster=None,
        supervisors=supervisors,
        ending=ending,
        steps=steps,
        own_numbers=own_numbers,
    )


def mailbox_ending(mailbox_id: int | None) -> Ending:
    """Return the ending that takes a message into this mailbox, or into the general one."""
    mailbox = intake.get().mailbox(mailbox_id)
    if mailbox is None:
        return Ending(message=True)
    return Ending(
        message=True,
        mailbox=mailbox.id,
        max_seconds=mailbox.max_seconds,
        texts=dict(mailbox.greeting),
    )


def still_there(phones: Iterable[Phone]) -> tuple[set[int], set[int]]:
    """Return which people and services of a frozen plan are still there; two queries."""
    rung = list(phones)
    staff = {phone.staff for phone in rung if phone.staff}
    services = {phone.service for phone in rung if phone.service}
    found = Staff.objects.filter(pk__in=staff), Service.objects.filter(pk__in=services)
    return set(found[0].values_list("pk", flat=True)), set(found[1].values_list("pk", flat=True))


def _number_spec(number: PhoneNumber | None) -> NumberSpec:
    if number is None:
        return NumberSpec()
    return NumberSpec(
        name=number.name,
        ring_seconds=number.inbound_timeout,
        call_connect=number.call_connect,
        whisper=number.whisper,
        names_caller=not number.pass_called_number,
        record=number.record,
        recording_notice=number.recording_notice,
    )


def _steps(
    scenario_id: int, general: Ending, language: str, at: datetime
) -> tuple[StepSpec, ...] | None:
    rows = list(
        EscalationStep.objects.filter(scenario_id=scenario_id)
        .select_related("prompt")
        .order_by("position", "pk")
    )
    people = scheduling.load_assignees(
        [row.staff_id for row in rows if row.staff_id],
        [row.service_id for row in rows if row.service_id],
        language,
        at,
    )
    specs = tuple(
        StepSpec(
            kind=StepKind(row.kind),
            level=row.level,
            assignee=people.get(Who(row.staff_id, row.service_id)),
            strategy=Strategy(row.strategy),
            ring_seconds=row.ring_seconds,
            attempts=row.attempts,
            call_connect=row.call_connect,
            whisper=row.whisper,
            ending=_ending(row, general),
        )
        for row in rows
    )
    return specs or None


def _ending(row: EscalationStep, general: Ending) -> Ending | None:
    if row.kind == StepKind.VOICEMAIL:
        return mailbox_ending(row.mailbox_id) if row.mailbox_id else general
    if row.kind == StepKind.ANNOUNCEMENT:
        return Ending(message=False, texts=dict(row.prompt.text) if row.prompt else {})
    return None
