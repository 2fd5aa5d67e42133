"""Numbers and scenarios in the admin; calls are history there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Organisation, OrganisationSupervisor
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, send
from telephony import services, worst_cases
from telephony.models import CallEvent, EscalationScenario, PhoneNumber
from telephony.tests.test_api import a_call

pytestmark = pytest.mark.django_db
LINE = "+33970000001"
TOO_LONG = "A caller may wait 61 seconds; you want to be warned above 60."


@pytest.fixture
def page() -> Client:
    build.organisation(region="FR")
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def step(number: int, **values: Any) -> dict[str, Any]:
    """Return the fields of a new step in a scenario's form."""
    given = {"position": number + 1, "strategy": "together", "attempts": 1, **values}
    return {f"steps-{number}-{name}": value for name, value in given.items()}


def kinds(scenario: EscalationScenario) -> list[tuple[str, int | None]]:
    """Return the kind and level of every step, in order."""
    return list(scenario.steps.order_by("position").values_list("kind", "level"))


def test_a_scenario_is_written_with_its_steps_and_gets_an_end(page: Client) -> None:
    fields = {"name": "Standard", "repeat": 1, "steps-TOTAL_FORMS": 2}
    steps = {**step(0, kind="level", level=1), **step(1, kind="supervisors")}
    send(page, reverse("admin:telephony_escalationscenario_add"), **fields, **steps)
    scenario = EscalationScenario.objects.get()
    assert kinds(scenario) == [("level", 1), ("supervisors", None), ("voicemail", None)]


def test_steps_change_places(page: Client) -> None:
    steps = [{"kind": "level", "target": 1}, {"kind": "level", "target": 2}]
    scenario = services.create_scenario({"name": "Standard", "steps": steps})
    address = reverse("admin:telephony_escalationscenario_change", args=[scenario.pk])
    send(page, address, **{"steps-0-position": 2, "steps-1-position": 1})
    assert kinds(scenario) == [("level", 2), ("level", 1), ("voicemail", None)]
    scenario.refresh_from_db()
    assert scenario.version == 2


def test_a_step_after_the_end_is_refused_with_the_reason(page: Client) -> None:
    scenario = services.create_scenario(
        {"name": "Standard", "steps": [{"kind": "level", "target": 1}]}
    )
    address = reverse("admin:telephony_escalationscenario_change", args=[scenario.pk])
    answer = send(page, address, **{"steps-0-position": 9})
    assert errors(answer) == ["Nothing can follow a message or an announcement."]
    assert kinds(scenario) == [("level", 1), ("voicemail", None)]


@pytest.mark.requirement("CRM-01")
def test_a_number_of_ours_is_written_in_national_spelling(page: Client) -> None:
    fields = {"name": "Main line", "number": "09 70 00 00 01", "languages": "fr"}
    send(page, reverse("admin:telephony_phonenumber_add"), **fields)
    line = PhoneNumber.objects.get()
    assert (line.name, str(line.number), line.languages) == ("Main line", LINE, ["fr"])


def test_the_number_of_a_person_cannot_become_ours(page: Client) -> None:
    build.staff("Bob", LINE)
    answer = send(page, reverse("admin:telephony_phonenumber_add"), name="Main", number=LINE)
    assert errors(answer) == ["Bob is called at this number; a call would ring itself."]


def test_nobody_is_reached_at_one_of_our_own_numbers(page: Client) -> None:
    PhoneNumber.objects.create(name="Main line", number=LINE)
    bob = build.staff("Bob")
    address = reverse("admin:scheduling_contactnumber_add")
    answer = send(page, address, staff=bob.pk, number="09 70 00 00 01", position=2)
    assert errors(answer) == ["This is the number “Main line”; a call to it would come back here."]


def test_a_call_shows_its_phones_and_offers_nothing_to_change(page: Client) -> None:
    call = a_call(build.staff("Bob"))
    address = reverse("admin:telephony_call_change", args=[call.pk])
    shown = page.get(address)
    assert b"Bob" in shown.content
    assert b'name="_save"' not in shown.content
    assert page.post(address, {"caller": "+33600000000"}).status_code == 403


