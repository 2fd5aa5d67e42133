"""What is done from the inbox to one call or many, and how it is taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from oncall_portal.lib import acting, clock
from scheduling.enums import Role
from scheduling.models import ContactNumber, Staff
from scheduling.tests import build
from scheduling.tests.logins import login
from telephony import triage
from telephony.enums import Direction, PromiseState, TriageAction
from telephony.models import BlockedCaller, Call, CallComment, Job, Promise, TextMessage
from voicemail import erasing
from voicemail.tests import cast, office
from voicemail.tests.office import JSON, Page

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _office(media: Path) -> Iterator[None]:
    build.organisation(region="FR")
    with clock.driven_by(lambda: NOW):
        yield


@pytest.fixture
def manager() -> Page:
    user = login(Role.MANAGER)
    build.staff("Marc Roussel", user=user)
    return Page(user)


def states(*calls: Call) -> list[str]:
    return [Call.objects.get(pk=call.pk).triage for call in calls]


@pytest.mark.requirement("PLN-07")
@pytest.mark.parametrize(
    ("action", "becomes"),
    [("job", "job"), ("spam", "spam"), ("close", "closed"), ("delete", "deleted")],
)
def test_a_new_call_is_dealt_with_and_taken_back(manager: Page, action: str, becomes: str) -> None:
    call = office.call()
    done = manager.act(action, call)
    assert (done.status_code, states(call)) == (200, [becomes])
    job = Job.objects.values_list("pk", flat=True).first()
    assert done.json()["calls"] == [{"call": call.pk, "triage": becomes, "job": job}]
    assert (manager.undo(done).status_code, states(call)) == (200, ["new"])
    assert (Job.objects.count(), BlockedCaller.objects.filter(active=True).count()) == (0, 0)


@pytest.mark.requirement("PLN-07")
def test_many_calls_at_once_and_back(manager: Page) -> None:
    calls = [office.call() for _ in range(5)]
    done = manager.act("close", *calls)
    assert done.json()["message"] == "5 calls closed."
    assert states(*calls) == ["closed"] * 5
    assert manager.undo(done).json()["message"] == "Taken back: 5 calls."
    assert states(*calls) == ["new"] * 5


@pytest.mark.requirement("PLN-07")
def test_spam_says_that_the_number_is_no_longer_taken(manager: Page) -> None:
    call = office.call("+33698765432")
    words = manager.act("spam", call).json()["message"]
    assert words == "Spam: calls from +33 6 98 76 54 32 are no longer taken."
    assert BlockedCaller.objects.get().pattern == "+33698765432"


def test_what_was_put_away_goes_back_to_where_it_was(manager: Page) -> None:
    closed, spam = office.call(), office.call()
    manager.act("close", closed)
    manager.act("spam", spam)
    manager.undo(manager.act("delete", closed, spam))
    assert states(closed, spam) == ["closed", "spam"]


def test_refusals_name_the_call_and_the_reason_and_the_others_are_done(manager: Page) -> None:
    new, goes_on = office.call(), office.named("Anaïs Delcourt")
    Call.objects.filter(pk=goes_on.pk).update(ended_at=None, outcome="")
    done = manager.act("delete", new, goes_on, 99_999)
    assert (done.status_code, states(new, goes_on)) == (200, ["deleted", "new"])
    refused = [(each["call"], each["code"]) for each in done.json()["refused"]]
    assert refused == [(goes_on.pk, "call_in_progress"), (99_999, "no_such_call")]
    assert done.json()["message"].startswith("Put into the bin. Anaïs Delcourt: ")
    assert "This call goes on" in done.json()["message"]


def test_when_nothing_could_be_done_the_answer_is_a_conflict(manager: Page) -> None:
    placed = office.placed(office.call(), build.staff("Amélie"))
    answer = manager.act("spam", placed)
    assert (answer.status_code, answer.json()["code"]) == (409, "call_of_ours")


@pytest.mark.parametrize(
    "body",
    [
        {"action": "explode", "calls": [1]},
        {"action": "close", "calls": []},
        {"action": "close", "calls": ["x"]},
        {"action": "close", "calls": [True]},
        {"action": "close", "calls": 1},
        {"action": "close", "calls": list(range(1, 502))},
        {"action": ["close"], "calls": [1]},
        {"action": "comment", "calls": [1], "text": ["x"]},
        {"action": "assign", "calls": [1], "owner": {}},
        [],
        "text",
    ],
)
def test_a_body_that_is_none_is_refused(manager: Page, body: Any) -> None:
    office.call()
    answer = manager.client.post("/admin/inbox/acts/", body, content_type=JSON)
    assert answer.status_code in (400, 409)
    assert set(Call.objects.values_list("triage", flat=True)) == {"new"}


# --- promises and comments ------------------------------------------------------------------------


@pytest.mark.requirement("PLN-06")
def test_a_promise_is_taken_given_away_and_waived_and_each_is_taken_back(manager: Page) -> None:
    call, amelie = office.call(), build.staff("Amélie")
    promise = office.promised(call, HOUR, amelie)
    before = {**Promise.objects.values().get(), "version": 0}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("take", {}),
        ("assign", {"owner": None}),
        ("waive", {"text": "Wrong number"}),
    ]
    for action, more in steps:
        done = manager.act(action, call, **more)
        assert done.status_code == 200
        assert {**Promise.objects.values().get(), "version": 0} != before
        assert manager.undo(done).status_code == 200
        assert {**Promise.objects.values().get(), "version": 0} == before
    assert promise.state == PromiseState.OPEN


def test_somebody_is_made_to_call_back_who_was_promised_nothing(manager: Page) -> None:
    call, amelie = office.call(), build.staff("Amélie")
    done = manager.act("assign", call, owner=amelie.pk)
    assert (done.json()["message"], Promise.objects.get().owner) == ("Amélie sees to it.", amelie)
    assert (manager.undo(done).status_code, Promise.objects.count()) == (200, 0)


def test_without_a_reason_nothing_is_waived(manager: Page) -> None:
    call = office.call()
    office.promised(call, HOUR)
    assert manager.act("waive", call, text=" ").json()["code"] == "reason_missing"


@pytest.mark.parametrize("action", ["close", "delete"])
def test_who_was_promised_a_call_back_is_not_dropped_without_a_word(
    manager: Page, action: str
) -> None:
    promised, other = office.call(), office.call()
    office.promised(promised, HOUR)
    (left,) = manager.act(action, promised, other).json()["refused"]
    assert (left["call"], left["code"]) == (promised.pk, "say_why")
    assert Promise.objects.get().state == PromiseState.OPEN
    assert manager.act(action, promised, text="Called us again.").status_code == 200
    waived = Promise.objects.get()
    assert (waived.state, waived.reason) == (PromiseState.WAIVED, "Called us again.")


def test_a_comment_is_added_and_taken_back(manager: Page) -> None:
    call = office.call()
    done = manager.act("comment", call, text="The key is at the neighbour's.")
    assert CallComment.objects.get().text == "The key is at the neighbour's."
    assert (manager.undo(done).status_code, CallComment.objects.count()) == (200, 0)


# --- undo ---------------------------------------------------------------------------------------


def test_what_somebody_changed_since_is_not_taken_back(manager: Page) -> None:
    call = office.call()
    done = manager.act("close", call)
    other = User.objects.create(username="lea", first_name="Léa", last_name="Fontaine")
    with acting.by(other):
        triage.triage(call.pk, TriageAction.DELETE)
    answer = manager.undo(done)
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_since")
    assert answer.json()["detail"] == "Léa Fontaine dealt with this call since."
    assert states(call) == ["deleted"]


def test_acts_upon_one_call_are_taken_back_one_after_the_other(manager: Page) -> None:
    call = office.call()
    acts = [
        manager.act("assign", call, owner=Staff.objects.get(user=manager.user).pk),
        manager.act("waive", call, text="Gone."),
        manager.act("job", call),
        manager.act("close", call),
    ]
    promised = [[], ["open"], ["waived"], ["waived"]]
    for done, state in zip(reversed(acts), ("job", "new", "new", "new"), strict=True):
        assert manager.undo(done).status_code == 200
        assert states(call) == [state]
        left = Promise.objects.filter(call=call).values_list("state", flat=True)
        assert list(left) == promised.pop()
    assert not Job.objects.exists()


def test_a_job_on_which_somebody_worked_stays(manager: Page) -> None:
    call = office.call()
    done = manager.act("job", call)
    Job.objects.update(version=2)
    answer = manager.undo(done)
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "Somebody worked on the job since.",
    )
    assert states(call) == ["job"]


def test_an_undo_works_once_for_its_author_and_for_an_hour(manager: Page) -> None:
    call = office.call()
    done = manager.act("close", call)
    other = Page(User.objects.create(username="other", is_superuser=True))
    assert other.undo(done).status_code == 400
    with clock.driven_by(lambda: NOW + timedelta(minutes=61)):
        assert manager.undo(done).status_code == 400
    assert manager.undo(done).status_code == 200
    assert manager.undo(done).status_code == 409


@pytest.mark.parametrize("token", ["", "x", None, 3, "a:b:c"])
def test_a_forged_undo_is_refused(manager: Page, token: Any) -> None:
    body = {"undo": token}
    answer = manager.client.post("/admin/inbox/undo/", body, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_token")


# --- who may --------------------------------------------------------------------------------


def test_a_supervisor_comments_and_assigns_but_does_not_triage() -> None:
    page = Page(login(Role.SUPERVISOR))
    call = office.call()
    office.promised(call, HOUR)
    answers = {
        action: page.act(action, call, text="x").status_code
        for action in ("close", "job", "spam", "delete", "reopen", "comment", "take", "assign")
    }
    refused, done = dict.fromkeys(("close", "job", "spam", "delete", "reopen"), 403), 200
    assert answers == {**refused, "comment": done, "take": done, "assign": done}


def test_buttons_that_one_may_not_use_are_absent(manager: Page) -> None:
    call = office.call()
    office.promised(call, HOUR)
    seen = {}
    for page in (manager, Page(login(Role.SUPERVISOR))):
        html = page.client.get(f"/admin/inbox/{call.pk}/").content.decode()
        names = ("job", "close", "spam", "delete", "assign", "take", "waive", "reply", "call_back")
        seen[page.user.username] = [name for name in names if f'data-do="{name}"' in html]
    office_only = ["job", "close", "spam", "delete"]
    both = ["assign", "take", "waive", "reply", "call_back"]
    assert seen == {"manager": office_only + both, "supervisor": both}


def test_an_act_needs_the_token_of_the_page(manager: Page) -> None:
    call, strict = office.call(), Client(enforce_csrf_checks=True)
    strict.force_login(manager.user)
    body = {"action": "close", "calls": [call.pk]}
    assert strict.post("/admin/inbox/acts/", body, content_type=JSON).status_code == 403
    assert states(call) == ["new"]


def test_without_scripts_a_button_sends_a_form_and_leads_back(manager: Page) -> None:
    call = office.call()
    sent = {"action": "close", "calls": call.pk, "box": "all"}
    answer = manager.client.post("/admin/inbox/acts/", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/inbox/?box=all")
    assert states(call) == ["closed"]


# --- the pane --------------------------------------------------------------------------------


def test_the_pane_has_all_that_is_known_of_a_call(manager: Page) -> None:
    call = office.named("Anaïs Delcourt")
    office.left(call, cast.mailbox(), "The water comes down.")
    office.promised(call, timedelta(minutes=9), build.staff("Amélie Laurent"))
    again = office.call(call.caller, ago=HOUR)
    office.recorded(again)
    manager.act("comment", call, text="Tell her to close the valve.")
    html = manager.client.get(f"/admin/inbox/{call.pk}/").content.decode()
    for said in (
        *("Anaïs Delcourt", "12 rue Lemercier, Paris", "<audio", "“The water comes down.”"),
        *("To be called back before 11:39, 9 min left", "Amélie Laurent sees to it."),
        *("Tell her to close the valve.", "The whole story", f"/call/{again.pk}/change/"),
    ):
        assert said in html, said


def test_how_late_it_is_is_told_in_minutes_in_every_language(manager: Page) -> None:
    call = office.call()
    office.promised(call, -timedelta(minutes=3))
    for language, words in (("en", "3 min too late"), ("fr", "3 min de retard")):
        Staff.objects.filter(user=manager.user).update(language=language)
        html = manager.client.get(f"/admin/inbox/{call.pk}/").content.decode()
        assert words in html.replace("\N{NO-BREAK SPACE}", " ")


def test_the_recording_of_a_conversation_is_heard_in_the_pane(manager: Page) -> None:
    call = office.call()
    recording = office.recorded(call)
    html = manager.client.get(f"/admin/inbox/{call.pk}/").content.decode()
    assert f'src="/api/v1/recordings/{recording.pk}/audio/"' in html


def test_an_open_pane_pays_for_changes_only(manager: Page) -> None:
    call = office.call()
    address = f"/admin/inbox/{call.pk}/"
    first = manager.client.get(address)
    again = manager.client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_a_reply_is_sent_and_what_is_refused_stands_on_the_form(manager: Page) -> None:
    call = office.call("+33698765432")
    address = f"/admin/inbox/{call.pk}/reply/"
    sent = {"text": "We come at 5.", "phone_number": office.line().pk, "key": "k"}
    answer = manager.client.post(address, sent)
    assert (answer.status_code, TextMessage.objects.get().text) == (201, "We come at 5.")
    assert manager.client.post(address, {**sent, "text": ""}).status_code == 422
    withheld = office.call()
    Call.objects.filter(pk=withheld.pk).update(caller="")
    assert manager.client.get(f"/admin/inbox/{withheld.pk}/reply/").status_code == 404


def test_calling_back_rings_ones_own_phone_and_says_why_it_cannot(manager: Page) -> None:
    call = office.call("+33698765432")
    address = f"/admin/inbox/{call.pk}/call-back/"
    assert "Which of your phones rings?" in manager.client.get(address).content.decode()
    phone = ContactNumber.objects.get(staff__user=manager.user).pk
    answer = manager.client.post(address, {"contact_number": phone})
    assert answer.status_code == 201
    placed = Call.objects.get(direction=Direction.OUT.value)
    assert (placed.answers_id, answer.json()["call"]) == (call.pk, placed.pk)
    busy = manager.client.post(address, {"contact_number": phone})
    assert (busy.status_code, "in a call" in busy.content.decode()) == (422, True)


@pytest.mark.parametrize("text", ["\x00", "gone\x00", "\ud800"])
@pytest.mark.parametrize("action", ["waive", "close", "spam", "comment"])
def test_words_that_no_database_keeps_are_refused(manager: Page, action: str, text: str) -> None:
    call = office.call()
    office.promised(call, HOUR)
    body = json.dumps({"action": action, "calls": [call.pk], "text": text})
    answer = manager.client.post("/admin/inbox/acts/", body, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert states(call) == ["new"]


def test_a_reason_of_a_form_is_kept_without_its_null_characters(manager: Page) -> None:
    call = office.call()
    office.promised(call, HOUR)
    manager.client.post(f"/me/calls/{call.pk}/", {"do": "waive", "reason": "\x00no number\x00"})
    assert Promise.objects.get().reason == "no number"


@pytest.mark.parametrize("action", ["waive", "close", "delete", "comment", "spam"])
def test_nothing_comes_back_by_an_undo_once_the_caller_was_erased(
    manager: Page, action: str
) -> None:
    call = office.named("Jean Roux")
    number = call.caller
    office.promised(call, HOUR)
    done = manager.act(action, call, text="Jean Roux moved away")
    erasing.erase(number, by="Marc", now=NOW)
    before = (states(call), list(Promise.objects.values()))
    answer = manager.undo(done)
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_since")
    assert (states(call), list(Promise.objects.values())) == before
