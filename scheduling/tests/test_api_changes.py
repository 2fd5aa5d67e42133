"""The API of what changed since somebody last looked."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from oncall_portal.lib import acting, clock
from scheduling import services
from scheduling.enums import Role
from scheduling.models import RotaOperation, RotaSeen, Schedule
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, login, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return login(Role.MANAGER)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def change(rota: Schedule, hour: int) -> RotaOperation:
    """Put somebody on call; return the operation."""
    values = {"schedule": rota, "staff": build.staff(f"Person {hour}")}
    services.create_shift({**values, "starts_at": at(hour), "ends_at": at(hour + 1)})
    return RotaOperation.objects.latest("pk")


def news(api: Any, rota: Schedule, **asked: Any) -> Any:
    return api.get(f"/api/v1/schedules/{rota.pk}/changes/", asked).json()


def seen(api: Any, rota: Schedule, hour: float, **body: Any) -> Any:
    """Say at an hour that the rota was seen."""
    with clock.driven_by(lambda: at(hour)):
        return api.post(f"/api/v1/schedules/{rota.pk}/seen/", body, format="json")


def test_to_whoever_never_looked_nothing_is_news(user: User, rota: Schedule) -> None:
    latest = change(rota, 8)
    assert news(client(user), rota) == {
        "since": latest.pk,
        "seen_at": None,
        "latest": latest.pk,
        "count": 0,
        "changes": [],
    }


def test_what_others_did_since_is_told_latest_first(user: User, rota: Schedule) -> None:
    api = client(user)
    first = change(rota, 8)
    assert seen(api, rota, 1).json() == {
        "operation": first.pk,
        "seen_at": "2027-01-04T01:00:00+00:00",
    }
    change(rota, 9)
    latest = change(rota, 10)
    found = news(api, rota)
    assert (found["since"], found["seen_at"]) == (first.pk, "2027-01-04T01:00:00+00:00")
    assert (found["latest"], found["count"]) == (latest.pk, 2)
    assert [entry["text"] for entry in found["changes"]] == [
        "Person 10, Mon 4 Jan, 11:00 → 12:00, added",
        "Person 9, Mon 4 Jan, 10:00 → 11:00, added",
    ]


def test_what_one_did_oneself_is_no_news(user: User, rota: Schedule) -> None:
    api = client(user)
    seen(api, rota, 0)
    with acting.by(user):
        change(rota, 8)
    assert news(api, rota)["count"] == 0


def test_what_was_seen_is_no_news_any_more(user: User, rota: Schedule) -> None:
    api = client(user)
    seen(api, rota, 0)
    first, second = change(rota, 8), change(rota, 9)
    seen(api, rota, 1, operation=first.pk)
    assert [entry["text"][:8] for entry in news(api, rota)["changes"]] == ["Person 9"]
    assert seen(api, rota, 2).json() == {
        "operation": second.pk,
        "seen_at": "2027-01-04T02:00:00+00:00",
    }
    found = news(api, rota)
    assert (found["count"], found["seen_at"]) == (0, "2027-01-04T02:00:00+00:00")


def test_what_was_seen_stays_seen(user: User, rota: Schedule) -> None:
    api = client(user)
    first, second = change(rota, 8), change(rota, 9)
    seen(api, rota, 1)
    assert seen(api, rota, 2, operation=first.pk).json()["operation"] == second.pk


def test_nobody_has_seen_what_was_not_done_yet(user: User, rota: Schedule) -> None:
    api = client(user)
    first = change(rota, 8)
    assert seen(api, rota, 1, operation=first.pk + 1000).json()["operation"] == first.pk
    change(rota, 9)
    assert news(api, rota)["count"] == 1


def test_one_may_ask_since_any_operation(user: User, rota: Schedule) -> None:
    api = client(user)
    first = change(rota, 8)
    change(rota, 9)
    assert news(api, rota, since=first.pk)["count"] == 1
    assert news(api, rota, since=0)["count"] == 2
    for since in ("yesterday", "-1", "", "9" * 19):
        answer = api.get(f"/api/v1/schedules/{rota.pk}/changes/", {"since": since})
        assert problem(answer) == (400, "invalid")


def test_of_a_rota_on_which_nothing_was_done_there_is_no_news(user: User, rota: Schedule) -> None:
    api, other = client(user), build.schedule("Lyon")
    change(other, 8)
    assert seen(api, rota, 1).json()["operation"] == 0
    found = news(api, rota)
    assert (found["since"], found["latest"], found["count"]) == (0, 0, 0)


def test_of_many_changes_the_latest_hundred_are_told_and_all_are_counted(
    user: User, rota: Schedule, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    api, first = client(user), change(rota, 8)
    values = {"schedule": rota, "kind": first.kind, "changes": first.changes, "at": first.at}
    RotaOperation.objects.bulk_create(RotaOperation(**values) for _ in range(100))
    with django_assert_max_num_queries(10):
        found = news(api, rota, since=0)
    assert (found["count"], len(found["changes"])) == (101, 100)
    assert first.pk not in [entry["id"] for entry in found["changes"]]
    assert news(api, rota, since=first.pk)["count"] == 100


def test_each_looks_with_their_own_eyes_at_each_schedule(user: User, rota: Schedule) -> None:
    api, other = client(user), build.schedule("Lyon")
    boss = client(Role.ADMINISTRATOR)
    for rows in (rota, other):
        seen(api, rows, 0)
        seen(boss, rows, 0)
        change(rows, 8)
    seen(api, rota, 1)
    assert [news(api, row)["count"] for row in (rota, other)] == [0, 1]
    assert [news(boss, row)["count"] for row in (rota, other)] == [1, 1]
    assert RotaSeen.objects.count() == 4


def test_supervisors_see_changes_too(rota: Schedule) -> None:
    api = client(Role.SUPERVISOR)
    assert seen(api, rota, 0).status_code == 200
    change(rota, 8)
    assert news(api, rota)["count"] == 1


def test_staff_see_no_changes_and_leave_no_trace(rota: Schedule) -> None:
    api = client(Role.STAFF)
    assert problem(seen(api, rota, 0)) == (403, "permission_denied")
    assert not RotaSeen.objects.exists()
