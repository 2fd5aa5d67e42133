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
    BlockedCaller,
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
Mailbox: Any = PhoneNumber._meta.get_field("mailbox").related_model
FRENCH = {"fr": "Bonjour"}
BOTH = {"en": "Hello", "fr": "Bonjour"}
HOURS = {"time_zone": "Europe/Paris", "weekly": [], "holidays": "as_usual", "exceptions": []}


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
    number = line("fr", "en", opening_hours=HOURS)
    ClosedRoute.objects.create(phone_number=number, kind="menu", submenu=root)
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
    line(*service.name, menu=root, behaviour="smart_voicemail")
    assert found() == []
    service.name = {"de": "Heizung"}
    service.save()
    assert found() == [("name of key 1", "en", "menu “Main”")]


@pytest.mark.parametrize("behaviour", ["on_call", "transfer"])
def test_a_menu_that_the_behaviour_of_its_number_does_not_use_is_not_followed(
    behaviour: str,
) -> None:
    root = Menu.objects.create(name="Main", welcome=FRENCH)
    line(menu=root, behaviour=behaviour, forwarding_number="+33145678901")
    assert found() == []


def test_a_route_for_closed_hours_is_not_followed_where_a_number_never_closes() -> None:
    root = Menu.objects.create(name="Main", welcome=FRENCH)
    ClosedRoute.objects.create(phone_number=line(), kind="menu", submenu=root)
    assert found() == []


# --- mailboxes, waiting, blocked callers ---------------------------------------------------------


def test_the_greeting_of_the_mailbox_that_a_number_leads_to_is_wanted() -> None:
    box = Mailbox.objects.create(name="Night", greeting_prompt=prompt())
    line(mailbox=box)
    assert found() == [("prompt “Hello”", "en", "mailbox “Night”")]
    (missing,) = missing_prompts.missing()
    assert missing.numbers == (PhoneNumber.objects.get().pk,)


def test_a_mailbox_to_which_a_number_does_not_lead_is_nowhere_for_callers() -> None:
    Mailbox.objects.create(name="Night", greeting_prompt=prompt())
    line("fr")
    assert found() == [("prompt “Hello”", "en", "nowhere yet")]


def test_what_the_number_or_the_mailbox_itself_says_instead_is_not_missing() -> None:
    Mailbox.objects.create(
        name="General", general=True, greeting_prompt=prompt(), greeting={"en": "Hello"}
    )
    line()
    assert found() == []
    Mailbox.objects.update(greeting=None)
    assert len(found()) == 1
    PhoneNumber.objects.update(
        greeting=Prompt.objects.create(name="Own", text={"en": "Hi", "fr": "Salut"})
    )
    assert found() == []


def test_the_greeting_of_whom_a_number_is_assigned_to_is_wanted() -> None:
    alice = build.staff("Alice")
    Mailbox.objects.create(name="Alice", staff=alice, greeting_prompt=prompt())
    line(assigned_staff=alice)
    assert found() == [("prompt “Hello”", "en", "mailbox “Alice”")]


@pytest.mark.parametrize("where", ["option", "level", "above", "service", "service_by_schedule"])
def test_each_mailbox_at_the_end_of_a_menu_is_followed(where: str) -> None:
    box = Mailbox.objects.create(name="Night", greeting_prompt=prompt())
    root = Menu.objects.create(name="Main", mailbox=box if where == "above" else None)
    level = Menu.objects.create(
        name="Below", parent=root, mailbox=box if where == "level" else None
    )
    MenuOption.objects.create(menu=root, key="1", kind="menu", submenu=level, name=BOTH)
    key: dict[str, Any] = {"menu": level, "key": "1", "name": BOTH, "kind": "voicemail"}
    if where == "option":
        key["mailbox"] = box
    if where.startswith("service"):
        by: dict[str, Any] = {}
        if where == "service_by_schedule":
            by = {"answered_by": "schedule", "schedule": build.schedule()}
        key |= {"kind": "service", "service": build.service("Heating", mailbox=box, **by)}
    MenuOption.objects.create(**key)
    line(menu=root, behaviour="transfer_then_voicemail", forwarding_number="+33145678901")
    assert found() == [("prompt “Hello”", "en", "mailbox “Night”")]


def test_the_mailboxes_of_the_services_are_followed_where_the_caller_chooses_among_them() -> None:
    box = Mailbox.objects.create(name="Heating", greeting_prompt=prompt())
    build.service("Heating", mailbox=box)
    line(behaviour="smart_voicemail")
    assert found() == [("prompt “Hello”", "en", "mailbox “Heating”")]


def test_an_extension_leads_to_the_mailbox_of_its_person() -> None:
    alice = build.staff("Alice", extension="201")
    Mailbox.objects.create(name="Alice", staff=alice, greeting_prompt=prompt())
    root = Menu.objects.create(name="Main")
    MenuOption.objects.create(menu=root, key="1", kind="dial_extension", name=BOTH)
    line(menu=root, behaviour="smart_voicemail")
    assert found() == [("prompt “Hello”", "en", "mailbox “Alice”")]


def waits_with(**values: Any) -> EscalationScenario:
    return EscalationScenario.objects.create(name="Standard", **values)


