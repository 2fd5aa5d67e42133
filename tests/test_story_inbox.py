"""Stories of what a call leaves in the office: new, with what it was about, until somebody acts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from scheduling.enums import Role
from scheduling.models import Service
from scheduling.tests.logins import client, login
from telephony.emulator import Answers
from telephony.enums import Behaviour, GoalKind, Outcome
from telephony.models import Call, Menu, MenuOption
from tests.cast import BRUNO, CALLER, Cast, on_duty
from tests.story import Story
from voicemail.tasks import download_recordings

TAKES_IT = Answers(after_s=4, presses=["1"], talks_s=20)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def menu(people: Cast, **option: Any) -> None:
    """Give the line a menu with one key."""
    root = Menu.objects.create(name="Main", welcome={"en": "Welcome to Dupont."})
    MenuOption.objects.create(menu=root, key="1", **option)
    people.line.behaviour, people.line.menu = Behaviour.SMART_VOICEMAIL.value, root
    people.line.languages = ["en"]
    people.line.save()


def caller_presses_1(story: Story, **caller: Any) -> None:
    story.caller_dials(**caller)
    story.expect_said("press 1")
    assert story.call is not None
    story.call.press("1")


def office(call: Call) -> tuple[APIClient, dict[str, Any], str]:
    """Return a manager at the API, the call as they read it there, and the call's page."""
    user = login(Role.MANAGER)
    api, browser = client(user), Client()
    browser.force_login(user)
    page = browser.get(reverse("admin:telephony_call_change", args=[call.pk]))
    shown = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    return api, api.get(f"/api/v1/calls/{call.pk}/").json(), shown


@pytest.mark.requirement("PLN-06")
def test_a_call_to_a_service_comes_in_as_new_with_its_name_number_and_message(
    story: Story, people: Cast
) -> None:
    service = Service.objects.create(name={"en": "Boiler emergency"}, colour="#b35900")
    menu(people, kind=GoalKind.SERVICE.value, service=service)
    caller_presses_1(story, speaks_s=5)
    story.expect_said("leave a message")
    call = story.expect_end()
    download_recordings()
    api, read, page = office(call)
    assert (read["triage"], read["label"], read["caller"]) == ("new", "Boiler emergency", CALLER)
    assert read["outcome"] == Outcome.MESSAGE_LEFT
    (left,) = api.get(f"/api/v1/voicemails/?call={call.pk}").json()["results"]
    assert (left["id"], left["state"]) == (read["voicemail"], "stored")
    audio = api.get(left["audio"])
    assert (audio.status_code, audio["Content-Type"]) == (200, "audio/wav")
    assert all(
        words in page for words in ("Boiler emergency", "+33 6 98 76 54 32", "New", "<audio")
    )


@pytest.mark.requirement("PLN-06")
def test_a_call_by_an_option_of_the_menu_comes_in_with_the_options_name(
    story: Story, people: Cast
) -> None:
    menu(people, kind=GoalKind.VOICEMAIL.value, name={"en": "the accounts"})
    caller_presses_1(story, speaks_s=5)
    _api, read, page = office(story.expect_end())
    assert (read["triage"], read["label"], read["caller"]) == ("new", "the accounts", CALLER)
    assert "the accounts" in page


@pytest.mark.requirement("PLN-06")
def test_a_call_that_was_taken_comes_in_as_new_with_its_recording(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    people.line.record = True
    people.line.save()
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    download_recordings()
    api, read, page = office(call)
    assert (read["triage"], read["label"], read["caller"]) == ("new", "Main line", CALLER)
    audio = api.get(f"/api/v1/recordings/{read['recording']}/audio/")
    assert (audio.status_code, audio["Content-Type"]) == (200, "audio/wav")
    assert "<audio" in page


@pytest.mark.requirement("PLN-07")
def test_a_new_call_becomes_a_job_about_its_service(story: Story, people: Cast) -> None:
    service = Service.objects.create(name={"en": "Boiler emergency"}, colour="#b35900")
    menu(people, kind=GoalKind.SERVICE.value, service=service)
    caller_presses_1(story, speaks_s=5)
    story.expect_said("leave a message")
    call = story.expect_end()
    api, _read, _page = office(call)
    done = api.post(f"/api/v1/calls/{call.pk}/triage/", {"action": "job"}, format="json").json()
    job = api.get(f"/api/v1/jobs/{done['job']}/").json()
    assert (done["triage"], job["call"], job["service"]) == ("job", call.pk, service.pk)
    assert job["title"] == "Boiler emergency · +33 6 98 76 54 32"


@pytest.mark.requirement("PLN-07")
def test_a_caller_whose_call_was_spam_is_not_taken_again_until_it_is_reopened(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(hangs_up_after_s=8)
    spam = story.expect_end()
    api, _read, _page = office(spam)
    address = f"/api/v1/calls/{spam.pk}/triage/"
    api.post(address, {"action": "spam"}, format="json")
    story.caller_dials()
    assert story.expect_end().outcome == Outcome.BLOCKED
    assert story.rang(BRUNO) == 1
    api.post(address, {"action": "reopen"}, format="json")
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    assert story.expect_end().outcome == Outcome.CONNECTED


@pytest.mark.requirement("PLN-07")
@pytest.mark.parametrize(("action", "triage"), [("close", "closed"), ("delete", "deleted")])
def test_a_new_call_is_closed_or_deleted_and_can_be_reopened(
    story: Story, people: Cast, action: str, triage: str
) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(hangs_up_after_s=8)
    call = story.expect_end()
    api, _read, _page = office(call)
    address = f"/api/v1/calls/{call.pk}/triage/"
    for sent, becomes in ((action, triage), ("reopen", "new")):
        answer = api.post(address, {"action": sent}, format="json")
        assert answer.json()["triage"] == becomes
