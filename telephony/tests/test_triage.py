"""What the office makes of a call, at the API: a job, spam, closed, deleted, new again."""

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


# --- jobs ----------------------------------------------------------------------------------------


def test_a_job_is_made_of_what_the_call_was_about(manager: Any, call: Call) -> None:
    service = build.service("Heating")
    Call.objects.update(label="Heating", service=service)
    made = makes(manager, call, "job").json()["job"]
    assert manager.get(f"/api/v1/jobs/{made}/").json() == {
        "id": made,
        "call": call.pk,
        "title": "Heating · +33 6 98 76 54 32",
        "service": service.pk,
        "owner": None,
        "state": "open",
        "due_at": None,
        "notes": "",
        "version": 1,
    }


def test_a_job_outlives_the_reopening_of_its_call_and_is_taken_up_again(
    manager: Any, call: Call
) -> None:
    made = makes(manager, call, "job").json()["job"]
    Job.objects.update(state="done")
    makes(manager, call, "close", "reopen")
    assert Job.objects.get().state == "done"
    assert makes(manager, call, "job").json()["job"] == made
    assert Job.objects.get().state == "open"


def test_a_job_is_changed_at_its_version(manager: Any, call: Call) -> None:
    alice = build.staff("Bob")
    made = makes(manager, call, "job").json()["job"]
    body = {"owner": alice.pk, "due_at": "2027-01-05T09:00:00+01:00", "notes": "x", "version": 1}
    changed = manager.patch(f"/api/v1/jobs/{made}/", body, format="json").json()
    assert (changed["owner"], changed["due_at"]) == (alice.pk, "2027-01-05T08:00:00+00:00")
    assert problem(manager.patch(f"/api/v1/jobs/{made}/", body, format="json")) == (
        409,
        "stale_version",
    )


def test_a_job_stays_with_its_call(manager: Any, call: Call) -> None:
    made = makes(manager, call, "job").json()["job"]
    body = {"call": a_call().pk, "version": 1}
    answer = manager.patch(f"/api/v1/jobs/{made}/", body, format="json")
    assert (problem(answer), Job.objects.get().call) == ((409, "call_fixed"), call)


def test_a_job_written_for_a_call_triages_it(manager: Any, call: Call) -> None:
    body = {"title": "Boiler", "call": call.pk}
    assert manager.post("/api/v1/jobs/", body, format="json").json()["version"] == 1
    assert (Call.objects.get().triage, events(call)) == ("job", ["triage_job"])
    again = manager.post("/api/v1/jobs/", body, format="json")
    assert (problem(again), Job.objects.count()) == ((400, "unique"), 1)


def test_a_job_needs_no_call(manager: Any) -> None:
    made = manager.post("/api/v1/jobs/", {"title": "Boiler"}, format="json")
    assert (made.status_code, made.json()["call"]) == (201, None)


def test_without_its_job_a_call_is_new_again(manager: Any, call: Call) -> None:
    made = makes(manager, call, "job").json()["job"]
    assert manager.delete(f"/api/v1/jobs/{made}/", {"version": 1}, format="json").status_code == 204
    assert (Call.objects.get().triage, events(call)) == ("new", ["triage_job", "triage_reopened"])


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [(Role.STAFF, 404), (Role.SUPERVISOR, 403)])
def test_only_managers_triage(call: Call, role: Role, status: int) -> None:
    build.organisation()
    assert makes(client(role), call, "close").status_code == status
    assert Call.objects.get().triage == Triage.NEW


def test_whose_job_it_is_sees_it_and_no_other() -> None:
    api = client(Role.STAFF)
    Job.objects.create(title="Another's", owner=build.staff("Bob"))
    mine = Job.objects.create(title="Mine", owner=Staff.objects.get(name="Staff"))
    assert [row["id"] for row in api.get("/api/v1/jobs/").json()["results"]] == [mine.pk]
    body = {"title": "Not mine to change", "version": 1}
    assert api.patch(f"/api/v1/jobs/{mine.pk}/", body, format="json").status_code == 403


def test_the_engine_and_the_office_never_overwrite_each_other(call: Call) -> None:
    """The engine saves its own columns only, of a row that it may have read before."""
    read_before = Call.objects.get()
    triage.triage(call.pk, TriageAction.CLOSE)
    read_before.label = "Heating"
    read_before.save(update_fields=call_rows.MACHINE_FIELDS)
    kept = Call.objects.get()
    assert (kept.triage, kept.label) == (Triage.CLOSED, "Heating")
