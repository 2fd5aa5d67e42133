"""Importing and exporting in the admin: a file is looked at first, then imported."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from scheduling.enums import Role
from scheduling.models import RotaOperation, Schedule, Shift, Staff
from scheduling.tables import read
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.sheets import csv

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/scheduling/staff/"
SHIFTS = "/admin/scheduling/shift/"


def browser(role: Role = Role.MANAGER) -> Client:
    """Return the browser of somebody of this role."""
    client = Client()
    client.force_login(login(role))
    return client


def look(client: Client, address: str, data: bytes) -> str:
    """Choose a file and have it looked at; return the page."""
    answer = client.post(f"{address}import/", {"file": SimpleUploadedFile("people.csv", data)})
    assert answer.status_code == 200
    return answer.content.decode()


def sealed(page: str) -> str:
    """Return what the page would import."""
    found = re.search(r'name="table" value="([^"]*)"', page)
    assert found
    return found[1]


def texts(page: str, table: str) -> list[str]:
    """Return the rows of a table of a page as text."""
    whole = page.partition(f'id="{table}"')[2].partition("</table>")[0]
    rows = whole.partition("<tbody>")[2].split("</tr>")[:-1]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def test_a_file_is_looked_at_and_then_imported() -> None:
    client = browser()
    alice = build.staff("Alice", email="a@example.org")
    data = csv("id,version,name,email", f"{alice.pk},1,Alice,new@example.org", ",,Bob,")
    page = look(client, PEOPLE, data)
    assert texts(page, "would-do") == [
        "2 changed Alice E-mail a@example.org → new@example.org",
        "3 new Bob Name Bob",
    ]
    assert Staff.objects.count() == 1
    answer = client.post(f"{PEOPLE}import/", {"table": sealed(page)}, follow=True)
    assert answer.redirect_chain == [(PEOPLE, 302)]
    assert "Imported: 1 new, 1 changed, 0 as they were." in answer.content.decode()
    assert list(Staff.objects.values_list("name", "email")) == [
        ("Alice", "new@example.org"),
        ("Bob", ""),
    ]


def test_what_is_wrong_is_told_by_row_and_nothing_can_be_imported() -> None:
    page = look(browser(), PEOPLE, csv("name,language", "Alice,", ",de"))
    assert texts(page, "wrongs") == [
        "3 Name Fill in this cell.",
        "3 Language Write fr or en.",
    ]
    assert 'name="table"' not in page
    assert not Staff.objects.exists()


def test_what_changed_since_the_file_was_looked_at_is_refused() -> None:
    client = browser()
    alice = build.staff("Alice")
    page = look(client, PEOPLE, csv("id,version,name", f"{alice.pk},1,Alicia", ",,Bob"))
    Staff.objects.filter(pk=alice.pk).update(name="Alina", version=2)
    answer = client.post(f"{PEOPLE}import/", {"table": sealed(page)})
    assert texts(answer.content.decode(), "wrongs") == [
        "2 Version It was changed by someone else since it was exported."
    ]
    assert list(Staff.objects.values_list("name", flat=True)) == ["Alina"]


def test_what_one_person_looked_at_nobody_else_imports() -> None:
    page = look(browser(), PEOPLE, csv("name", "Bob"))
    answer = browser(Role.ADMINISTRATOR).post(f"{PEOPLE}import/", {"table": sealed(page)})
    assert "It was looked at too long ago" in answer.content.decode()
    assert not Staff.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The table has no rows below its headers."),
        (b"\x00\x01", "This is no table that can be read"),
        (b"x" * 5_300_000, "The file is larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(data: bytes, words: str) -> None:
    page = look(browser(), PEOPLE, data)
    assert words in page.partition('id="file-err"')[2][:120]


def test_no_file_at_all_is_refused() -> None:
    answer = browser().post(f"{PEOPLE}import/", {})
    assert "Choose a file." in answer.content.decode()


def test_a_file_in_which_nothing_is_new_is_said_to_be_so() -> None:
    client = browser()
    build.staff("Alice")
    data = client.get(f"{PEOPLE}export/xlsx/").content
    page = look(client, PEOPLE, data)
    assert "Every row says what is there already" in page
    assert 'name="table"' not in page


def test_shifts_are_shown_by_the_clock_of_their_schedule_and_imported_as_one() -> None:
    client = browser()
    rota, alice = build.schedule("Paris"), build.staff("Alice")
    duty = build.shift(rota, alice, at(8), at(9))
    ends = "2027-01-04 09:00,2027-01-04 12:00"
    data = csv(
        "id,version,schedule,person,starts_local,ends_local", f"{duty.pk},1,Paris,Alice,{ends}"
    )
    page = look(client, SHIFTS, data)
    change = "Ends at Mon 4 Jan 2027 10:00 → Mon 4 Jan 2027 12:00"
    assert texts(page, "would-do") == [f"2 changed Alice {change}"]
    client.post(f"{SHIFTS}import/", {"table": sealed(page)})
    entry = RotaOperation.objects.get()
    assert (entry.kind, entry.author_name) == ("shifts_imported", "manager")
    assert Shift.objects.get().ends_at == at(11)


def test_an_export_obeys_the_filters_of_the_list() -> None:
    client = browser()
    alice = build.staff("Alice")
    for number, name in enumerate(("Lyon", "Paris")):
        build.shift(build.schedule(name), alice, at(8 + number), at(9 + number))
    chosen = Schedule.objects.get(name="Paris").pk
    answer = client.get(f"{SHIFTS}export/csv/?schedule__id__exact={chosen}&p=1&o=1")
    assert [row[2] for row in read(answer.content).rows] == ["Paris"]


def test_headers_and_csv_are_french_for_those_who_read_french() -> None:
    client = browser()
    client.cookies["django_language"] = "fr"
    build.staff("Zoé")
    text = client.get(f"{PEOPLE}export/csv/").content.decode("utf-8-sig")
    assert text.startswith("identifiant;version;nom;courriel;couleur;langue;fuseau horaire;")


def test_supervisors_export_and_do_not_import() -> None:
    client = browser(Role.SUPERVISOR)
    page = client.get(PEOPLE).content.decode()
    assert ("staff/import/" in page, "staff/export/csv/" in page) == (False, True)
    assert client.get(f"{PEOPLE}import/").status_code == 403


def test_the_list_leads_to_the_import_and_exports_what_it_shows() -> None:
    page = browser().get(f"{PEOPLE}?active__exact=1").content.decode()
    assert "staff/import/" in page
    assert escape("staff/export/xlsx/?active__exact=1") in page


@pytest.mark.parametrize("address", ["export/pdf/", "export/"])
def test_a_file_of_another_kind_is_not_found(address: str) -> None:
    answer: Any = browser().get(f"{PEOPLE}{address}")
    assert answer.status_code in {302, 404}
