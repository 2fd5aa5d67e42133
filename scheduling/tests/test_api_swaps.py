"""Swaps through the API: staff for themselves, managers for anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Override, Schedule, Shift, Staff, SwapRequest
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/swaps/"


@pytest.fixture(autouse=True)
def seven_o_clock() -> Iterator[None]:
    with clock.driven_by(lambda: at(7)):
        yield


class Cast:
    """Alice and Bob with logins, each with a shift; Charlie without one."""

    def __init__(self) -> None:
        self.rota: Schedule = build.schedule("Paris")
        self.alice, self.bob = self.person("alice"), self.person("bob")
        self.clients: dict[int, APIClient] = {}
        self.charlie: Staff = build.staff("charlie")
        self.hers: Shift = build.shift(self.rota, self.alice, at(8), at(18))
        self.his: Shift = build.shift(self.rota, self.bob, at(8, day=5), at(18, day=5))

    def person(self, name: str) -> Staff:
        """Create a person with a login."""
        return build.staff(name, user=User.objects.create(username=name))

    def offer(self, api: APIClient, **values: Any) -> Any:
        """Offer Alice's shift to Bob, or what `values` say."""
        body = {"shift": self.hers.pk, "offered_to": [self.bob.pk], **values}
        return api.post(ADDRESS, body, format="json")

    def api(self, person: Staff) -> APIClient:
        """Return a client with the token of a person."""
        if person.pk not in self.clients:
            assert person.user is not None
            self.clients[person.pk] = client(person.user)
        return self.clients[person.pk]


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_staff_offer_their_own_shift(cast: Cast) -> None:
    answer = cast.offer(cast.api(cast.alice), note="train")
    assert answer.status_code == 201, answer.json()
    assert answer.json() == {
        "id": SwapRequest.objects.get().pk,
        "shift": cast.hers.pk,
        "starts_at": None,
        "ends_at": None,
        "offered_to": [cast.bob.pk],
        "in_return_for": None,
        "note": "train",
        "state": "open",
        "requested_by": cast.alice.pk,
        "accepted_by": None,
        "created_at": at(7).isoformat(),
        "decided_at": None,
        "version": 1,
    }
    assert answer["ETag"] == '"1"'


def test_a_part_and_a_shift_in_return(cast: Cast) -> None:
    ends = {"starts_at": at(9).isoformat(), "ends_at": at(10).isoformat()}
    answer = cast.offer(cast.api(cast.alice), in_return_for=cast.his.pk, **ends)
    shown = answer.json()
    assert {name: shown[name] for name in ends} == ends
    assert shown["in_return_for"] == cast.his.pk


def test_nobody_offers_the_shift_of_a_colleague(cast: Cast) -> None:
    assert problem(cast.offer(cast.api(cast.bob))) == (400, "not_yours")


def test_a_manager_offers_for_anybody(cast: Cast) -> None:
    answer = cast.offer(client(Role.MANAGER))
    assert answer.json()["requested_by"] == cast.alice.pk


def test_who_is_asked_accepts(cast: Cast) -> None:
    key = cast.offer(cast.api(cast.alice)).json()["id"]
    answer = cast.api(cast.bob).post(f"{ADDRESS}{key}/accept/", {"version": 1}, format="json")
    assert answer.status_code == 200, answer.json()
    shown = answer.json()
    assert (shown["state"], shown["accepted_by"], shown["version"]) == ("accepted", cast.bob.pk, 2)
    assert Override.objects.get().staff == cast.bob


@pytest.mark.parametrize(("gesture", "state"), [("decline", "declined"), ("withdraw", "withdrawn")])
def test_an_offer_is_declined_or_withdrawn(cast: Cast, gesture: str, state: str) -> None:
    key = cast.offer(cast.api(cast.alice)).json()["id"]
    who = cast.bob if gesture == "decline" else cast.alice
    answer = cast.api(who).post(f"{ADDRESS}{key}/{gesture}/", {}, format="json")
    assert answer.json()["state"] == state


def test_an_answer_to_what_was_changed_since_is_stale(cast: Cast) -> None:
    key = cast.offer(cast.api(cast.alice)).json()["id"]
    SwapRequest.objects.update(version=2)
    answer = cast.api(cast.bob).post(f"{ADDRESS}{key}/accept/", {"version": 1}, format="json")
    assert problem(answer) == (409, "stale_version")
    assert answer.json()["current"]["version"] == 2


def test_a_second_answer_is_a_conflict(cast: Cast) -> None:
    key = cast.offer(cast.api(cast.alice)).json()["id"]
    bob = cast.api(cast.bob)
    bob.post(f"{ADDRESS}{key}/decline/", {}, format="json")
    answer = bob.post(f"{ADDRESS}{key}/accept/", {}, format="json")
    assert problem(answer) == (409, "already_decided")


def test_staff_answer_for_nobody_else(cast: Cast) -> None:
    key = cast.offer(cast.api(cast.alice), offered_to=[cast.bob.pk, cast.charlie.pk]).json()["id"]
    body = {"staff": cast.charlie.pk}
    answer = cast.api(cast.bob).post(f"{ADDRESS}{key}/accept/", body, format="json")
    assert problem(answer) == (400, "managers_only")


def test_a_manager_answers_for_anybody(cast: Cast) -> None:
    boss = client(Role.MANAGER)
    key = cast.offer(boss, offered_to=[cast.bob.pk, cast.charlie.pk]).json()["id"]
    body = {"staff": cast.charlie.pk}
    answer = boss.post(f"{ADDRESS}{key}/accept/", body, format="json")
    assert answer.json()["accepted_by"] == cast.charlie.pk


def test_staff_see_the_swaps_that_concern_them(cast: Cast) -> None:
    dan = cast.api(cast.person("dan"))
    key = cast.offer(cast.api(cast.alice)).json()["id"]
    seen = {
        name: (api.get(ADDRESS).json()["count"], api.get(f"{ADDRESS}{key}/").status_code)
        for name, api in {
            "bob": cast.api(cast.bob),
            "dan": dan,
            "manager": client(Role.MANAGER),
        }.items()
    }
    assert seen == {"bob": (1, 200), "dan": (0, 404), "manager": (1, 200)}


def test_staff_take_over_for_themselves_and_managers_for_anybody(cast: Cast) -> None:
    address = f"/api/v1/shifts/{cast.hers.pk}/take-over/"
    answer = cast.api(cast.bob).post(address, {}, format="json")
    assert (answer.status_code, answer.json()["id"]) == (200, cast.hers.pk)
    boss = client(Role.MANAGER)
    assert problem(boss.post(address, {}, format="json")) == (400, "required")
    boss.post(address, {"staff": cast.charlie.pk}, format="json")
    assert Override.objects.get().staff == cast.charlie


def test_unknown_fields_are_refused(cast: Cast) -> None:
    assert problem(cast.offer(cast.api(cast.alice), to=[1])) == (400, "unknown_field")


def test_a_list_takes_as_many_queries_as_one_row(cast: Cast) -> None:
    boss = client(Role.MANAGER)
    cast.offer(boss)
    with CaptureQueriesContext(connection) as few:
        boss.get(ADDRESS)
    for day in range(6, 16):
        duty = build.shift(cast.rota, cast.alice, at(8, day), at(18, day))
        cast.offer(boss, shift=duty.pk)
    with CaptureQueriesContext(connection) as many:
        assert boss.get(ADDRESS).json()["count"] == 11
    assert len(many) == len(few)
