"""The API of rented numbers and of the block list."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import client, problem
from telephony.models import BlockedCaller, Call, ClosedRoute, Menu, PhoneNumber, Prompt

pytestmark = pytest.mark.django_db
NUMBERS, BLOCKED = "/api/v1/phone-numbers/", "/api/v1/blocked-callers/"
LINE, MOBILE, PREMIUM = "+33970000001", "+33612345678", "+33899701234"
HOURS = {
    "time_zone": "Europe/Paris",
    "weekly": [{"days": ["mo", "fr"], "from": "09:00", "to": "18:00"}],
    "holidays": "closed",
    "exceptions": [{"on": "2026-12-24", "from": "09:00", "to": "12:00"}],
}
BARE = {
    "name": "Main line",
    "number": LINE,
    "behaviour": "on_call",
    "schedule": None,
    "menu": None,
    "forwarding_number": None,
    "assigned_staff": None,
    "pass_called_number": True,
    "caller_by_sms": False,
    "call_connect": None,
    "whisper": {},
    "record": False,
    "recording_notice": {},
    "inbound_timeout": None,
    "outbound_timeout": None,
    "languages": ["fr", "en"],
    "opening_hours": None,
    "closed_route": None,
    "greeting": None,
    "text_back": {"enabled": False, "text": {}, "quiet_minutes": 60},
    "max_calls": None,
    "mailbox": None,
    "keep_audio_days": None,
    "keep_transcripts_days": None,
    "keep_numbers_days": None,
    "worst_case_seconds": None,
    "worst_case_path": [],
    "warnings": [],
    "version": 1,
}


@pytest.fixture
def manager() -> Any:
    build.organisation()
    return client(Role.MANAGER)


@pytest.fixture
def line() -> PhoneNumber:
    return PhoneNumber.objects.create(name="Main line", number=LINE)


def patch(who: Any, line: PhoneNumber, **values: Any) -> Any:
    line.refresh_from_db()
    return who.patch(f"{NUMBERS}{line.pk}/", {"version": line.version, **values}, format="json")


def test_a_number_of_ours_is_written_and_shown_whole(manager: Any) -> None:
    body = {"name": "Main line", "number": "09 70 00 00 01"}
    made = manager.post(NUMBERS, body, format="json").json()
    assert made == {"id": made["id"], **BARE}


def test_a_number_says_how_long_things_are_kept(manager: Any, line: PhoneNumber) -> None:
    kept = {"keep_audio_days": 30, "keep_transcripts_days": 60, "keep_numbers_days": 90}
    assert patch(manager, line, **kept).json() == {**BARE, "id": line.pk, **kept, "version": 2}
    assert problem(patch(manager, line, keep_audio_days=0)) == (400, "min_value")


@pytest.mark.requirement("CRM-02")
@pytest.mark.requirement("CRM-08")
def test_every_setting_is_taken_and_answered(manager: Any) -> None:
    rota, alice = build.schedule(), build.staff("Alice")
    menu = Menu.objects.create(name="Main")
    greeting = Prompt.objects.create(name="Hello", text={"en": "Hello"})
    settings = {
        "behaviour": "transfer_then_voicemail",
        "schedule": rota.pk,
        "menu": menu.pk,
        "forwarding_number": MOBILE,
        "assigned_staff": alice.pk,
        "pass_called_number": False,
        "caller_by_sms": True,
        "call_connect": True,
        "whisper": {"en": "A call"},
        "record": True,
        "recording_notice": {"en": "This call is recorded."},
        "inbound_timeout": 20,
        "outbound_timeout": 45,
        "languages": ["en"],
        "opening_hours": HOURS,
        "closed_route": {"kind": "menu", "target": menu.pk},
        "greeting": greeting.pk,
        "text_back": {"enabled": True, "text": {"en": "We call back."}, "quiet_minutes": 15},
        "max_calls": 3,
    }
    body = {"name": "Main line", "number": LINE, **settings, "forwarding_number": "06 12 34 56 78"}
    made = manager.post(NUMBERS, body, format="json").json()
    assert {name: made.get(name) for name in settings} == settings


@pytest.mark.requirement("PLN-01")
@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"behaviour": "dance"}, "behaviour", "unknown_choice"),
        ({"behaviour": "transfer"}, "forwarding_number", "forwarding_number_required"),
        (
            {"behaviour": "transfer_then_voicemail"},
            "forwarding_number",
            "forwarding_number_required",
        ),
        ({"forwarding_number": "12"}, "forwarding_number", "invalid_number"),
        ({"forwarding_number": PREMIUM}, "forwarding_number", "special_number"),
        ({"forwarding_number": "+32470123456"}, "forwarding_number", "country_not_allowed"),
        ({"forwarding_number": LINE}, "forwarding_number", "own_number"),
        ({"opening_hours": "always"}, "opening_hours", "invalid_opening_hours"),
        (
            {"opening_hours": {**HOURS, "time_zone": "Paris"}},
            "opening_hours.time_zone",
            "invalid_opening_hours",
        ),
        (
            {"opening_hours": {**HOURS, "weekly": [{"days": ["mo"], "from": "9", "to": "18:00"}]}},
            "opening_hours.weekly[0].from",
            "invalid_opening_hours",
        ),
        ({"closed_route": {"kind": "repeat"}}, "closed_route.kind", "unfit_kind"),
        ({"closed_route": {"kind": "back"}}, "closed_route.kind", "unfit_kind"),
        ({"closed_route": {"kind": "dial_extension"}}, "closed_route.kind", "unfit_kind"),
        (
            {"closed_route": {"kind": "menu", "target": 999}},
            "closed_route.target",
            "unknown_target",
        ),
        ({"closed_route": {"kind": "menu"}}, "closed_route.target", "target_required"),
        (
            {"closed_route": {"kind": "transfer", "target": PREMIUM}},
            "closed_route.target",
            "special_number",
        ),
        (
            {"closed_route": {"kind": "transfer", "target": LINE}},
            "closed_route.target",
            "own_number",
        ),
        ({"closed_route": {"kind": "hang_up", "why": 1}}, "closed_route.why", "unknown_field"),
        ({"text_back": {"enabled": True}}, "text_back", "text_back_empty"),
        ({"text_back": {"quiet": 1}}, "text_back.quiet", "unknown_field"),
        ({"languages": []}, "languages", "empty"),
        ({"max_calls": 0}, "max_calls", "min_value"),
        ({"inbound_timeout": 121}, "inbound_timeout", "max_value"),
        ({"outbound_timeout": 0}, "outbound_timeout", "min_value"),
    ],
)
def test_what_cannot_be_is_refused_by_its_place_and_changes_nothing(
    manager: Any, line: PhoneNumber, values: dict[str, Any], field: str, code: str
) -> None:
    answer = patch(manager, line, name="Changed", **values)
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    line.refresh_from_db()
    assert (line.name, line.version) == ("Main line", 1)


def test_a_level_below_a_menu_is_not_a_menu_of_its_own(manager: Any, line: PhoneNumber) -> None:
    level = Menu.objects.create(name="Below", parent=Menu.objects.create(name="Main"))
    assert problem(patch(manager, line, menu=level.pk)) == (400, "not_a_root_menu")
    route = {"kind": "menu", "target": level.pk}
    assert problem(patch(manager, line, closed_route=route)) == (400, "not_a_root_menu")


def test_a_number_that_another_forwards_to_cannot_become_ours(
    manager: Any, line: PhoneNumber
) -> None:
    patch(manager, line, forwarding_number="01 45 67 89 01")
    body = {"name": "Other", "number": "01 45 67 89 01"}
    answer = manager.post(NUMBERS, body, format="json")
    assert problem(answer) == (400, "number_is_forwarded_to")
    assert answer.json()["errors"][0]["field"] == "number"
    body["number"] = "01 45 67 89 02"
    assert manager.post(NUMBERS, body, format="json").status_code == 201


@pytest.mark.parametrize("none", [None, ""])
def test_a_number_that_forwards_no_more_forwards_to_nobody(
    manager: Any, line: PhoneNumber, none: str | None
) -> None:
    patch(manager, line, behaviour="transfer", forwarding_number=MOBILE)
    answer = patch(manager, line, behaviour="on_call", forwarding_number=none)
    assert (answer.status_code, answer.json()["forwarding_number"]) == (200, None)
    line.refresh_from_db()
    assert line.forwarding_number == ""


def test_a_number_at_which_somebody_is_reached_cannot_become_ours(manager: Any) -> None:
    build.staff("Anna", MOBILE)
    answer = manager.post(NUMBERS, {"name": "Other", "number": MOBILE}, format="json")
    assert problem(answer) == (400, "number_is_a_contact")
    assert not PhoneNumber.objects.exists()


def test_a_number_that_goes_leaves_its_calls(manager: Any, line: PhoneNumber) -> None:
    call = Call.objects.create(
        token="t", leg_uuid="t", phone_number=line, dialled=LINE, started_at=clock.now()
    )
    address = f"{NUMBERS}{line.pk}/"
    assert manager.delete(address, {"version": 2}, format="json").status_code == 409
    assert manager.delete(address, {"version": 1}, format="json").status_code == 204
    call.refresh_from_db()
    assert (call.phone_number, call.dialled) == (None, LINE)


def test_a_number_cannot_become_the_one_that_it_forwards_to(manager: Any) -> None:
    body = {"name": "Loop", "number": LINE, "forwarding_number": LINE}
    assert problem(manager.post(NUMBERS, body, format="json")) == (400, "own_number")


def test_a_closed_route_is_replaced_kept_and_taken_away(manager: Any, line: PhoneNumber) -> None:
    patch(manager, line, closed_route={"kind": "call_back"})
    changed = patch(manager, line, closed_route={"kind": "voicemail", "target": None}).json()
    assert changed["closed_route"] == {"kind": "voicemail", "target": None}
    assert patch(manager, line, name="Kept").json()["closed_route"] is not None
    assert patch(manager, line, closed_route=None).json()["closed_route"] is None
    assert not ClosedRoute.objects.exists()


def test_one_setting_of_the_text_back_leaves_the_others(manager: Any, line: PhoneNumber) -> None:
    patch(manager, line, text_back={"enabled": True, "text": {"en": "Soon."}})
    changed = patch(manager, line, text_back={"quiet_minutes": 5}).json()
    assert changed["text_back"] == {"enabled": True, "text": {"en": "Soon."}, "quiet_minutes": 5}


@pytest.mark.requirement("CRM-07")
@pytest.mark.parametrize(
    ("seconds", "codes"),
    [
        (None, []),
        (1, ["straight_on"]),
        (4, ["straight_on"]),
        (5, []),
        (21, []),
        (22, ["own_voicemail"]),
        (40, ["own_voicemail"]),
        (41, []),
    ],
)
def test_a_ring_time_that_may_surprise_is_warned_of(
    manager: Any, line: PhoneNumber, seconds: int | None, codes: list[str]
) -> None:
    answer = patch(manager, line, inbound_timeout=seconds).json()
    assert [found["code"] for found in answer["warnings"]] == codes


@pytest.mark.requirement("CRM-07")
@pytest.mark.parametrize(
    ("behaviour", "codes"),
    [
        ("on_call", ["straight_on"]),
        ("smart_voicemail", ["straight_on"]),
        ("transfer", ["straight_out"]),
        ("transfer_then_voicemail", ["straight_on"]),
    ],
)
def test_no_voicemail_is_promised_behind_a_mere_transfer(
    manager: Any, line: PhoneNumber, behaviour: str, codes: list[str]
) -> None:
    values = {"behaviour": behaviour, "forwarding_number": MOBILE, "inbound_timeout": 3}
    answer = patch(manager, line, **values).json()
    assert [found["code"] for found in answer["warnings"]] == codes


def test_where_calls_go_is_masked_for_staff(manager: Any, line: PhoneNumber) -> None:
    route = {"kind": "transfer", "target": MOBILE}
    patch(manager, line, forwarding_number=MOBILE, closed_route=route)
    shown = client(Role.STAFF).get(f"{NUMBERS}{line.pk}/").json()
    assert shown["forwarding_number"] == "+33 6 .. .. .. 78"
    assert shown["closed_route"] == {"kind": "transfer", "target": "+33 6 .. .. .. 78"}


def test_the_list_of_numbers_is_read_with_a_fixed_number_of_queries(
    manager: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(20):
        row = PhoneNumber.objects.create(name=f"Line {n}", number=f"+3397000{n:04}")
        ClosedRoute.objects.create(phone_number=row, kind="hang_up")
    with django_assert_num_queries(5):
        assert manager.get(NUMBERS).json()["count"] == 20


# --- the block list ------------------------------------------------------------------------------


def block(who: Any, **values: Any) -> Any:
    return who.post(BLOCKED, values, format="json")


def test_a_caller_is_blocked_in_any_spelling(manager: Any, line: PhoneNumber) -> None:
    sorry = Prompt.objects.create(name="Sorry", text={"en": "Sorry"})
    body = {"kind": "exact", "phone_number": line.pk, "prompt": sorry.pk, "note": "Sells roofs"}
    made = block(manager, pattern="06 12 34 56 78", **body).json()
    assert made == {"id": made["id"], **body, "pattern": MOBILE, "active": True, "version": 1}


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("08 99", "+33899"), ("+33 8 99", "+33899"), ("0033 8", "+338"), ("+1", "+1")],
)
def test_a_beginning_is_taken_as_people_write_it(manager: Any, text: str, pattern: str) -> None:
    assert block(manager, kind="prefix", pattern=text).json()["pattern"] == pattern


def test_a_caller_who_claims_a_number_that_does_not_exist_is_blocked(manager: Any) -> None:
    assert block(manager, kind="exact", pattern="+331234").json()["pattern"] == "+331234"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"kind": "exact"}, "invalid_number"),
        ({"kind": "exact", "pattern": "12"}, "invalid_number"),
        ({"kind": "exact", "pattern": LINE}, "own_number"),
        ({"kind": "prefix"}, "invalid_prefix"),
        ({"kind": "prefix", "pattern": "+"}, "invalid_prefix"),
        ({"kind": "prefix", "pattern": "roofs"}, "invalid_prefix"),
        ({"kind": "withheld", "pattern": MOBILE}, "unexpected_pattern"),
        ({"kind": "all"}, "unknown_choice"),
    ],
)
def test_an_entry_that_means_nobody_is_refused(
    manager: Any, line: PhoneNumber, values: dict[str, Any], code: str
) -> None:
    assert problem(block(manager, **values)) == (400, code)
    assert not BlockedCaller.objects.exists()


def test_the_same_is_not_blocked_twice(manager: Any) -> None:
    block(manager, kind="withheld")
    assert block(manager, kind="withheld").status_code == 400
    assert BlockedCaller.objects.count() == 1


def test_an_entry_is_changed_and_taken_off(manager: Any) -> None:
    made = block(manager, kind="exact", pattern=MOBILE).json()
    address = f"{BLOCKED}{made['id']}/"
    body = {"kind": "prefix", "pattern": "06 12", "version": 1}
    assert manager.patch(address, body, format="json").json()["pattern"] == "+33612"
    assert manager.delete(address, {"version": 2}, format="json").status_code == 204


def test_a_supervisor_reads_the_list_and_does_not_change_it(manager: Any) -> None:
    block(manager, kind="withheld")
    supervisor = client(Role.SUPERVISOR)
    assert supervisor.get(BLOCKED).json()["count"] == 1
    assert block(supervisor, kind="exact", pattern=MOBILE).status_code == 403
    assert client(Role.STAFF).get(BLOCKED).status_code == 403
