"""The API of voice menus."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import client, problem
from telephony.models import Menu, MenuOption, PhoneNumber, Prompt

pytestmark = pytest.mark.django_db
MENUS = "/api/v1/menus/"
MAILBOX: Any = MenuOption._meta.get_field("mailbox").related_model


@pytest.fixture
def manager() -> Any:
    build.organisation()
    return client(Role.MANAGER)


def post(api: Any, options: list[dict[str, Any]] | None = None, **values: Any) -> Any:
    body = {"name": "Main", "options": options or [], **values}
    return api.post(MENUS, body, format="json")


def errors(answer: Any) -> list[tuple[str | None, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["field"], each["code"]) for each in answer.json()["errors"]]


def option(key: str, kind: str, target: Any = None, **more: Any) -> dict[str, Any]:
    return {"key": key, "name": {}, "goes_to": {"kind": kind, "target": target}, **more}


@pytest.mark.requirement("PLN-03", "PLN-05", "VPB-08")
def test_a_menu_is_written_with_its_keys_and_answered_as_it_was(manager: Any) -> None:
    heating = build.service("Heating")
    body = {
        "name": "Main",
        "parent": None,
        "welcome": {"fr": "Bonjour.", "en": "Hello."},
        "welcome_prompt": None,
        "tries": 2,
        "wait_seconds": 7,
        "on_no_key": {"kind": "repeat"},
        "on_wrong_key": {"kind": "repeat"},
        "on_too_many": {"kind": "voicemail"},
        "options": [
            {
                "key": "1",
                "name": {"fr": "le chauffage", "en": "heating"},
                "goes_to": {"kind": "service", "target": heating.pk},
                "mailbox": None,
            },
            {
                "key": "9",
                "name": {"fr": "un message", "en": "a message"},
                "goes_to": {"kind": "voicemail", "target": None},
                "mailbox": None,
            },
            {
                "key": "#",
                "name": {},
                "goes_to": {"kind": "transfer", "target": "+33139980007"},
                "mailbox": None,
            },
        ],
        "mailbox": None,
    }
    made = manager.post(MENUS, body, format="json")
    assert made.status_code == 201, made.content
    assert made.json() == {"id": made.json()["id"], **body, "version": 1}
    assert manager.get(f"{MENUS}{made.json()['id']}/").json() == made.json()


@pytest.mark.requirement("VPB-03")
def test_every_level_and_every_option_can_have_a_mailbox_of_its_own(manager: Any) -> None:
    boxes = [MAILBOX.objects.create(name=name) for name in ("General", "Level", "Option", "Key 9")]
    asked = [
        option("1", "service", build.service("Heating").pk, mailbox=boxes[2].pk),
        option("9", "voicemail", boxes[3].pk),
    ]
    made = post(manager, asked, mailbox=boxes[1].pk).json()
    assert made["mailbox"] == boxes[1].pk
    assert [each["mailbox"] for each in made["options"]] == [boxes[2].pk, boxes[3].pk]
    assert made["options"][1]["goes_to"] == {"kind": "voicemail", "target": boxes[3].pk}


def test_what_follows_no_key_a_wrong_key_and_too_many_tries_is_kept(manager: Any) -> None:
    box = MAILBOX.objects.create(name="General")
    asked: dict[str, Any] = {
        "on_no_key": {"kind": "hang_up"},
        "on_wrong_key": {"kind": "service", "target": build.service("x").pk, "mailbox": box.pk},
        "on_too_many": {"kind": "transfer", "target": "+33139980007"},
    }
    made = post(manager, **asked).json()
    assert {name: made[name] for name in asked} == asked
    again = {"version": 1, "on_no_key": None}
    changed = manager.patch(f"{MENUS}{made['id']}/", again, format="json").json()
    assert {name: changed[name] for name in asked} == {**asked, "on_no_key": {"kind": "repeat"}}


@pytest.mark.parametrize(
    ("goes_to", "field", "code"),
    [
        ({"kind": "service"}, ".target", "target_required"),
        ({"kind": "service", "target": 999}, ".target", "unknown_target"),
        ({"kind": "service", "target": "heating"}, ".target", "unknown_target"),
        ({"kind": "service", "target": 1 << 70}, ".target", "unknown_target"),
        ({"kind": "service", "target": True}, ".target", "invalid_target"),
        ({"kind": "schedule", "target": 999}, ".target", "unknown_target"),
        ({"kind": "menu", "target": 999}, ".target", "unknown_target"),
        ({"kind": "menu"}, ".target", "target_required"),
        ({"kind": "voicemail", "target": 999}, ".target", "unknown_target"),
        ({"kind": "announcement"}, ".target", "target_required"),
        ({"kind": "transfer"}, ".target", "target_required"),
        ({"kind": "transfer", "target": "12"}, ".target", "invalid_number"),
        ({"kind": "transfer", "target": "+33970000001"}, ".target", "own_number"),
        ({"kind": "transfer", "target": "+33899700001"}, ".target", "special_number"),
        ({"kind": "transfer", "target": "+14155550100"}, ".target", "country_not_allowed"),
        ({"kind": "repeat", "target": 1}, ".target", "unexpected_target"),
        ({"kind": "hang_up", "target": 1}, ".target", "unexpected_target"),
        ({"kind": "fax"}, ".kind", "unknown_choice"),
        ({"target": 1}, ".kind", "required"),
    ],
)
def test_a_target_must_exist_and_fit_its_kind(
    manager: Any, goes_to: dict[str, Any], field: str, code: str
) -> None:
    PhoneNumber.objects.create(name="Main line", number="+33970000001")
    made = post(manager, [{"key": "1", "goes_to": goes_to}])
    assert errors(made) == [(f"options[0].goes_to{field}", code)]
    assert not Menu.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"on_no_key": {"kind": "menu", "target": 1}}, "on_no_key", "leads_to_a_menu"),
        ({"on_wrong_key": {"kind": "menu", "target": 1}}, "on_wrong_key", "leads_to_a_menu"),
        ({"on_too_many": {"kind": "menu", "target": 1}}, "on_too_many", "leads_to_a_menu"),
        ({"on_too_many": {"kind": "repeat"}}, "on_too_many", "asks_for_ever"),
        ({"on_too_many": {"kind": "back"}}, "on_too_many", "asks_for_ever"),
        ({"on_no_key": {"kind": "service"}}, "on_no_key.target", "target_required"),
        ({"tries": 0}, "tries", "min_value"),
        ({"tries": 10}, "tries", "max_value"),
        ({"wait_seconds": 0}, "wait_seconds", "min_value"),
        ({"wait_seconds": 11}, "wait_seconds", "max_value"),
        ({"mailbox": 999}, "mailbox", "does_not_exist"),
        ({"welcome": {"de": "Hallo"}}, "welcome", "unknown_language"),
        ({"welcome": {"fr": "a" * 1501}}, "welcome", "text_too_long"),
        (
            {"options": [option("1", "back", name={"fr": "a" * 121})]},
            "options[0].name",
            "text_too_long",
        ),
        ({"loops": True}, "loops", "unknown_field"),
    ],
)
def test_a_level_is_checked(manager: Any, values: dict[str, Any], field: str, code: str) -> None:
    assert errors(post(manager, **values)) == [(field, code)]
    assert not Menu.objects.exists()


def test_a_level_says_as_much_as_the_platform_reads_aloud_at_once(manager: Any) -> None:
    texts = {"fr": "é" * 1500, "en": "a" * 1500}
    made = post(manager, [option("1", "hang_up", name={"fr": "a" * 120})], welcome=texts)
    assert (made.status_code, made.json()["welcome"]) == (201, texts)


def test_keys_are_those_of_a_telephone_each_once(manager: Any) -> None:
    assert errors(post(manager, [option("12", "repeat")])) == [("options[0].key", "unknown_choice")]
    twice = [option("1", "repeat"), option("2", "back"), option("1", "hang_up")]
    assert errors(post(manager, twice)) == [("options[2].key", "key_twice")]


def test_every_kind_can_be_kept(manager: Any) -> None:
    child = post(manager).json()["id"]
    prompt = Prompt.objects.create(name="Closed", text={"en": "Closed."})
    asked = [
        option("1", "service", build.service("Heating").pk),
        option("2", "schedule", build.schedule().pk),
        option("3", "menu", child),
        option("4", "transfer", "+33139980007"),
        option("5", "voicemail"),
        option("6", "call_back"),
        option("7", "announcement", prompt.pk),
        option("8", "dial_extension"),
        option("9", "repeat"),
        option("*", "back"),
        option("#", "hang_up"),
    ]
    made = post(manager, asked)
    assert made.status_code == 201, made.content
    assert [{**each, "mailbox": None} for each in asked] == made.json()["options"]


def test_a_stale_change_is_told_with_how_the_level_stands(manager: Any) -> None:
    made = post(manager).json()
    address = f"{MENUS}{made['id']}/"
    changed = manager.patch(address, {"version": 1, "name": "Other"}, format="json").json()
    late = manager.patch(address, {"version": 1, "options": []}, format="json")
    assert (problem(late), late.json()["current"]) == ((409, "stale_version"), changed)


def test_a_key_is_moved_taken_off_and_brought_back(manager: Any) -> None:
    asked = [option("1", "repeat"), option("2", "menu", None)]
    asked[1]["goes_to"] = {"kind": "menu", "new": True}
    root = post(manager, asked).json()
    child = root["options"][1]["goes_to"]["target"]
    address = f"{MENUS}{root['id']}/"
    place = {"key": "1", "version": 1, "to": child, "to_version": 1, "at": 0}
    moved = manager.post(f"{address}move/", place, format="json").json()
    assert (moved["id"], [each["key"] for each in moved["options"]]) == (child, ["1"])
    taken = manager.post(f"{address}remove/", {"key": "2", "version": 2}, format="json").json()
    assert (taken["options"], taken["version"]) == ([], 3)
    back = manager.post(f"{address}restore/", {"number": 1, "latest": 3}, format="json")
    assert [each["key"] for each in back.json()["options"]] == ["1", "2"]
    listed = manager.get(f"{address}versions/").json()["results"]
    assert [(each["number"], each["created_by"]) for each in listed] == [
        (number, "manager") for number in (4, 3, 2, 1)
    ]


def test_a_gesture_on_what_was_changed_meanwhile_is_refused(manager: Any) -> None:
    root = post(manager, [option("1", "repeat")]).json()
    address = f"{MENUS}{root['id']}/"
    late = manager.post(f"{address}remove/", {"key": "1", "version": 7}, format="json")
    assert problem(late) == (409, "stale_version")
    late = manager.post(f"{address}restore/", {"number": 1, "latest": 7}, format="json")
    assert problem(late) == (409, "stale_version")
    gone = manager.post(f"{address}restore/", {"number": 5, "latest": 1}, format="json")
    assert problem(gone) == (404, "not_found")
    unknown = manager.post(f"{address}remove/", {"key": "2", "version": 1}, format="json")
    assert errors(unknown) == [("key", "unknown_key")]
    assert errors(manager.post(f"{address}remove/", {"key": "1"}, format="json")) == [
        ("version", "version_required")
    ]


def test_a_menu_in_use_stays(manager: Any) -> None:
    root = post(manager).json()
    PhoneNumber.objects.create(name="Main line", number="+33970000001", menu_id=root["id"])
    kept = manager.delete(f"{MENUS}{root['id']}/", {"version": 1}, format="json")
    assert problem(kept) == (409, "in_use")
    PhoneNumber.objects.update(menu=None)
    gone = manager.delete(f"{MENUS}{root['id']}/", {"version": 1}, format="json")
    assert (gone.status_code, Menu.objects.exists()) == (204, False)
