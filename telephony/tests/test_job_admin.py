"""The pages of jobs: made and changed by a form, searched, filtered, exported."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from telephony.models import Call, CallEvent, Job
from telephony.tests.test_api import a_call

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLN-07")]
LIST = "/admin/telephony/job/"
CALLER = "+33698765432"
BLANK = {
    **dict.fromkeys(("service", "caller", "address", "owner", "due_at_0", "due_at_1"), ""),
    **{"notes": "", "state": "open", "call": ""},
}


@pytest.fixture
def manager() -> Any:
    build.organisation(region="FR", time_zone="Europe/Paris")
    with clock.driven_by(lambda: at(12)):
        yield browser(Role.MANAGER)


def browser(role: Role) -> Client:
    client = Client()
    client.force_login(login(role))
    return client


def titles(page: Client, query: str = "") -> list[str]:
    return [job.title for job in page.get(f"{LIST}?{query}").context["cl"].result_list]


def rows(page: Client, query: str = "", kind: str = "csv") -> list[list[Any]]:
    answer: Any = page.get(f"{LIST}export/{kind}/?{query}")
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        return [list(row) for row in sheet.iter_rows(values_only=True)]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_job_is_made_by_a_form(manager: Client) -> None:
    bob = build.staff("Bob")
    due = {"due_at_0": "2027-01-05", "due_at_1": "09:00"}
    body = {**BLANK, "title": "Boiler", "caller": "06 98 76 54 32", "owner": bob.pk, **due}
    assert manager.post(f"{LIST}add/", body).status_code == 302
    job = Job.objects.get()
    assert (job.title, job.caller, job.owner, job.due_at) == ("Boiler", CALLER, bob, at(8, 5))


def test_the_form_of_a_call_begins_with_what_the_call_gives(manager: Client) -> None:
    call = a_call()
    Call.objects.update(label="Heating")
    form = manager.get(f"{LIST}add/?call={call.pk}").context["adminform"].form
    given = [form[name].value() for name in ("title", "caller", "call")]
    assert given == ["Heating · +33 6 98 76 54 32", "+33 6 98 76 54 32", call.pk]
    manager.post(f"{LIST}add/", {**BLANK, "title": "Boiler", "call": call.pk})
    call.refresh_from_db()
    assert (Job.objects.get().call, call.triage) == (call, "job")


def test_a_form_changes_the_state_and_the_call_tells_it(manager: Client) -> None:
    job = Job.objects.create(title="Boiler", call=a_call(), caller=CALLER)
    page = reverse("admin:telephony_job_change", args=[job.pk])
    shown = {**BLANK, "title": "Boiler", "caller": "+33 6 98 76 54 32", "reference": ""}
    manager.post(page, {**shown, "state": "done", "version": 1})
    job.refresh_from_db()
    assert (job.state, job.done_at, job.version) == ("done", at(12), 2)
    assert list(CallEvent.objects.values_list("code", flat=True)) == ["job_done"]
    stale = manager.post(page, {**shown, "state": "open", "version": 1})
    assert "changed by someone else" in stale.content.decode()


def test_a_wrong_number_is_told_at_its_box(manager: Client) -> None:
    answer = manager.post(f"{LIST}add/", {**BLANK, "title": "Boiler", "caller": "12"})
    assert list(answer.context["errors"].data) != []
    assert Job.objects.count() == 0


def test_the_page_of_a_job_leads_to_its_call(manager: Client) -> None:
    call = a_call()
    job = Job.objects.create(title="Boiler", call=call)
    page = manager.get(reverse("admin:telephony_job_change", args=[job.pk])).content.decode()
    assert reverse("admin:telephony_call_change", args=[call.pk]) in page


def test_what_is_overdue_and_not_done_is_marked(manager: Client) -> None:
    late, later = at(12) - timedelta(minutes=1), at(13)
    Job.objects.create(title="Late", due_at=late)
    assert "overdue" in manager.get(LIST).content.decode()
    Job.objects.update(state="done")
    assert "overdue" not in manager.get(LIST).content.decode()
    Job.objects.update(state="open", due_at=later)
    assert "overdue" not in manager.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Pump", "Boiler"]),
        ("state__exact=done", ["Pump"]),
        ("q=boil", ["Boiler"]),
        ("q=valve", ["Boiler"]),
        ("q=rennes", ["Pump"]),
        ("q=FS-118", ["Pump"]),
        ("q=06+98+76+54+32", ["Boiler"]),
        ("q=7654", ["Boiler"]),
        ("q=nothing", []),
    ],
)
def test_jobs_are_searched_and_filtered_and_exported_alike(
    manager: Client, query: str, found: list[str]
) -> None:
    Job.objects.create(title="Boiler", caller=CALLER, notes="The valve")
    Job.objects.create(title="Pump", address="Rennes", state="done", reference="FS-118")
    assert titles(manager, query) == found
    assert [row[0] for row in rows(manager, query)[1:]] == found


def test_the_list_asks_as_much_for_ten_jobs_as_for_one(manager: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "Mon 4 Jan, 10:00" in manager.get(LIST).content.decode()
        return len(captured)

    owner, service = build.staff("Bob"), build.service("Boiler")
    Job.objects.create(title="First", due_at=at(9), owner=owner, service=service)
    few = asked()
    for number in range(9):
        Job.objects.create(title=f"{number}", due_at=at(9), owner=owner, service=service)
    assert asked() == few


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_exported_job_says_all_of_it_and_no_formula(manager: Client, kind: str) -> None:
    Job.objects.create(title="=1+1", caller=CALLER, due_at=at(8), state="in_progress")
    header, row = rows(manager, kind=kind)
    assert header[:4] == ["title", "caller", "address", "service"]
    assert [cell or "" for cell in row[:9]] == [
        *("'=1+1", CALLER, "", "", "", "in progress"),
        *("2027-01-04T09:00:00+01:00", "", ""),
    ]


def test_french_spreadsheets_get_their_delimiter(manager: Client) -> None:
    Job.objects.create(title="Chaudière")
    manager.cookies["django_language"] = "fr"
    answer: Any = manager.get(f"{LIST}export/csv/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("Chaudière;;;;;à faire;")


def test_supervisors_read_and_export_and_change_nothing(manager: Client) -> None:
    job = Job.objects.create(title="Boiler")
    supervisor = browser(Role.SUPERVISOR)
    assert rows(supervisor)[1][0] == "Boiler"
    page = reverse("admin:telephony_job_change", args=[job.pk])
    assert supervisor.post(page, {**BLANK, "title": "X", "version": 1}).status_code == 403
    assert supervisor.get(f"{LIST}add/").status_code == 403
