"""What callers would miss is found, in the languages of the numbers that lead there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scheduling.tests import build
from scheduling.tests.facts import at
from telephony import missing_prompts, prompt_services
from telephony.missing_prompts import greeting_warning
from telephony.models import (
    ClosedRoute,
    EscalationScenario,
    EscalationStep,
    Menu,
    MenuOption,
    PhoneNumber,
    Prompt,
)
from telephony.tests.sounds import encoded, upload

pytestmark = pytest.mark.django_db
FRENCH = {"fr": "Bonjour"}


@pytest.fixture(autouse=True)
def _house(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    build.organisation(languages=["fr", "en"])


def line(*languages: str, **values: Any) -> PhoneNumber:
    number = f"+3397000000{PhoneNumber.objects.count()}"
    row = {"name": "Line", "number": number, "languages": list(languages or ("fr", "en"))}
    return PhoneNumber.objects.create(**row, **values)


def prompt(**recorded: float) -> Prompt:
    """Return a French prompt with recordings in these languages."""
    files = {language: upload(encoded(seconds=long)) for language, long in recorded.items()}
    values = {"name": "Hello", "text": FRENCH, "recordings": files}
    return prompt_services.create_prompt(values, at(8))


def found() -> list[tuple[str, str, str]]:
    return [(each.what, each.language, each.where) for each in missing_prompts.missing()]


def test_a_greeting_is_wanted_in_each_language_of_its_number() -> None:
    hello = prompt()
    number = line("fr", "en", greeting=hello)
    (missing,) = missing_prompts.missing()
    assert (missing.what, missing.language) == ("prompt “Hello”", "en")
    assert missing.where == "greeting of the number “Line”"
    assert missing.url == reverse("admin:telephony_prompt_change", args=[hello.pk])
    assert missing.numbers == (number.pk,)


def test_what_is_recorded_or_not_spoken_there_is_not_missing() -> None:
    line("fr", greeting=prompt())
    assert found() == []
    Prompt.objects.all()[0].greets_at.update(languages=["fr", "en"])
    line("en", greeting=Prompt.objects.get())
    assert len(found()) == 1
    values = {"recordings": {"en": upload(encoded())}}
    prompt_services.change_prompt(Prompt.objects.get().pk, 1, values, at(8))
    assert found() == []


def test_a_prompt_that_nobody_hears_is_wanted_in_the_languages_of_the_house() -> None:
    prompt()
    assert found() == [("prompt “Hello”", "en", "nowhere yet")]


def test_an_announcement_of_a_scenario_is_wanted_where_a_number_leads_to_it() -> None:
    scenario = EscalationScenario.objects.create(name="Standard")
    EscalationStep.objects.create(
        scenario=scenario, position=1, kind="announcement", prompt=prompt()
    )
    line("en", schedule=build.schedule(scenario=scenario))
    assert found() == [("prompt “Hello”", "en", "scenario “Standard”")]


def test_welcomes_and_names_of_keys_are_wanted_on_every_level_that_a_number_leads_to() -> None:
    root = Menu.objects.create(name="Main", welcome=FRENCH)
    below = Menu.objects.create(name="Below", parent=root)
    MenuOption.objects.create(menu=root, key="1", kind="menu", submenu=below)
    MenuOption.objects.create(menu=root, key="9", kind="voicemail")
    MenuOption.objects.create(menu=below, key="2", kind="voicemail", name=FRENCH)
    Menu.objects.create(name="Elsewhere", welcome=FRENCH)
    ClosedRoute.objects.create(phone_number=line("fr", "en"), kind="menu", submenu=root)
    assert found() == [
        ("welcome", "en", "menu “Main”"),
        ("name of key 1", "en", "menu “Main”"),
        ("name of key 1", "fr", "menu “Main”"),
        ("name of key 2", "en", "menu “Below”"),
    ]


def test_a_key_that_leads_to_a_service_is_called_as_the_service() -> None:
    root = Menu.objects.create(name="Main")
    service = build.service("Heating")
    MenuOption.objects.create(menu=root, key="1", kind="service", service=service)
    line(*service.name, menu=root)
    assert found() == []


@pytest.mark.parametrize("count", [1, 12])
def test_it_costs_a_fixed_number_of_queries(count: int) -> None:
    for number in range(count):
        root = Menu.objects.create(name=f"Main {number}", welcome=FRENCH)
        MenuOption.objects.create(menu=root, key="1", kind="voicemail", name=FRENCH)
        hello = Prompt.objects.create(name=f"Hello {number}", text=FRENCH)
        PhoneNumber.objects.create(
            name="Line", number=f"+339700000{number:02}", menu=root, greeting=hello
        )
        Prompt.objects.create(name=f"Unused {number}", text=FRENCH)
    with CaptureQueriesContext(connection) as captured:
        missing_prompts.missing()
    assert len(captured) == 8


@pytest.mark.requirement("CRM-10")
@pytest.mark.parametrize(("seconds", "warned"), [(1, True), (4, True), (5, False), (None, False)])
def test_going_straight_to_a_voicemail_without_an_uploaded_greeting_is_warned_about(
    seconds: int | None, warned: bool
) -> None:
    number = line("fr", "en", inbound_timeout=seconds, greeting=prompt(fr=1))
    told = (
        "Its callers go practically straight to the voicemail, and no greeting is uploaded in: "
        "English."
    )
    assert greeting_warning(number) == (told if warned else "")


@pytest.mark.requirement("CRM-10")
def test_an_uploaded_greeting_in_each_language_is_not_warned_about() -> None:
    assert greeting_warning(line("fr", "en", inbound_timeout=2, greeting=prompt(fr=1, en=1))) == ""
