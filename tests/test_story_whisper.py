"""Stories of what a person called hears before they take the call."""

from __future__ import annotations

import pytest

from scheduling.models import Organisation, Service, ServiceMember, Staff
from telephony.emulator import Answers
from telephony.models import Caller, Menu, MenuOption
from tests.cast import BRUNO, CALLER, Cast, on_duty
from tests.story import Story

TAKES_IT = Answers(after_s=4, presses=["1"])
SILENT = Answers(after_s=4, presses=[])
KEYS = "Press 1 to take it, or 2 to pass it on."


def whisper(story: Story) -> list[str]:
    """Let somebody call who is put through to Bruno, and return all that Bruno heard before."""
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    return story.heard(BRUNO)[:-1]


@pytest.fixture
def _number_kept(people: Cast) -> None:
    people.line.pass_called_number = False
    people.line.save()


@pytest.mark.requirement("CRM-03")
@pytest.mark.requirement("CRM-05")
def test_who_sees_our_number_hears_what_was_called(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    assert whisper(story) == [f"Call for Main line. {KEYS}"]


@pytest.mark.requirement("CRM-03")
@pytest.mark.requirement("CRM-05")
@pytest.mark.usefixtures("_number_kept")
def test_who_is_to_know_the_callers_number_hears_it_digit_by_digit(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    assert whisper(story) == [f"Call for Main line, from 0 6 9 8 7 6 5 4 3 2. {KEYS}"]


@pytest.mark.requirement("CRM-05")
@pytest.mark.usefixtures("_number_kept")
def test_a_caller_who_is_known_is_named_in_the_language_of_whoever_is_called(
    story: Story, people: Cast
) -> None:
    Caller.objects.create(number=CALLER, name="Mme Colin")
    Staff.objects.filter(pk=people.bruno.pk).update(language="fr")
    on_duty(people.schedule, people.bruno)
    (words,) = whisper(story)
    assert words.startswith("Appel pour Main line, de la part de Mme Colin. Appuyez sur 1")


@pytest.mark.requirement("CRM-05")
def test_the_houses_own_whisper_names_the_line_and_the_caller(story: Story, people: Cast) -> None:
    Organisation.objects.update(whisper={"en": "{caller} on {line}."})
    on_duty(people.schedule, people.bruno)
    assert whisper(story) == ["0 6 9 8 7 6 5 4 3 2 on Main line."]  # the key cuts the rest off


@pytest.mark.requirement("CRM-05")
def test_the_numbers_own_whisper_goes_before_the_houses(story: Story, people: Cast) -> None:
    Organisation.objects.update(whisper={"en": "The house."})
    people.line.whisper = {"en": "A call for the workshop."}
    people.line.save()
    on_duty(people.schedule, people.bruno)
    assert whisper(story) == [
        "A call for the workshop.",
        "Press 1 to take the call, or 2 to pass it on.",
    ]


@pytest.mark.requirement("CRM-05")
def test_who_is_rung_for_a_service_hears_its_name_in_their_own_language(
    story: Story, people: Cast
) -> None:
    names = {"en": "Boiler emergency", "fr": "Urgence chaudière"}
    boiler = Service.objects.create(name=names, colour="#b35900", answered_by="members")
    ServiceMember.objects.create(service=boiler, staff=people.bruno)
    Staff.objects.filter(pk=people.bruno.pk).update(language="fr")
    menu = Menu.objects.create(name="Main", welcome={"en": "Welcome."})
    MenuOption.objects.create(menu=menu, key="1", kind="service", service=boiler)
    people.line.behaviour, people.line.menu = "smart_voicemail", menu
    people.line.languages, people.line.pass_called_number = ["en"], False
    people.line.save()
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials(presses=[(1, "1")])
    story.expect_connected(BRUNO)
    assert story.heard(BRUNO)[0].startswith("Appel pour Urgence chaudière, du 0 6 9 8 7 6 5 4 3 2.")


@pytest.mark.requirement("CRM-04")
@pytest.mark.requirement("CRM-05")
@pytest.mark.usefixtures("_number_kept")
def test_who_hears_the_longest_whisper_twice_still_has_time_for_the_key(
    story: Story, people: Cast
) -> None:
    Caller.objects.create(number=CALLER, name=" ".join(["Lefebvre"] * 13))
    people.line.name = " ".join(["Plumbing"] * 8)
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, presses=["", "1"], press_after_s=7))
    story.caller_dials()
    story.expect_connected(BRUNO)
    assert story.taken_by(story.expect_end()) == "Bruno"