@pytest.mark.parametrize("name", ["changelist", "change"])
def test_an_event_alone_is_a_sentence_too(page: Client, name: str) -> None:
    a_call(build.staff("Bob"))
    event = CallEvent.objects.get()
    address = reverse(f"admin:telephony_callevent_{name}", args=[event.pk][: name == "change"])
    assert b"The phone of Bob rings" in page.get(address).content


def limits(**values: int) -> None:
    """Let one supervisor be all that a call reaches, and set limits of the house."""
    house = Organisation.objects.get()
    OrganisationSupervisor.objects.create(organisation=house, staff=build.staff("Sam"), position=1)
    Organisation.objects.update(**values)


def warnings(answer: Any) -> list[str]:
    """Return the warnings that the next page shows."""
    return [str(told) for told in get_messages(answer.wsgi_request) if told.level_tag == "warning"]


@pytest.mark.parametrize(("ceiling", "told"), [(60, [TOO_LONG]), (61, [])])
def test_a_number_warns_when_its_callers_may_wait_too_long(
    page: Client, ceiling: int, told: list[str]
) -> None:
    limits(ceiling_seconds=ceiling)
    line = PhoneNumber.objects.create(name="Main line", number=LINE)
    worst_cases.refresh(clock.now())
    address = reverse("admin:telephony_phonenumber_change", args=[line.pk])
    assert b"<li>Sam (Supervisor): 61 seconds</li>" in page.get(address).content
    assert b"61 seconds" in page.get(reverse("admin:telephony_phonenumber_changelist")).content
    assert warnings(send(page, address, name="Line")) == told


def test_a_number_names_whom_its_longest_wait_leaves_no_time_for(page: Client) -> None:
    limits(hard_stop_seconds=60, ceiling_seconds=60)
    line = PhoneNumber.objects.create(name="Main line", number=LINE)
    address = reverse("admin:telephony_phonenumber_change", args=[line.pk])
    assert '<div class="readonly">Sam</div>' in page.get(address).content.decode()


def test_a_scenario_warns_with_the_steps_just_written(page: Client) -> None:
    limits(ceiling_seconds=60)
    scenario = services.create_scenario({"name": "Standard", "steps": []})
    schedule = build.schedule(scenario=scenario)
    PhoneNumber.objects.create(name="Main line", number=LINE, schedule=schedule)
    address = reverse("admin:telephony_escalationscenario_change", args=[scenario.pk])
    steps = {**step(1, kind="supervisors", position=1), "steps-0-position": 2}
    assert warnings(send(page, address, **steps, **{"steps-TOTAL_FORMS": 2})) == [TOO_LONG]
    worst_cases.refresh(clock.now())
    assert b"61 seconds" in page.get(address).content


def test_a_scenario_that_no_number_uses_has_no_longest_wait(page: Client) -> None:
    limits(ceiling_seconds=0)
    scenario = services.create_scenario({"name": "Standard", "steps": []})
    address = reverse("admin:telephony_escalationscenario_change", args=[scenario.pk])
    assert b" seconds</div>" not in page.get(address).content
    assert warnings(send(page, address, name="Other")) == []


def test_a_step_says_whom_it_inherits_from_instead_of_unknown(page: Client) -> None:
    form = page.get("/admin/telephony/escalationscenario/add/").content.decode()
    assert "as the organisation" in form
    assert "Unknown" not in form


def test_an_empty_ring_time_of_a_step_says_what_it_inherits(page: Client) -> None:
    Organisation.objects.update(ring_seconds=23)
    shown = page.get(reverse("admin:telephony_escalationscenario_add")).content.decode()
    assert "Empty: as the number called, else 23 s from the organisation." in shown
    assert 'placeholder="23"' in shown
    assert "What whoever picks up hears first. Empty: as the number called." in shown
