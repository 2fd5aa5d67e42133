"""Promises and comments at the API: read, taken, given, waived, commented."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem
from telephony import promises
from telephony.enums import PromiseKind
from telephony.models import Promise
from telephony.tests.test_api import a_call

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLN-08")]


@pytest.fixture
def made() -> Any:
    build.organisation(region="FR", time_zone="Europe/Paris")
    with clock.driven_by(lambda: at(10)):
        made = promises.make(a_call(), PromiseKind.MESSAGE, at(10))
        assert made is not None
        yield made


def body(api: APIClient, made: Promise) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/api/v1/promises/{made.pk}/").json()
    return found


def owned(made: Promise, name: str) -> None:
    Promise.objects.filter(pk=made.pk).update(owner=Staff.objects.get(name=name))


def test_it_is_read_with_owner_deadline_and_version(made: Promise) -> None:
    api = client(Role.SUPERVISOR)
    assert body(api, made) == {
        "id": made.pk,
        "call": made.call_id,
        "kind": "message",
        "state": "open",
        "owner": None,
        "made_at": "2027-01-04T10:00:00+00:00",
        "due_at": "2027-01-04T10:30:00+00:00",
        "touched_at": None,
        "escalations": 0,
        "done_at": None,
        "done_by": "",
        "kept_by": None,
        "reason": "",
        "version": 1,
    }
    assert api.get("/api/v1/promises/?state=open").json()["count"] == 1


def test_a_supervisor_gives_it_to_somebody_at_the_version_that_was_read(made: Promise) -> None:
    api, chloe = client(Role.SUPERVISOR), build.staff("Chloé")
    path = f"/api/v1/promises/{made.pk}/"
    later = {"owner": chloe.pk, "due_at": "2027-01-04T12:00:00+00:00", "version": 1}
    changed = api.patch(path, later, format="json").json()
    assert (changed["owner"], changed["due_at"]) == (chloe.pk, later["due_at"])
    assert problem(api.patch(path, later, format="json")) == (409, "stale_version")


def test_the_owner_waives_it_with_a_reason(made: Promise) -> None:
    api = client(Role.STAFF)
    owned(made, "Staff")
    path = f"/api/v1/promises/{made.pk}/waive/"
    assert api.post(path, {"reason": " "}, format="json").status_code == 400
    waived = api.post(path, {"reason": "wrong number"}, format="json").json()
    assert (waived["state"], waived["reason"]) == ("waived", "wrong number")
    assert problem(api.post(path, {"reason": "x"}, format="json")) == (409, "promise_done")


def test_staff_take_what_their_phone_rang_for_and_see_nothing_else(made: Promise) -> None:
    api = client(Role.STAFF)
    assert api.get(f"/api/v1/promises/{made.pk}/").status_code == 404
    me = Staff.objects.get(name="Staff")
    rang = promises.make(a_call(me), PromiseKind.MESSAGE, at(10))
    assert rang is not None
    taken = api.post(f"/api/v1/promises/{rang.pk}/take/").json()
    assert (taken["owner"], taken["touched_at"]) == (me.pk, "2027-01-04T10:00:00+00:00")


def test_what_the_owner_says_about_the_call_is_read_by_the_office(made: Promise) -> None:
    api = client(Role.STAFF)
    path = f"/api/v1/calls/{made.call_id}/comments/"
    assert api.post(path, {"text": "x"}, format="json").status_code == 404
    owned(made, "Staff")
    said = api.post(path, {"text": " He is abroad "}, format="json")
    assert (said.status_code, said.json()["text"]) == (201, "He is abroad")
    (read,) = client(Role.SUPERVISOR).get(path).json()
    assert (read["author_name"], read["text"]) == ("Staff", "He is abroad")
    assert problem(api.post(path, {"text": " "}, format="json"))[0] == 400
