"""Jobs: what a call gives them, how they change, and who may do what, at the API."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem
from telephony.models import Call, Caller, Job, Promise
from telephony.tests.test_api import a_call
from telephony.tests.test_triage import CALLER, events, makes

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLN-07")]


@pytest.fixture
def manager() -> Any:
    build.organisation(region="FR", time_zone="Europe/Paris")
    with clock.driven_by(lambda: at(12)):
        yield client(Role.MANAGER)


@pytest.fixture
def call() -> Call:
    return a_call()


def promised(call: Call, **values: Any) -> Promise:
    """Return a promise to call this caller back within an hour."""
    due = {"made_at": at(12), "due_at": at(12) + timedelta(hours=1)}
    return Promise.objects.create(call=call, kind="message", **due, **values)


def test_a_job_is_made_of_what_the_call_was_about(manager: Any, call: Call) -> None:
    service = build.service("Heating")
    Call.objects.update(label="Heating", service=service)
    made = makes(manager, call, "job").json()["job"]
    assert manager.get(f"/api/v1/jobs/{made}/").json() == {
        "id": made,
        "call": call.pk,
        "title": "Heating · +33 6 98 76 54 32",
        "service": service.pk,
        "caller": CALLER,
        "address": "",
        "owner": None,
        "state": "open",
        "due_at": None,
        "notes": "",
        "reference": "",
        "created_at": at(12).isoformat(),
        "done_at": None,
        "changed_at": at(12).isoformat(),
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


def test_a_system_that_looks_for_news_finds_what_was_made_or_changed_since(manager: Any) -> None:
    """It asks for what it does not know yet, takes it over, and closes it; a retry is harmless."""
    for hour, title in ((8, "Old"), (10, "Changed"), (11, "New")):
        with clock.driven_by(partial(at, hour)):
            manager.post("/api/v1/jobs/", {"title": title}, format="json")
    news = f"/api/v1/jobs/?changed_since={at(11).isoformat()}&ordering=changed_at"
    changed = Job.objects.get(title="Changed")
    take = {"reference": "FS-7", "state": "in_progress", "version": 1}
    address = f"/api/v1/jobs/{changed.pk}/"
    assert manager.patch(address, take, format="json").json()["changed_at"] == at(12).isoformat()
    assert problem(manager.patch(address, take, format="json")) == (409, "stale_version")
    found = manager.get(news).json()["results"]
    assert [(job["title"], job["reference"]) for job in found] == [("New", ""), ("Changed", "FS-7")]
    (own,) = manager.get(f"{news}&reference=FS-7&state=in_progress").json()["results"]
    assert (own["id"], own["version"]) == (changed.pk, 2)


def test_a_job_written_by_the_release_before_is_always_news(manager: Any) -> None:
    manager.post("/api/v1/jobs/", {"title": "Boiler"}, format="json")
    later = f"/api/v1/jobs/?changed_since={at(13).isoformat()}"
    assert manager.get(later).json()["count"] == 0
    Job.objects.update(changed_at=None)
    assert manager.get(later).json()["count"] == 1


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


def test_a_job_takes_the_callers_address_and_who_promised_until_when(
    manager: Any, call: Call
) -> None:
    bob = build.staff("Bob")
    Caller.objects.create(number=CALLER, address="2 rue du Four, Rennes")
    promise = promised(call, owner=bob)
    job = Job.objects.get(pk=makes(manager, call, "job").json()["job"])
    assert (job.address, job.owner, job.due_at) == ("2 rue du Four, Rennes", bob, promise.due_at)


def test_a_promise_that_is_kept_gives_its_job_neither_owner_nor_due_time(
    manager: Any, call: Call
) -> None:
    promised(call, owner=build.staff("Bob"), state="kept", done_at=at(13))
    makes(manager, call, "job")
    assert (Job.objects.get().owner, Job.objects.get().due_at) == (None, None)


def test_what_is_written_for_a_call_goes_before_what_the_call_gives(
    manager: Any, call: Call
) -> None:
    body = {"title": "Boiler", "call": call.pk, "caller": "06 12 34 56 78", "address": "Rennes"}
    made = manager.post("/api/v1/jobs/", body, format="json").json()
    assert (made["title"], made["caller"], made["address"]) == ("Boiler", "+33612345678", "Rennes")


def test_a_job_of_a_withheld_number_has_no_caller(manager: Any, call: Call) -> None:
    Call.objects.update(caller="")
    makes(manager, call, "job")
    assert (Job.objects.get().caller, Job.objects.get().title[-8:]) == ("", "withheld")


def test_states_move_freely_and_the_call_tells_of_each(manager: Any, call: Call) -> None:
    made = makes(manager, call, "job").json()["job"]
    done = []
    for version, state in enumerate(["done", "in_progress", "cancelled", "done", "open"], 1):
        body = {"state": state, "version": version}
        answer = manager.patch(f"/api/v1/jobs/{made}/", body, format="json").json()
        done.append((answer["state"], answer["done_at"]))
    noon = at(12).isoformat()
    assert done == [
        ("done", noon),
        ("in_progress", None),
        ("cancelled", None),
        ("done", noon),
        ("open", None),
    ]
    told = ["job_done", "job_in_progress", "job_cancelled", "job_done", "job_open"]
    assert events(call) == ["triage_job", *told]


def test_a_job_that_is_done_stays_done_when_it_was(manager: Any, call: Call) -> None:
    made = makes(manager, call, "job").json()["job"]
    path = f"/api/v1/jobs/{made}/"
    manager.patch(path, {"state": "done", "version": 1}, format="json")
    with clock.driven_by(lambda: at(14)):
        later = manager.patch(path, {"notes": "x", "state": "done", "version": 2}, format="json")
    assert later.json()["done_at"] == at(12).isoformat()
    assert events(call) == ["triage_job", "job_done"]


def test_the_story_says_who_finished_the_job(manager: Any, call: Call) -> None:
    made = makes(manager, call, "job").json()["job"]
    manager.patch(f"/api/v1/jobs/{made}/", {"state": "done", "version": 1}, format="json")
    told = manager.get(f"/api/v1/calls/{call.pk}/timeline/").json()[-1]
    assert told["text"] == f"{told['params']['name']} finished the job"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "CBA"),
        ("?state=done", "B"),
        ("?reference=X-1", "C"),
        ("?due_before=2027-01-05T00:00:00Z", "A"),
        ("?due_after=2027-01-05T00:00:00Z", "CB"),
        ("?ordering=due_at", "ABC"),
        ("?ordering=-title", "CBA"),
        ("?state=nonsense", "invalid"),
        ("?due_before=soon", "invalid"),
    ],
)
def test_jobs_are_filtered_and_ordered(manager: Any, query: str, found: str) -> None:
    Job.objects.create(title="A", due_at=at(12))
    Job.objects.create(title="B", due_at=at(12) + timedelta(days=1), state="done")
    Job.objects.create(title="C", due_at=at(12) + timedelta(days=2), reference="X-1")
    answer = manager.get(f"/api/v1/jobs/{query}")
    listed = answer.json().get("results")
    assert ("invalid" if listed is None else "".join(row["title"] for row in listed)) == found


def test_another_system_takes_a_job_over_by_its_reference(manager: Any, call: Call) -> None:
    made = makes(manager, call, "job").json()["job"]
    body = {"reference": "FS-2027-118", "state": "in_progress", "version": 1}
    taken = manager.patch(f"/api/v1/jobs/{made}/", body, format="json").json()
    assert (taken["reference"], taken["state"], taken["version"]) == (
        "FS-2027-118",
        "in_progress",
        2,
    )


def test_whose_job_it_is_sees_it_and_no_other() -> None:
    api = client(Role.STAFF)
    Job.objects.create(title="Another's", owner=build.staff("Bob"))
    mine = Job.objects.create(title="Mine", owner=Staff.objects.get(name="Staff"))
    assert [row["id"] for row in api.get("/api/v1/jobs/").json()["results"]] == [mine.pk]
    body = {"title": "Not mine to change", "version": 1}
    assert api.patch(f"/api/v1/jobs/{mine.pk}/", body, format="json").status_code == 403
