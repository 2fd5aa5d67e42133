"""What would happen, as programs ask for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from scheduling.enums import Role
from scheduling.tests.logins import client
from telephony import waiting
from telephony.enums import Behaviour, GoalKind
from telephony.models import Menu, MenuOption
from tests import cast
from tests.cast import BRUNO, CALLER, START, Cast, on_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    made = cast.create()
    made.line.languages = ["en"]
    made.line.save()
    on_duty(made.schedule, made.bruno)
    return made


@pytest.fixture
def main(people: Cast) -> Menu:
    root = Menu.objects.create(name="Main", welcome={"en": "Welcome."})
    MenuOption.objects.create(
        menu=root, key="1", kind=GoalKind.SCHEDULE.value, schedule=people.schedule
    )
    people.line.behaviour = Behaviour.SMART_VOICEMAIL.value
    people.line.menu = root
    people.line.save()
    return root


def ask(people: Cast, api: APIClient | None = None, **asked: str) -> Any:
    values = {"at": START.isoformat(), "caller": CALLER, **asked}
    asker = api or client(Role.MANAGER)
    return asker.get(f"/api/v1/phone-numbers/{people.line.pk}/preview/", values)


def test_who_would_ring_for_how_long_and_where_it_ends(people: Cast) -> None:
    told = ask(people).json()
    assert told["at"] == START.isoformat()
    assert told["steps"][0] == {
        "kind": "ring",
        "name": "Bruno",
        "number": BRUNO,
        "ring_seconds": 20,
        "starts_after": 0,
        "seconds": 20,
        "reason": "level 1",
        "text": "Bruno is rung",
        "staff": people.bruno.pk,
        "service": None,
        "direct": False,
        "together": False,
    }
    assert (told["ending"]["kind"], told["ending"]["mailbox"]) == ("voicemail", people.mailbox.pk)
    assert told["ending"]["text"] == "The caller leaves a message: General"
    assert told["worst_case_seconds"] == waiting.promised(people.line, START)
    assert (told["cut"], told["skipped"]) == ([], [])


def test_the_menu_is_followed_with_the_digits(people: Cast, main: Menu) -> None:
    asked, *rings = ask(people, digits="1").json()["steps"]
    assert (asked["kind"], asked["ask"], asked["keys"]) == ("menu", "menu", "1")
    assert asked["said"] == ["Welcome.", "To be connected, press 1."]
    assert [each["name"] for each in rings] == ["Bruno", "Sam"]


def test_who_takes_the_call_may_be_said(people: Cast) -> None:
    told = ask(people, taker=str(people.bruno.pk)).json()
    assert [each["name"] for each in told["steps"]] == ["Bruno"]
    assert (told["ending"]["kind"], told["ending"]["text"]) == (
        "connected",
        "Bruno speaks with the caller",
    )


@pytest.mark.requirement("VPB-01")
def test_at_a_closed_minute_it_begins_with_that(people: Cast) -> None:
    day = {"days": ["tu"], "from": "09:00", "to": "12:00"}
    people.line.opening_hours = {"time_zone": "Europe/Paris", "weekly": [day]}
    people.line.save()
    api = client(Role.MANAGER)
    first, *rest = ask(people, api).json()["steps"]
    assert first == {
        "kind": "closed",
        "starts_after": 0,
        "seconds": 0,
        "text": "Closed at this minute: the call goes where callers go outside the opening hours",
    }
    assert rest[0]["said"] == ["We are closed at the moment.", "To leave a message, press 1."]
    open_then = ask(people, api, at="2026-03-03T10:00:00+01:00").json()["steps"]
    assert [each["kind"] for each in open_then] == ["ring"]


def test_a_menu_tells_the_same_as_its_number(people: Cast, main: Menu) -> None:
    values = {"at": START.isoformat(), "caller": CALLER, "digits": "1"}
    api = client(Role.MANAGER)
    of_menu = api.get(f"/api/v1/menus/{main.pk}/preview/", values).json()
    assert of_menu == ask(people, api, digits="1").json()


def test_without_an_instant_it_is_now(people: Cast) -> None:
    told = client(Role.MANAGER).get(f"/api/v1/phone-numbers/{people.line.pk}/preview/").json()
    assert [each["name"] for each in told["steps"]] == ["Sam"]


@pytest.mark.parametrize("spelling", ["06 98 76 54 32", "+33698765432", "0033698765432", ""])
def test_a_caller_is_written_in_any_way(people: Cast, spelling: str) -> None:
    assert ask(people, caller=spelling).status_code == 200


def test_a_plus_sign_that_was_not_escaped_is_understood(people: Cast) -> None:
    address = f"/api/v1/phone-numbers/{people.line.pk}/preview/?caller={CALLER}"
    assert client(Role.MANAGER).get(address).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("caller", "Bruno", "invalid_number"),
        ("digits", "1A", "invalid_keys"),
        ("digits", "1" * 201, "too_many_keys"),
        ("taker", "Bruno", "unknown_taker"),
        ("taker", "999999", "unknown_taker"),
        ("at", "2026-03-02T10:00", "offset_required"),
        ("at", "yesterday", "invalid_instant"),
    ],
)
def test_bad_input_is_refused_with_its_code(
    people: Cast, field: str, value: str, code: str
) -> None:
    answer = ask(people, None, **{field: value})
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, code)]


def test_staff_see_the_numbers_of_others_masked(people: Cast) -> None:
    told = ask(people, client(Role.STAFF)).json()
    assert told["steps"][0]["number"] == "+33 6 .. .. .. 02"


def test_the_hard_stop_tells_who_is_cut(people: Cast) -> None:
    for person in (people.alice, people.chloe):
        on_duty(people.schedule, person, level=2)
    people.line.inbound_timeout = 120
    people.line.save()
    told = ask(people, at=(START + timedelta(minutes=1)).isoformat()).json()
    assert told["worst_case_seconds"] <= 300
    assert {each["reason"] for each in told["cut"]} == {"hard_stop"}
