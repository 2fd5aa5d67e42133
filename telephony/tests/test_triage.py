"""What the office makes of a call, at the API: a job, spam, closed, deleted, new again."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem
from telephony import blocking_services, call_rows, triage
from telephony.enums import Triage, TriageAction
from telephony.models import BlockedCaller, Call, Job
from telephony.tests.test_api import LINE, a_call

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLN-07")]
CALLER = "+33698765432"


@pytest.fixture
def manager() -> Any:
    build.organisation(region="FR", time_zone="Europe/Paris")
    with clock.driven_by(lambda: at(12)):
        yield client(Role.MANAGER)


@pytest.fixture
def call() -> Call:
    return a_call()


def makes(api: APIClient, call: Call, *actions: str) -> Any:
    """Send these actions, and return the last answer."""
    path = f"/api/v1/calls/{call.pk}/triage/"
    return [api.post(path, {"action": action}, format="json") for action in actions][-1]


def events(call: Call) -> list[str]:
    return list(call.events.order_by("pk").values_list("code", flat=True))


def blocked() -> list[tuple[str, bool]]:
    return list(BlockedCaller.objects.order_by("pk").values_list("pattern", "active"))


@pytest.mark.parametrize(
    ("action", "becomes", "event"),
    [
        ("job", "job", "triage_job"),
        ("spam", "spam", "triage_spam"),
        ("close", "closed", "triage_closed"),
        ("delete", "deleted", "triage_deleted"),
    ],
)
def test_a_new_call_becomes_one_of_four_and_new_again(
    manager: Any, call: Call, action: str, becomes: str, event: str
) -> None:
    answer = makes(manager, call, action)
    assert (answer.status_code, answer.json()["triage"]) == (200, becomes)
    assert makes(manager, call, "reopen").json()["triage"] == "new"
    assert events(call) == [event, "triage_reopened"]


def test_who_did_it_stands_in_the_story(manager: Any, call: Call) -> None:
    makes(manager, call, "close")
    (told,) = manager.get(f"/api/v1/calls/{call.pk}/timeline/").json()
    assert told["text"] == f"{told['params']['name']} closed the call"
    assert told["params"]["name"] != ""


def test_the_same_again_changes_nothing(manager: Any, call: Call) -> None:
    assert makes(manager, call, "job", "job").status_code == 200
    assert (events(call), Job.objects.count()) == (["triage_job"], 1)


@pytest.mark.parametrize(
    ("first", "then"),
    [("spam", "job"), ("closed", "spam"), ("deleted", "close"), ("spam", "close")],
)
def test_what_was_dealt_with_must_be_reopened_first(
    manager: Any, call: Call, first: str, then: str
) -> None:
    Call.objects.update(triage=first)
    answer = makes(manager, call, then)
    assert (problem(answer), events(call)) == ((409, "reopen_first"), [])
    assert Call.objects.get().triage == first


def test_a_call_in_progress_is_not_deleted(manager: Any, call: Call) -> None:
    Call.objects.update(ended_at=None)
    assert problem(makes(manager, call, "delete")) == (409, "call_in_progress")


@pytest.mark.parametrize("body", [{}, {"action": "burn"}, {"action": "job", "owner": 1}])
def test_anything_else_is_refused(manager: Any, call: Call, body: dict[str, Any]) -> None:
    answer = manager.post(f"/api/v1/calls/{call.pk}/triage/", body, format="json")
    assert (answer.status_code, events(call)) == (400, [])


# --- spam ----------------------------------------------------------------------------------------


def test_spam_blocks_the_caller_until_the_call_is_reopened(manager: Any, call: Call) -> None:
    makes(manager, call, "spam")
    assert blocked() == [(CALLER, True)]
    makes(manager, call, "reopen")
    assert blocked() == [(CALLER, False)]


def test_a_caller_who_is_blocked_by_hand_stays_so(manager: Any, call: Call) -> None:
    blocking_services.block(CALLER, "by hand")
    makes(manager, call, "spam", "reopen")
    assert blocked() == [(CALLER, True)]


def test_a_caller_with_another_spam_call_stays_blocked(manager: Any, call: Call) -> None:
    other = a_call()
    makes(manager, call, "spam")
    makes(manager, other, "spam")
    makes(manager, call, "reopen")
    assert blocked() == [(CALLER, True)]
    makes(manager, other, "reopen")
    assert blocked() == [(CALLER, False)]


def test_spam_from_a_withheld_number_blocks_nobody_else(manager: Any, call: Call) -> None:
    Call.objects.update(caller="")
    assert makes(manager, call, "spam").json()["triage"] == "spam"
    assert blocked() == []


def test_a_call_of_ours_is_no_spam(manager: Any, call: Call) -> None:
    Call.objects.update(direction="out")
    assert problem(makes(manager, call, "spam")) == (409, "call_of_ours")


def test_spam_from_a_number_of_ours_is_refused_and_nothing_is_kept(
    manager: Any, call: Call
) -> None:
    Call.objects.update(caller=LINE)
    assert problem(makes(manager, call, "spam")) == (400, "own_number")
    assert (Call.objects.get().triage, events(call), blocked()) == ("new", [], [])


# --- deleted -------------------------------------------------------------------------------------


def test_what_is_deleted_is_listed_where_it_is_asked_for(manager: Any, call: Call) -> None:
    kept = a_call()
    makes(manager, call, "delete")

    def listed(query: str) -> list[int]:
        return [row["id"] for row in manager.get(f"/api/v1/calls/{query}").json()["results"]]

    assert (listed(""), listed("?triage=deleted")) == ([kept.pk], [call.pk])
    assert manager.get(f"/api/v1/calls/{call.pk}/").json()["triage"] == "deleted"


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [(Role.STAFF, 404), (Role.SUPERVISOR, 403)])
def test_only_managers_triage(call: Call, role: Role, status: int) -> None:
    build.organisation()
    assert makes(client(role), call, "close").status_code == status
    assert Call.objects.get().triage == Triage.NEW


def test_the_engine_and_the_office_never_overwrite_each_other(call: Call) -> None:
    """The engine saves its own columns only, of a row that it may have read before."""
    read_before = Call.objects.get()
    triage.triage(call.pk, TriageAction.CLOSE)
    read_before.label = "Heating"
    read_before.save(update_fields=call_rows.MACHINE_FIELDS)
    kept = Call.objects.get()
    assert (kept.triage, kept.label) == (Triage.CLOSED, "Heating")
