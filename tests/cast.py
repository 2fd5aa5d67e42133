"""The fixed cast of the stories: people, their phones, the line, and a rota around the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduling.models import (
    ContactNumber,
    Organisation,
    OrganisationSupervisor,
    Schedule,
    ScheduleSupervisor,
    Shift,
    Staff,
)
from telephony.models import EscalationScenario, EscalationStep, PhoneNumber, Prompt
from voicemail.models import Mailbox, MailboxRecipient

# A Monday, ten in the morning in Paris.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

LINE = "+33970000001"
CALLER = "+33698765432"
ALICE, ALICE_HOME = "+33639980001", "+33139980001"
BRUNO = "+33639980002"
CHLOE = "+33639980003"
SAM = "+33639980009"
OFFICE = "office@example.org"
SAM_MAIL = "sam@example.org"


@dataclass(frozen=True)
class Cast:
    """The rows of the stories."""

    schedule: Schedule
    line: PhoneNumber
    alice: Staff
    bruno: Staff
    chloe: Staff
    sam: Staff
    mailbox: Mailbox


def create() -> Cast:
    """Create everybody: Alice and Bruno, Chloé, Sam who supervises, one line, one mailbox."""
    schedule = Schedule.objects.create(name="Paris", time_zone="Europe/Paris")
    alice = _person("Alice", ALICE, ALICE_HOME)
    sam = _person("Sam", SAM, email=SAM_MAIL)
    organisation = Organisation.objects.create(pk=1, name="Dupont Chauffage")
    OrganisationSupervisor.objects.create(organisation=organisation, staff=sam)
    ScheduleSupervisor.objects.create(schedule=schedule, staff=sam)
    mailbox = Mailbox.objects.create(name="General", general=True)
    MailboxRecipient.objects.create(mailbox=mailbox, email=OFFICE)
    line = PhoneNumber.objects.create(
        name="Main line", number=LINE, schedule=schedule, languages=["en", "fr"]
    )
    return Cast(
        schedule,
        line,
        alice,
        _person("Bruno", BRUNO),
        _person("Chloé", CHLOE),
        sam,
        mailbox,
    )


def _person(name: str, *numbers: str, email: str = "") -> Staff:
    person = Staff.objects.create(name=name, email=email, colour="#1f6feb", language="en")
    for position, number in enumerate(numbers, 1):
        ContactNumber.objects.create(staff=person, number=number, position=position)
    return person


def on_duty(
    schedule: Schedule, person: Staff, level: int = 1, *, start_s: int = -3600, end_s: int = 3600
) -> Shift:
    """Put somebody on call from so many seconds after the stories' start, until so many."""
    period = (START + timedelta(seconds=start_s), START + timedelta(seconds=end_s))
    return Shift.objects.create(schedule=schedule, staff=person, level=level, period=period)


def scenario(schedule: Schedule, *steps: dict[str, object]) -> EscalationScenario:
    """Give the schedule a scenario of these steps."""
    made = EscalationScenario.objects.create(name="Scenario")
    for position, step in enumerate(steps, 1):
        EscalationStep.objects.create(scenario=made, position=position, **step)
    schedule.scenario = made
    schedule.save()
    return made


def announcement(text: str) -> Prompt:
    """Create words to be announced."""
    return Prompt.objects.create(name="Announcement", text={"en": text})