def test_the_words_while_waiting_are_wanted_in_each_language() -> None:
    line(schedule=build.schedule(scenario=waits_with(waiting_prompt=prompt())))
    assert found() == [("prompt “Hello”", "en", "scenario “Standard”")]


def test_music_has_no_language_but_must_be_recorded() -> None:
    line(schedule=build.schedule(scenario=waits_with(waiting_music=prompt(fr=1))))
    assert found() == []
    Prompt.objects.get().recordings.all().delete()
    assert found() == [
        ("prompt “Hello”", "en", "scenario “Standard”"),
        ("prompt “Hello”", "fr", "scenario “Standard”"),
    ]


def test_words_that_are_written_where_they_are_said_are_wanted_too() -> None:
    box = Mailbox.objects.create(name="Night", greeting=FRENCH)
    number = line(
        mailbox=box,
        record=True,
        recording_notice=FRENCH,
        schedule=build.schedule(scenario=waits_with(waiting_words=FRENCH)),
    )
    assert found() == [
        ("notice of the recording", "en", "phone number “Line”"),
        ("words while waiting", "en", "scenario “Standard”"),
        ("greeting", "en", "mailbox “Night”"),
    ]
    pages = [each.url.split("/")[3] for each in missing_prompts.missing()]
    assert pages == ["phonenumber", "escalationscenario", "mailbox"]
    assert {each.numbers for each in missing_prompts.missing()} == {(number.pk,)}
    PhoneNumber.objects.update(
        record=False, greeting=Prompt.objects.create(name="Own", text={**BOTH})
    )
    EscalationScenario.objects.update(waiting_words={})
    assert found() == []


@pytest.mark.parametrize("way", ["schedule", "service", "gone_service", "closed"])
def test_a_scenario_is_followed_wherever_a_schedule_is_asked(way: str) -> None:
    rota = build.schedule(scenario=waits_with(waiting_prompt=prompt()))
    number = line()
    if way == "closed":
        PhoneNumber.objects.update(opening_hours=HOURS)
        ClosedRoute.objects.create(phone_number=number, kind="schedule", schedule=rota)
    else:
        root = Menu.objects.create(name="Main")
        own = rota if way == "gone_service" else None
        PhoneNumber.objects.update(menu=root, behaviour="smart_voicemail", schedule=own)
        leads: dict[str, Any] = {"kind": "schedule", "schedule": rota}
        if way != "schedule":
            by: dict[str, Any] = {"active": way == "service"}
            if way == "service":
                by |= {"answered_by": "schedule", "schedule": rota}
            service = build.service("Heating", **by)
            leads = {"kind": "service", "service": service}
        MenuOption.objects.create(menu=root, key="1", name=BOTH, **leads)
    assert found() == [("prompt “Hello”", "en", "scenario “Standard”")]


def test_a_mailbox_or_an_announcement_in_which_a_scenario_ends_takes_the_place_of_the_other() -> (
    None
):
    box = Mailbox.objects.create(name="Night", greeting_prompt=prompt())
    night = waits_with()
    step = EscalationStep.objects.create(scenario=night, position=1, kind="voicemail", mailbox=box)
    line(schedule=build.schedule(scenario=night))
    assert found() == [("prompt “Hello”", "en", "mailbox “Night”")]
    step.mailbox = None
    step.save()
    PhoneNumber.objects.update(mailbox=box)
    assert found() == [("prompt “Hello”", "en", "mailbox “Night”")]
    step.kind, step.prompt = "announcement", Prompt.objects.create(name="Closed", text=BOTH)
    step.save()
    assert found() == [("prompt “Hello”", "en", "nowhere yet")]


def test_what_blocked_callers_hear_is_wanted_where_they_are_blocked() -> None:
    line("fr")
    english = line("en")
    entry = BlockedCaller.objects.create(kind="withheld", prompt=prompt(), phone_number=english)
    assert [each.numbers for each in missing_prompts.missing()] == [(english.pk,)]
    entry.phone_number = PhoneNumber.objects.order_by("pk")[0]
    entry.save()
    assert found() == []
    entry.phone_number = None
    entry.save()
    assert found() == [("prompt “Hello”", "en", "blocked caller “withheld numbers”")]
    entry.active = False
    entry.save()
    assert found() == [("prompt “Hello”", "en", "nowhere yet")]


@pytest.mark.parametrize("count", [1, 12])
def test_it_costs_a_fixed_number_of_queries(count: int) -> None:
    for number in range(count):
        root = Menu.objects.create(name=f"Main {number}", welcome=FRENCH)
        MenuOption.objects.create(menu=root, key="1", kind="voicemail", name=FRENCH)
        hello = Prompt.objects.create(name=f"Hello {number}", text=FRENCH)
        PhoneNumber.objects.create(
            name="Line",
            number=f"+339700000{number:02}",
            menu=root,
            greeting=hello,
            behaviour="smart_voicemail",
        )
        Prompt.objects.create(name=f"Unused {number}", text=FRENCH)
    with CaptureQueriesContext(connection) as captured:
        missing_prompts.missing()
    assert len(captured) == 13


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
