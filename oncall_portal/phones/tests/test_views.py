"""The desk phones against a real emulator: who may play, what passes through, what is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from oncall_portal.lib import clock
from oncall_portal.phones.forms import BEHAVIOURS
from oncall_portal.phones.hearing import Telling
from oncall_portal.phones.state import _caller
from oncall_portal.phones.views import SAMPLE_CALLER
from scheduling.enums import Role
from scheduling.tests.logins import login
from telephony.emulator import Platform
from telephony.models import Call, CallEvent, Leg
from tests import cast
from tests.cast import ALICE, ALICE_HOME, SAM

pytestmark = pytest.mark.django_db
ALICE_DIGITS = ALICE.lstrip("+")


@pytest.fixture
def people() -> cast.Cast:
    made = cast.create()
    cast.on_duty(made.schedule, made.alice)
    return made


@pytest.fixture
def browser(platform: Platform, people: cast.Cast) -> Any:
    """A manager's, while the clock of the platform is everybody's."""
    browser = Client()
    browser.force_login(login(Role.MANAGER))
    with clock.driven_by(platform.clock.now):
        yield browser


def state(browser: Client, call: str = "") -> Any:
    answer = browser.get("/phones/state", {"call": call})
    assert answer.status_code == 200, answer.content
    return answer.json()


def dial(browser: Client, people: cast.Cast, caller: str = SAMPLE_CALLER) -> str:
    answer = browser.post("/phones/calls", {"caller": caller, "line": people.line.pk})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["call"])


def alice(found: dict[str, Any]) -> dict[str, Any]:
    card: dict[str, Any]
    (card,) = [each for each in found["phones"] if each["number"] == ALICE_DIGITS]
    return card


def test_without_an_emulator_there_are_no_phones(browser: Client, settings: Any) -> None:
    settings.VONAGE = None
    assert [browser.get(f"/phones/{part}").status_code for part in ("", "state")] == [404, 404]


@pytest.mark.parametrize("host", ["api.nexmo.com", "10.0.0.1:443", "127.0.0.1.example.org"])
def test_on_a_platform_elsewhere_nobody_plays(browser: Client, settings: Any, host: str) -> None:
    settings.VONAGE = replace(settings.VONAGE, api_host=host)
    assert browser.get("/phones/").status_code == 404


def test_the_page_needs_nothing_the_security_policy_forbids(browser: Client) -> None:
    page = browser.get("/phones/").content.decode()
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page) == []


def test_a_form_of_another_site_moves_nothing(platform: Platform, people: cast.Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(login(Role.MANAGER))
    wanted = {"caller": SAMPLE_CALLER, "line": people.line.pk}
    assert browser.post("/phones/calls", wanted).status_code == 403
    assert platform.calls == {}


def test_the_phones_of_whoever_is_on_call_are_on_the_desk(browser: Client) -> None:
    found = state(browser)
    assert [(each["number"], each["name"], each["level"]) for each in found["phones"]] == [
        (ALICE_DIGITS, "Alice", "1"),
        (ALICE_HOME.lstrip("+"), "Alice", "1"),
        (SAM.lstrip("+"), "Sam", ""),
    ]
    assert (found["call"], found["story"]) == (None, None)


def test_a_phone_waits_for_the_hand_of_whoever_dialled_here(
    browser: Client, people: cast.Cast, platform: Platform
) -> None:
    call = dial(browser, people)
    platform.run_until(lambda: platform.phone(ALICE_DIGITS).ringing)
    platform.advance(30)
    found = state(browser, call)
    assert (alice(found)["state"], alice(found)["behaviour"]) == ("ringing", "manual")
    assert found["call"]["status"] == "In the call, waiting"
    assert [(line["text"], line["now"]) for line in found["call"]["heard"]] == [
        ("“One moment”", False),
        ("Ringing tone", True),
    ]


def test_picking_up_and_hanging_up(browser: Client, people: cast.Cast, platform: Platform) -> None:
    call = dial(browser, people)
    platform.run_until(lambda: platform.phone(ALICE_DIGITS).ringing)
    assert browser.post(f"/phones/staff/{ALICE_DIGITS}", {"act": "answer"}).status_code == 200
    platform.run_until(lambda: platform.connected("33199000199", ALICE_DIGITS))
    found = state(browser, call)
    assert found["call"]["status"] == "Connected with Alice"
    assert (alice(found)["status"], alice(found)["heard"][-1]["text"]) == (
        "Talking with the caller",
        "The voice of the caller",
    )
    assert browser.post(f"/phones/calls/{call}", {"act": "hang_up"}).status_code == 200
    platform.settle()
    assert state(browser, call)["call"]["status"] == "The call is over"


def test_a_key_of_the_caller_reaches_the_platform(
    browser: Client, people: cast.Cast, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = dial(browser, people)
    platform.advance(1)
    pressed: list[str] = []
    monkeypatch.setattr(platform.calls[call], "press", pressed.append)
    assert browser.post(f"/phones/calls/{call}", {"act": "press", "key": "#"}).status_code == 200
    assert pressed == ["#"]


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_every_behaviour_offered_is_found_again(browser: Client, behaviour: str) -> None:
    wanted = {"act": "behaviour", "behaviour": behaviour}
    assert browser.post(f"/phones/staff/{ALICE_DIGITS}", wanted).status_code == 200
    assert alice(state(browser))["behaviour"] == behaviour


def test_what_somebody_set_is_kept_when_a_call_is_placed(
    browser: Client, people: cast.Cast
) -> None:
    browser.post(f"/phones/staff/{ALICE_DIGITS}", {"act": "behaviour", "behaviour": "busy:1"})
    dial(browser, people)
    assert alice(state(browser))["behaviour"] == "busy:1"


def test_too_late_is_said(browser: Client) -> None:
    answer = browser.post(f"/phones/staff/{ALICE_DIGITS}", {"act": "answer"})
    assert answer.status_code == 409
    assert answer.json() == {"problem": "Too late: this phone is no longer in that state."}


def test_a_number_that_cannot_be_one_is_explained(
    browser: Client, people: cast.Cast, platform: Platform
) -> None:
    answer = browser.post("/phones/calls", {"caller": "12", "line": people.line.pk})
    assert answer.status_code == 400
    assert "12" in answer.json()["problem"]
    assert platform.calls == {}


def test_without_a_number_the_caller_is_withheld(browser: Client, people: cast.Cast) -> None:
    call = dial(browser, people, caller="")
    assert state(browser, call)["call"]["from"] == "withheld number"


def test_the_story_is_told_in_sentences(
    browser: Client, people: cast.Cast, platform: Platform
) -> None:
    call = dial(browser, people)
    row = Call.objects.create(
        token="t", leg_uuid=call, phone_number=people.line, dialled=cast.LINE, started_at=cast.START
    )
    leg = Leg.objects.create(
        call=row, ordinal=1, token="l", number=cast.CHLOE, name="Chloé", dialled_at=cast.START
    )
    platform.advance(65)
    CallEvent.objects.create(call=row, leg=leg, at=platform.clock.now(), code="leg_dialled")
    found = state(browser)  # which call it is, is found without asking
    assert found["story"]["lines"] == [{"at": "1:05", "text": "Chloé is called"}]
    assert cast.CHLOE.lstrip("+") in [each["number"] for each in found["phones"]]


def test_what_did_not_change_is_not_sent_again(browser: Client) -> None:
    first = browser.get("/phones/state")
    again = browser.get("/phones/state", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_emulator_that_is_away_is_said(browser: Client, settings: Any) -> None:
    settings.VONAGE = replace(settings.VONAGE, api_host="127.0.0.1:9")
    answer = browser.get("/phones/state")
    assert answer.status_code == 503
    assert answer.json() == {
        "problem": "The emulated telephone platform does not answer. It starts with the portal."
    }


@pytest.mark.parametrize(
    ("last", "status"), [("beep", "Leaving a message"), ("said", "In the call, waiting")]
)
def test_a_caller_after_the_beep_is_leaving_a_message(last: str, status: str) -> None:
    heard = {
        "id": "c",
        "from": "33199000199",
        "to": cast.LINE,
        "answered_at": cast.START.isoformat(),
        "ended_at": None,
        "connections": [],
        "heard": [{"kind": last, "text": "", "at": cast.START.isoformat(), "until": None}],
    }
    assert _caller(heard, None, Telling({}, None))["status"] == status
