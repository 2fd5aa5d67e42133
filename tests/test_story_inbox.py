"""Stories of what a call leaves in the office: new, with what it was about, until somebody acts."""

from __future__ import annotations

import hashlib
import re
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
from telephony.emulator.recordings import Recording as Emulated
from telephony.enums import Behaviour, GoalKind, Outcome
from telephony.models import Call, Job, Menu, MenuOption
from tests.cast import BRUNO, CALLER, Cast, on_duty
from tests.speech import spoken
from tests.story import Story
from voicemail.audio import examine
from voicemail.models import Recording, VoicemailMessage
from voicemail.tasks import download_recordings

WORKSHOP = "+33139980077"
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


# --- in the inbox ---------------------------------------------------------------------------------


def inbox() -> Client:
    """Return the browser of a manager."""
    browser = Client()
    browser.force_login(login(Role.MANAGER))
    return browser


def does(browser: Client, action: str, call: Call) -> Any:
    """Do something to a call as the inbox's page does; return what it is told."""
    sent = {"action": action, "calls": [call.pk]}
    answer = browser.post("/admin/inbox/acts/", sent, content_type="application/json")
    assert answer.status_code == 200
    return answer.json()


def words_of(browser: Client, address: str) -> str:
    html = browser.get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"<[^>]*>", "|", html)


@pytest.mark.requirement("PLN-06", "PLN-07", "VPB-10")
def test_a_message_lies_in_the_inbox_is_heard_there_and_becomes_a_job(
    story: Story, people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = spoken(
        "Bonjour, ma chaudière fuit depuis ce matin. Rappelez-moi, s'il vous plaît.", tmp_path
    )
    monkeypatch.setattr(Emulated, "wav", lambda _recording: said)
    service = Service.objects.create(name={"en": "Boiler emergency"}, colour="#b35900")
    menu(people, kind=GoalKind.SERVICE.value, service=service)
    caller_presses_1(story, speaks_s=5)
    story.expect_said("leave a message")
    call = story.expect_end()
    download_recordings()
    browser = inbox()
    listed, opened = (words_of(browser, f"/admin/inbox/{at}/") for at in ("part", call.pk))
    for said_of_it in ("New:", "Boiler emergency", "+33 6 98 76 54 32", "a message was left"):
        assert said_of_it in listed
    assert "|Sam|" in listed  # nobody is on duty: the supervisor is to call back
    assert "To be called back before" in opened
    (source,) = re.findall(
        r'<audio[^>]* src="([^"]+)"', browser.get(f"/admin/inbox/{call.pk}/").content.decode()
    )
    heard = b"".join(browser.get(source).streaming_content)  # type: ignore[attr-defined]
    assert (heard, examine(heard).duration_seconds) == (said, examine(said).duration_seconds)
    done = does(browser, "job", call)
    job = Job.objects.get()
    assert done["calls"] == [{"call": call.pk, "triage": "job", "job": job.pk}]
    assert (job.call, job.service) == (call, service)
    assert "+33 6 98 76 54 32" not in words_of(browser, "/admin/inbox/part/")
    assert "+33 6 98 76 54 32" in words_of(browser, "/admin/inbox/part/?box=jobs")


@pytest.mark.requirement("PLN-07")
def test_whoever_is_marked_as_spam_in_the_inbox_hears_so_when_they_call_next_until_it_is_undone(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(hangs_up_after_s=8)
    spam, browser = story.expect_end(), inbox()
    done = does(browser, "spam", spam)
    assert done["message"] == "Spam: calls from +33 6 98 76 54 32 are no longer taken."
    again = story.caller_dials()
    assert story.expect_end().outcome == Outcome.BLOCKED
    assert (again.said, story.rang(BRUNO)) == (
        ["Your call cannot be taken at this number. Goodbye."],
        1,
    )
    undo = {"undo": done["undo"]}
    assert (
        browser.post("/admin/inbox/undo/", undo, content_type="application/json").status_code == 200
    )
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    assert story.expect_end().outcome == Outcome.CONNECTED


@pytest.mark.requirement("PLN-08")
def test_a_call_that_was_only_transferred_lies_in_the_inbox_as_new_with_what_was_said(
    story: Story, people: Cast
) -> None:
    people.line.behaviour, people.line.forwarding_number = Behaviour.TRANSFER.value, WORKSHOP
    people.line.record, people.line.languages = True, ["en"]
    people.line.save()
    story.phone(WORKSHOP, Answers(after_s=4, talks_s=20))
    story.caller_dials(hangs_up_after_s=40)
    story.expect_connected(WORKSHOP)
    call = story.expect_end()
    download_recordings()
    browser = inbox()
    listed, opened = (words_of(browser, f"/admin/inbox/{at}/") for at in ("part", call.pk))
    assert "New:" in listed
    assert "+33 6 98 76 54 32" in listed
    assert "Recording of the call" in opened
    (source,) = re.findall(
        r'<audio[^>]* src="([^"]+)"', browser.get(f"/admin/inbox/{call.pk}/").content.decode()
    )
    heard = b"".join(browser.get(source).streaming_content)  # type: ignore[attr-defined]
    recording = Recording.objects.get()
    assert (call.outcome, VoicemailMessage.objects.count()) == (Outcome.PICKED_UP, 0)
    assert hashlib.sha256(heard).hexdigest() == recording.sha256
    assert examine(heard).duration_seconds == recording.duration_seconds
