"""The route planned where a menu ends: what a goal means at this instant, frozen as a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import BigIntegerField

from oncall_portal.lib.prepared import Read, given
from scheduling import queries as scheduling
from scheduling.enums import AnsweredBy, IfUnanswered
from scheduling.models import ContactNumber, Schedule, Service, Staff
from scheduling.types import Assignee, Contact, Who
from telephony import intake, queries, who_calls
from telephony.enums import GoalKind, StepKind, Strategy
from telephony.models import PhoneNumber
from telephony.plan import RouteFacts, StepSpec, chosen, make_plan
from telephony.types import Ending, Goal, Leaf, Plan

# How long a number rings that calls are transferred to, where its own ring time is left blank.
TRANSFER_SECONDS = 60
_OFFERS = {
    IfUnanswered.MESSAGE_OR_CALL_LATER.value: GoalKind.VOICEMAIL,
    IfUnanswered.CALL_BACK_REQUEST.value: GoalKind.CALL_BACK,
}

_SCHEDULE = Read(
    lambda: Schedule.objects.select_related("scenario").filter(
        pk=given("schedule", BigIntegerField())
    )
)
_SERVICE = Read(
    lambda: Service.objects.select_related("schedule__scenario").filter(
        pk=given("service", BigIntegerField()), active=True
    )
)


@dataclass(frozen=True)
class Visit:
    """A caller (E.164, "" when withheld) at a number of ours at one instant, in their language.

    `number` is None where the number called is not, or no more, one of ours; `name` is the
    caller's, None where it was not read yet.
    """

    number: PhoneNumber | None
    own_numbers: frozenset[str]
    caller: str
    at: datetime
    language: str
    name: str | None = None

    @property
    def mailbox(self) -> int | None:
        """Return the mailbox of the number, None for the general one."""
        return self.number.mailbox_id if self.number else None


def plan(visit: Visit, leaf: Leaf) -> Plan | None:
    """Return the route of a caller who came to a leaf; None when nobody has the extension.

    What is gone since the menu was frozen leads to whoever is on call for the number, then to the
    supervisors: no key is a dead end.
    """
    goal, mailbox = leaf.goal, leaf.mailbox or visit.mailbox
    match goal.kind:
        case GoalKind.SERVICE:
            return _service(visit, leaf)
        case GoalKind.SCHEDULE:
            schedule = _SCHEDULE.first(schedule=goal.target)
            return planned(visit, _on_call(visit, schedule, mailbox))
        case GoalKind.TRANSFER:
            ending = queries.mailbox_ending(mailbox, visit.number)
            return transfer(visit, goal.number, TRANSFER_SECONDS, ending)
        case GoalKind.ANNOUNCEMENT:
            return chosen(queries.announcement(goal.target), scheduling.house())
        case GoalKind.DIAL_EXTENSION:
            return _extension(visit, leaf.digits, mailbox)
    return chosen(queries.mailbox_ending(mailbox, visit.number), scheduling.house())


def planned(visit: Visit, facts: RouteFacts) -> Plan:
    """Return the route of these facts for this caller, whom its whispers may name."""
    return make_plan(
        replace(facts, caller=who_calls.spec(visit.caller, facts.house.region, visit.name))
    )


def transfer(visit: Visit, number: str, ring_seconds: int, ending: Ending) -> Plan:
    """Return the route that rings one number (E.164), and nobody else."""
    step = transfer_step(visit.number, number, ring_seconds, visit.language)
    facts = queries.steps_facts(visit.number, (step,), (), ending, visit.own_numbers)
    return planned(visit, facts)


def transfer_step(
    number: PhoneNumber | None, called: str, ring_seconds: int, language: str
) -> StepSpec:
    """Return the step that rings one number (E.164) for callers of a number of ours.

    It is connected as soon as it is picked up, unless the number called wants a key.
    """
    bare = scheduling.bare_number(called, language)
    return StepSpec(
        StepKind.STAFF,
        assignee=replace(
            bare, contacts=tuple(_ringing(each, ring_seconds) for each in bare.contacts)
        ),
        call_connect=bool(number and number.call_connect),
        reason="transfer",
    )


def _ringing(contact: Contact, seconds: int) -> Contact:
    return replace(contact, ring_seconds=seconds)


def _service(visit: Visit, leaf: Leaf) -> Plan:
    service = _SERVICE.first(service=leaf.goal.target)
    if service is None:
        return planned(visit, _on_call(visit, _schedule(visit), leaf.mailbox or visit.mailbox))
    mailbox = leaf.goal.mailbox or service.mailbox_id or leaf.mailbox or visit.mailbox
    if service.answered_by == AnsweredBy.SCHEDULE and service.schedule is not None:
        facts = _on_call(visit, service.schedule, mailbox)
    else:
        facts = _members(visit, service, mailbox)
    route = planned(visit, replace(facts, service=service.name))
    return replace(route, ending=replace(route.ending, offer=_offer(service, mailbox)))


def _offer(service: Service, mailbox: int | None) -> Goal | None:
    """Return what a caller may choose whom nobody of the service answered."""
    kind = _OFFERS.get(service.if_unanswered)
    return Goal(kind, service.pk, mailbox=mailbox, name=service.name) if kind else None


def _on_call(visit: Visit, schedule: Schedule | None, mailbox: int | None) -> RouteFacts:
    return queries.schedule_facts(
        visit.number, schedule, mailbox, visit.own_numbers, visit.at, visit.language
    )


def _schedule(visit: Visit) -> Schedule | None:
    return visit.number.schedule if visit.number else None


def members_steps(service: Assignee | None) -> tuple[StepSpec, ...]:
    """Return what is tried for a service that no schedule answers."""
    return (
        StepSpec(StepKind.SERVICE, assignee=service),
        StepSpec(StepKind.SUPERVISORS, strategy=Strategy.IN_ORDER),
    )


def _members(visit: Visit, service: Service, mailbox: int | None) -> RouteFacts:
    """Return what decides a service's route: its own phones or its members', then supervisors."""
    found = scheduling.load_assignees([], [service.pk], visit.language, visit.at)
    return queries.steps_facts(
        visit.number,
        members_steps(found.get(Who(service=service.pk))),
        scheduling.organisation_supervisors(visit.language, visit.at),
        queries.mailbox_ending(mailbox, visit.number),
        visit.own_numbers,
    )


def _extension(visit: Visit, digits: str, mailbox: int | None) -> Plan | None:
    """Ring one person; a colleague's message goes into that person's own mailbox."""
    person = Staff.objects.filter(extension=digits, active=True).first()
    if person is None:
        return None
    if _is_colleague(visit.caller):
        own = intake.get().own_mailbox(person.pk)
        mailbox = own.id if own else mailbox
    found = scheduling.load_assignees([person.pk], [], visit.language, visit.at)
    step = StepSpec(StepKind.STAFF, assignee=found.get(Who(staff=person.pk)))
    ending = queries.mailbox_ending(mailbox, visit.number)
    facts = queries.steps_facts(visit.number, (step,), (), ending, visit.own_numbers)
    return planned(visit, facts)


def _is_colleague(caller: str) -> bool:
    return bool(caller) and ContactNumber.objects.filter(number=caller, staff__active=True).exists()
