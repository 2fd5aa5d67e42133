"""The API of calendar feeds: whose addresses one makes, sees and revokes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from scheduling import services
from scheduling.enums import Role
from scheduling.models import CalendarFeed, Staff
from scheduling.tests import build
from scheduling.tests.logins import client, login, problem

pytestmark = pytest.mark.django_db
FEEDS = "/api/v1/calendar-feeds/"


@pytest.fixture
def me() -> User:
    return login(Role.STAFF)


@pytest.fixture
def api(me: User) -> APIClient:
    return client(me)


def mine(user: User) -> int:
    return Staff.objects.get(user=user).pk


def test_people_make_an_address_of_their_own_duties_and_see_it_again(
    api: APIClient, me: User
) -> None:
    made = api.post(FEEDS, {"staff": mine(me)}, format="json")
    assert made.status_code == 201
    address: str = made.json()["address"]
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    assert [row["address"] for row in api.get(FEEDS).json()["results"]] == [address]
    assert CalendarFeed.objects.get().created_by == me


def test_people_subscribe_to_a_schedule(api: APIClient) -> None:
    rota = build.schedule("Paris")
    assert api.post(FEEDS, {"schedule": rota.pk}, format="json").status_code == 201
    assert len(api.get(FEEDS).json()["results"]) == 1


def test_nobody_but_managers_reads_the_duties_of_another(api: APIClient) -> None:
    bob = build.staff("Bob")
    answer = api.post(FEEDS, {"staff": bob.pk}, format="json")
    assert problem(answer) == (403, "permission_denied")
    boss = client(Role.MANAGER)
    assert boss.post(FEEDS, {"staff": bob.pk}, format="json").status_code == 201
    assert api.get(FEEDS).json()["results"] == []
    assert len(boss.get(FEEDS).json()["results"]) == 1


def test_a_feed_is_of_one(api: APIClient, me: User) -> None:
    both = {"staff": mine(me), "schedule": build.schedule("Paris").pk}
    for body in ({}, both):
        answer = api.post(FEEDS, body, format="json")
        assert answer.status_code == 400
    assert not CalendarFeed.objects.exists()


def test_a_revoked_feed_has_no_address_and_is_listed_on_demand(api: APIClient, me: User) -> None:
    feed = services.create_feed({"staff": Staff.objects.get(user=me)})
    row = f"{FEEDS}{feed.pk}/"
    assert api.delete(row, {"version": 1}, format="json").status_code == 204
    assert Client().get(f"/calendar/{feed.token}.ics").status_code == 410
    assert api.get(FEEDS).json()["results"] == []
    (shown,) = api.get(FEEDS, {"revoked": 1}).json()["results"]
    assert (shown["address"], shown["version"]) == (None, 2)
    assert problem(api.delete(row, {"version": 1}, format="json")) == (409, "stale_version")


def test_a_feed_of_somebody_else_is_not_there(api: APIClient) -> None:
    feed = services.create_feed({"staff": build.staff("Bob")})
    assert problem(api.get(f"{FEEDS}{feed.pk}/")) == (404, "not_found")
    assert problem(api.delete(f"{FEEDS}{feed.pk}/", {"version": 1}, format="json"))[0] == 404


def test_an_unknown_field_is_refused(api: APIClient, me: User) -> None:
    body: dict[str, Any] = {"staff": mine(me), "token": "mine"}
    answer = api.post(FEEDS, body, format="json")
    assert problem(answer) == (400, "unknown_field")
