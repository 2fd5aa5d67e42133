"""The API of people, services, schedules and the house."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.enums import Role
from scheduling.models import ContactNumber, Organisation, Service, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


@pytest.mark.requirement("PLA-01")
def test_a_person_is_registered_with_a_number_in_any_usual_spelling(manager: Any) -> None:
    build.organisation(region="FR")
    person = manager.post(f"{API}/staff/", {"name": "Amélie"}, format="json")
    assert person.status_code == 201
    body = {"staff": person.json()["id"], "number": "06 12 34 56 78", "label": "mobile"}
    number = manager.post(f"{API}/contact-numbers/", body, format="json")
    assert number.json() == {
        "id": number.json()["id"],
        "staff": person.json()["id"],
        "service": None,
        "number": "+33612345678",
        "label": "mobile",
        "position": 1,
        "ring_seconds": None,
        "call_connect": None,
        "can_sms": True,
        "enabled": True,
        "verified_at": None,
        "version": 1,
    }
    assert number.status_code == 201


def test_a_new_person_is_shown_whole_with_a_colour_of_their_own(manager: Any) -> None:
    taken = build.staff("Bob").colour
    body = {"name": "Amélie", "email": "a@example.org", "extension": "201"}
    answer = manager.post(f"{API}/staff/", body, format="json").json()
    colour = answer.pop("colour")
    assert colour != taken
    assert answer == {
        "id": answer["id"],
        "name": "Amélie",
        "email": "a@example.org",
        "language": "fr",
        "time_zone": "Europe/Paris",
        "extension": "201",
        "call_process": "cascade",
        "active": True,
        "version": 1,
    }


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name", "required"),
        ({"name": ""}, "name", "required"),
        ({"name": "A", "nme": "B"}, "nme", "unknown_field"),
        ({"name": "A", "time_zone": "Mars/Olympus"}, "time_zone", "unknown_time_zone"),
        ({"name": "A", "language": "xx"}, "language", "unknown_choice"),
        ({"name": "A", "email": "nonsense"}, "email", "invalid"),
        ({"name": "A", "colour": "red"}, "colour", "invalid"),
        ({"name": "A", "extension": "201"}, "extension", "unique"),
        ({"name": "A", "extension": "7"}, "extension", "invalid_extension"),
        ({"name": "A", "extension": "abc"}, "extension", "invalid_extension"),
        ({"name": "A", "extension": "123456"}, "extension", "invalid_extension"),
        ({"name": "A", "extension": "201\n1"}, "extension", "invalid_extension"),
        ({"name": "A\x00"}, "name", "null_characters_not_allowed"),
        ([], None, "invalid"),
    ],
)
def test_a_bad_person_is_refused_with_a_code(
    manager: Any, body: Any, field: str | None, code: str
) -> None:
    build.staff("Bob", extension="201")
    answer = manager.post(f"{API}/staff/", body, format="json")
    assert problem(answer) == (400, code)
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]
    assert Staff.objects.filter(name="A").count() == 0


@pytest.mark.parametrize("number", ["06 12", "hello", "+33 1", ""])
def test_a_bad_number_is_refused_with_the_way_to_write_it(manager: Any, number: str) -> None:
    body = {"staff": build.staff("Bob").pk, "number": number}
    answer = manager.post(f"{API}/contact-numbers/", body, format="json")
    assert problem(answer) == (400, "invalid_number" if number else "required")


def test_a_number_belongs_to_exactly_one(manager: Any) -> None:
    body = {"number": "+33612345678"}
    answer = manager.post(f"{API}/contact-numbers/", body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] is None


def test_a_changed_number_is_no_longer_verified(manager: Any) -> None:
    build.staff("Bob", "+33612345678")
    row = ContactNumber.objects.get()
    ContactNumber.objects.update(verified_at=at(8))
    address = f"{API}/contact-numbers/{row.pk}/"
    kept = manager.patch(address, {"label": "mobile", "version": 1}, format="json").json()
    assert kept["verified_at"] == "2027-01-04T08:00:00+00:00"
    changed = manager.patch(address, {"number": "0612345679", "version": 2}, format="json").json()
    assert (changed["number"], changed["verified_at"]) == ("+33612345679", None)


@pytest.mark.requirement("PLA-02")
def test_staff_see_their_own_numbers_whole_and_others_masked() -> None:
    build.staff("Bob", "+33612345678")
    mine = client(Role.STAFF)
    shown = {n["staff"]: n["number"] for n in mine.get(f"{API}/contact-numbers/").json()["results"]}
    me, bob = Staff.objects.get(name="Staff"), Staff.objects.get(name="Bob")
    own = str(ContactNumber.objects.get(staff=me).number)
    assert shown == {me.pk: own, bob.pk: "+33 6 .. .. .. 78"}


@pytest.mark.requirement("PLA-03")
def test_a_service_keeps_its_members_in_order(manager: Any) -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    body = {
        "name": {"fr": "Urgence", "en": "Emergency"},
        "members": [bob.pk, alice.pk],
        "answered_by": "members",
    }
    made = manager.post(f"{API}/services/", body, format="json")
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "name": {"fr": "Urgence", "en": "Emergency"},
        "category": None,
        "colour": made.json()["colour"],
        "members": [bob.pk, alice.pk],
        "answered_by": "members",
        "schedule": None,
        "call_process": "cascade",
        "if_unanswered": "default",
        "mailbox": None,
        "promise_minutes": None,
        "version": 1,
    }
    address = f"{API}/services/{made.json()['id']}/"
    changed = manager.patch(address, {"members": [alice.pk], "version": 1}, format="json")
    assert changed.json()["members"] == [alice.pk]


def test_a_service_says_within_how_long_callers_are_called_back(manager: Any) -> None:
    address = f"{API}/services/{build.service('Desk').pk}/"
    body = {"promise_minutes": 15, "version": 1}
    assert manager.patch(address, body, format="json").json()["promise_minutes"] == 15
    body = {"promise_minutes": 0, "version": 2}
    assert problem(manager.patch(address, body, format="json")) == (400, "min_value")


@pytest.mark.requirement("PLA-17")
@pytest.mark.parametrize("kind", ["staff", "services"])
def test_people_and_services_say_how_they_are_called(manager: Any, kind: str) -> None:
    row = build.staff("Alice") if kind == "staff" else build.service("Desk")
    address = f"{API}/{kind}/{row.pk}/"
    changed = manager.patch(address, {"call_process": "call_centre", "version": 1}, format="json")
    assert changed.json()["call_process"] == "call_centre"
    unknown = manager.patch(address, {"call_process": "loud", "version": 2}, format="json")
    assert problem(unknown) == (400, "unknown_choice")


@pytest.mark.requirement("PLA-17")
def test_a_call_centre_abroad_needs_its_country_among_those_that_are_called(manager: Any) -> None:
    house = build.organisation(allowed_countries=["FR"])
    desk = build.service("Desk", call_process="call_centre")
    body = {"service": desk.pk, "number": "+41 22 767 00 00"}
    refused = manager.post(f"{API}/contact-numbers/", body, format="json")
    assert problem(refused) == (400, "country_not_allowed")
    type(house).objects.update(allowed_countries=["FR", "CH"])
    assert manager.post(f"{API}/contact-numbers/", body, format="json").status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": {"de": "x"}}, "unknown_language"),
        ({"name": {}}, "required"),
        ({"name": "x"}, "invalid_texts"),
        ({"name": {"en": "x\x00"}}, "invalid_texts"),
        ({"name": {"en": "x"}, "members": [999_999]}, "does_not_exist"),
        ({"name": {"en": "x"}, "category": 10**30}, "does_not_exist"),
    ],
)
def test_a_bad_service_is_refused(manager: Any, body: Any, code: str) -> None:
    assert problem(manager.post(f"{API}/services/", body, format="json")) == (400, code)
    assert not Service.objects.exists()


def test_nobody_is_named_twice(manager: Any) -> None:
    alice = build.staff("Alice")
    body = {"name": {"en": "x"}, "members": [alice.pk, alice.pk]}
    assert problem(manager.post(f"{API}/services/", body, format="json")) == (400, "duplicate")


def test_a_category_is_written_and_deleted_when_unused(manager: Any) -> None:
    body = {"name": {"fr": "Chauffage", "en": "Heating"}, "position": 1}
    made = manager.post(f"{API}/service-categories/", body, format="json")
    assert made.json() == {"id": made.json()["id"], **body, "version": 1}
    service = build.service("Boiler", category_id=made.json()["id"])
    address = f"{API}/service-categories/{made.json()['id']}/"
    refused = manager.delete(address, HTTP_IF_MATCH='"1"')
    assert problem(refused) == (409, "in_use")
    assert refused.json()["detail"] == (
        "Something else still refers to it: services. Change or delete that first."
    )
    service.delete()
    assert manager.delete(address, HTTP_IF_MATCH='"1"').status_code == 204


def test_a_schedule_is_shown_whole(manager: Any) -> None:
    bob = build.staff("Bob")
    made = manager.post(
        f"{API}/schedules/", {"name": "Astreinte", "supervisors": [bob.pk]}, format="json"
    )
    assert made.json() == {
        "id": made.json()["id"],
        "name": "Astreinte",
        "time_zone": "Europe/Paris",
        "supervisors": [bob.pk],
        "scenario": None,
        "coverage": {"kind": "always"},
        "holidays": {"country": None, "subdivision": None},
        "alert_before_hours": [336, 72, 24, 2],
        "version": 1,
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"coverage": {"kind": "sometimes"}}, "unknown_coverage"),
        ({"coverage": {"kind": "always", "x": 1}}, "unknown_coverage"),
        ({"coverage": "always"}, "unknown_coverage"),
        ({"holidays": {"country": "france"}}, "invalid"),
        ({"alert_before_hours": [0]}, "min_value"),
    ],
)
def test_a_bad_schedule_is_refused(manager: Any, body: Any, code: str) -> None:
    answer = manager.post(f"{API}/schedules/", {"name": "A", **body}, format="json")
    assert problem(answer) == (400, code)


def test_the_house_is_one_row_that_is_changed(manager: Any) -> None:
    bob = build.staff("Bob")
    build.organisation()
    shown = manager.get(f"{API}/organisation/")
    assert shown["ETag"] == '"1"'
    body = {"name": "Chauffage SA", "supervisors": [bob.pk], "version": 1}
    changed = manager.patch(f"{API}/organisation/", body, format="json").json()
    assert changed == {
        **shown.json(),
        "name": "Chauffage SA",
        "supervisors": [bob.pk],
        "version": 2,
    }
    assert Organisation.objects.get().name == "Chauffage SA"
    assert problem(manager.post(f"{API}/organisation/", {}, format="json")) == (
        405,
        "method_not_allowed",
    )


def test_the_house_sets_the_rules_of_rest(manager: Any) -> None:
    build.organisation()
    shown = manager.get(f"{API}/organisation/").json()
    assert (shown["min_rest_hours"], shown["max_in_a_row"]) == (11, 7)
    body = {"min_rest_hours": 9, "max_in_a_row": 0, "version": 1}
    changed = manager.patch(f"{API}/organisation/", body, format="json").json()
    assert (changed["min_rest_hours"], changed["max_in_a_row"]) == (9, 0)
    body = {"min_rest_hours": 73, "version": 2}
    assert problem(manager.patch(f"{API}/organisation/", body, format="json"))[0] == 400


def test_a_new_portal_has_a_house_to_fill_in(manager: Any) -> None:
    shown = manager.get(f"{API}/organisation/").json()
    assert (shown["name"], shown["version"], shown["supervisors"]) == ("Our organisation", 1, [])
