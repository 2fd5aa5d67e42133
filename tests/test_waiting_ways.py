"""The longest wait counts every way that a call may take, whoever is away or diverted meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from oncall_portal.lib.errors import Refused
from scheduling.models import (
    ContactNumber,
    Divert,
    OrganisationSupervisor,
    Schedule,
    ScheduleSupervisor,
    Service,
    ServiceMember,
    Staff,
    TimeOff,
)
from telephony import previews, services, timing, waiting
from telephony.models import ClosedRoute, EscalationScenario, Menu, MenuOption, PhoneNumber
from telephony.previews import Trial
from tests.cast import CALLER, START, Cast, create, on_duty, scenario

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-01")]

PHONE = 20 + 5 + 2 * (timing.WHISPER_SECONDS + 8)
DIRECT = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALWAYS_CLOSED = {"time_zone": "Europe/Paris", "weekly": [], "holidays": "closed", "exceptions": []}


@pytest.fixture
def people() -> Cast:
    """Nobody is on call; Sam supervises."""
    return create()


def line() -> PhoneNumber:
    """Return the only number, as it stands."""
    return PhoneNumber.objects.select_related("schedule__scenario").get()


def longest(number: PhoneNumber | None = None) -> int:
    """Return the seconds before any cut, of the only number."""
    return waiting.longest_of_number(number or line(), START)


def diverted(cast: Cast, *, starts: timedelta, ends: timedelta) -> Divert:
    """Divert the number to Alice, who has two phones, from so long after the start on."""
    period = (START + starts, START + ends)
    return Divert.objects.create(
        phone_number=cast.line, to_staff=cast.alice, period=period, created_at=START
    )


def away(person: Staff, *, starts: timedelta = -HOUR, ends: timedelta = DAY) -> TimeOff:
    """Let somebody be away, at the start and for a day."""
    return TimeOff.objects.create(staff=person, period=(START + starts, START + ends))


def menu_with(**option: object) -> Menu:
    """Let the number answer with a menu of one key."""
    menu = Menu.objects.create(name="Main")
    MenuOption.objects.create(menu=menu, key="1", **option)
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu)
    return menu


def service_of(*members: Staff) -> Service:
    """Return a service that these people answer."""
    made = Service.objects.create(name={"en": "Heating"}, colour="#123456", answered_by="members")
    for position, member in enumerate(members, 1):
        ServiceMember.objects.create(service=made, staff=member, position=position)
    return made


def other_schedule(person: Staff) -> Schedule:
    """Return another schedule, with a scenario that tries somebody twice, and them on call."""
    made = Schedule.objects.create(name="Lyon", time_zone="Europe/Paris")
    on_duty(made, person)
    scenario(made, {"kind": "level", "level": 1, "attempts": 2})
    EscalationScenario.objects.filter(schedules=made).update(name="Lyon")
    return made


@pytest.mark.parametrize(
    "behaviour", ["on_call", "transfer", "smart_voicemail", "transfer_then_voicemail"]
)
def test_a_divert_goes_before_every_behaviour(people: Cast, behaviour: str) -> None:
    PhoneNumber.objects.update(behaviour=behaviour, forwarding_number="+33139989999")
    diverted(people, starts=-HOUR, ends=HOUR)
    assert longest() == 3 * PHONE
    told = previews.of_number(line(), Trial(START, CALLER))
    assert [each.phone.name for each in told.rings] == ["Alice", "Alice", "Sam"]


def test_a_divert_that_begins_within_ninety_days_counts(people: Cast) -> None:
    divert = diverted(people, starts=89 * DAY, ends=91 * DAY)
    assert longest() == 3 * PHONE
    divert.period = (START + 90 * DAY, START + 91 * DAY)
    divert.save()
    assert longest() == PHONE


def test_a_supervisor_who_comes_back_counts(people: Cast) -> None:
    on_duty(people.schedule, people.bruno, end_s=90_000)
    away(people.sam)
    assert longest() == 2 * PHONE


def test_the_organisations_supervisors_count_while_the_schedules_are_away(people: Cast) -> None:
    entry = OrganisationSupervisor.objects.get()
    entry.staff = people.alice
    entry.save()
    assert longest() == PHONE
    away(people.sam, starts=DAY, ends=2 * DAY)
    assert longest() == 2 * PHONE


def test_the_person_of_a_step_who_comes_back_counts(people: Cast) -> None:
    scenario(people.schedule, {"kind": "staff", "staff": people.alice})
    away(people.alice)
    assert longest() == 2 * PHONE


def test_the_supervisors_count_who_ring_when_everybody_of_a_scenario_is_away(
    people: Cast,
) -> None:
    scenario(people.schedule, {"kind": "staff", "staff": people.bruno})
    ScheduleSupervisor.objects.create(schedule=people.schedule, staff=people.alice, position=2)
    assert longest() == PHONE
    away(people.bruno, starts=DAY, ends=2 * DAY)
    assert longest() == 3 * PHONE


def test_who_is_away_for_all_ninety_days_does_not_count(people: Cast) -> None:
    scenario(people.schedule, {"kind": "staff", "staff": people.alice}, {"kind": "supervisors"})
    away(people.alice, ends=91 * DAY)
    assert longest() == PHONE


def test_a_member_of_a_service_who_comes_back_counts(people: Cast) -> None:
    menu_with(kind="service", service=service_of(people.alice))
    away(people.alice)
    away(people.sam)
    assert longest() == 3 * PHONE


def test_an_extension_counts_whose_owner_comes_back(people: Cast) -> None:
    Staff.objects.filter(name="Alice").update(extension="101")
    menu_with(kind="dial_extension")
    away(people.alice)
    assert longest() == 2 * PHONE


def test_a_phone_that_two_share_rings_for_the_other_while_one_is_away(people: Cast) -> None:
    ContactNumber.objects.filter(staff=people.alice, position=2).delete()
    shared = ContactNumber.objects.get(staff=people.alice).number
    ContactNumber.objects.filter(staff=people.bruno).update(number=shared, ring_seconds=60)
    on_duty(people.schedule, people.alice)
    on_duty(people.schedule, people.bruno)
    assert longest() == 2 * PHONE
    away(people.alice, starts=-HOUR, ends=HOUR / 2)
    assert longest() == 2 * PHONE + 40


def test_the_figure_of_a_scenario_that_a_key_or_the_closed_hours_lead_to(people: Cast) -> None:
    lyon = other_schedule(people.bruno)
    used = lyon.scenario
    assert used is not None
    assert waiting.longest_of_scenario(used, START) is None
    menu_with(kind="schedule", schedule=lyon)
    assert waiting.longest_of_scenario(used, START) == 2 * PHONE
    answered = service_of()
    Service.objects.filter(pk=answered.pk).update(answered_by="schedule", schedule=lyon)
    MenuOption.objects.update(kind="service", schedule=None, service=answered)
    assert waiting.longest_of_scenario(used, START) == 2 * PHONE
    PhoneNumber.objects.update(behaviour="on_call", opening_hours=ALWAYS_CLOSED)
    assert waiting.longest_of_scenario(used, START) is None
    ClosedRoute.objects.create(phone_number=people.line, kind="schedule", schedule=lyon)
    assert waiting.longest_of_scenario(used, START) == 2 * PHONE


def test_a_scenario_that_a_key_leads_to_is_refused_beyond_the_hard_stop(people: Cast) -> None:
    lyon = other_schedule(people.bruno)
    menu_with(kind="schedule", schedule=lyon)
    made = EscalationScenario.objects.get()
    steps = [{"kind": "level", "target": 1, "attempts": 9}]
    with pytest.raises(Refused) as refusal:
        services.change_scenario(made.pk, made.version, {"steps": steps}, START)
    assert refusal.value.code == "wait_too_long"


def test_a_scenario_answers_for_its_own_ways_only(people: Cast) -> None:
    lyon = other_schedule(people.alice)
    on_duty(people.schedule, people.bruno)
    made = scenario(people.schedule, {"kind": "level", "level": 1})
    PhoneNumber.objects.update(opening_hours=ALWAYS_CLOSED)
    ClosedRoute.objects.create(phone_number=people.line, kind="schedule", schedule=lyon)
    diverted(people, starts=-HOUR, ends=HOUR)
    assert longest() == 4 * PHONE
    assert waiting.longest_of_scenario(made, START) == PHONE


def test_nobody_is_named_as_cut_whom_the_number_never_rings(people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    scenario(people.schedule, {"kind": "level", "level": 1, "attempts": 4}, {"kind": "supervisors"})
    assert waiting.unreached(line(), START) == ["Sam"]
    PhoneNumber.objects.update(behaviour="transfer", forwarding_number="+33139989999")
    assert waiting.unreached(line(), START) == []
    menu_with(kind="schedule", schedule=people.schedule)
    assert waiting.unreached(line(), START) == ["Sam"]


def test_a_transfer_that_tells_who_calls_counts_with_the_longest_caller(people: Cast) -> None:
    PhoneNumber.objects.update(
        behaviour="transfer",
        forwarding_number="+33139989999",
        call_connect=True,
        pass_called_number=False,
    )
    read = timing.LONGEST_CALLER_SECONDS + timing.WHISPER_SECONDS
    assert longest() >= 60 + DIRECT + 2 * (read + 8)


def test_of_two_ways_the_one_that_is_longer_after_the_hard_stop_is_promised(people: Cast) -> None:
    menu_with(kind="service", service=service_of(people.alice))
    lyon = other_schedule(people.bruno)
    lyon.scenario.steps.update(attempts=9)  # type: ignore[union-attr]
    PhoneNumber.objects.update(
        behaviour="transfer_then_voicemail",
        forwarding_number="+33139989999",
        inbound_timeout=50,
        opening_hours=ALWAYS_CLOSED,
    )
    ClosedRoute.objects.create(phone_number=people.line, kind="schedule", schedule=lyon)
    each = PHONE + 30
    assert (3 * each < 300, 50 + DIRECT + 3 * each > 300, longest()) == (True, True, 9 * each)
    assert waiting.promised(line(), START) == 50 + DIRECT + 3 * each


def test_of_the_languages_of_a_number_the_one_whose_whisper_is_longest_decides(
    people: Cast,
) -> None:
    PhoneNumber.objects.update(
        behaviour="transfer",
        forwarding_number="+33139989999",
        call_connect=True,
        languages=["en", "fr"],
        whisper={"en": "A call.", "fr": "Un appel. " * 40},
    )
    french = longest()
    PhoneNumber.objects.update(languages=["en"])
    assert french > longest()
    PhoneNumber.objects.update(languages=["fr"])
    assert french == longest()
