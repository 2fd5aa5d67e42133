"""People and numbers from files, and back."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from oncall_portal.lib.errors import RowsRefused
from scheduling.enums import Role
from scheduling.models import ContactNumber, Organisation, Staff
from scheduling.tables import NumberTable, StaffTable, Table, names, read, write
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.sheets import csv, xlsx

pytestmark = pytest.mark.django_db
Errors = list[tuple[int, str | None, str]]


@pytest.fixture
def manager() -> Any:
    build.organisation(region="FR")
    return login(Role.MANAGER)


def load(table: Table, data: bytes, dry_run: bool = False) -> tuple[int, int, int]:
    """Read a file; return how many rows are new, changed, and as they were."""
    outcome = table.load(read(data), dry_run=dry_run)
    return outcome.created, outcome.changed, outcome.unchanged


def errors(table: Table, data: bytes) -> Errors:
    """Return row, column and code of all that is wrong with a file."""
    with pytest.raises(RowsRefused) as told:
        table.load(read(data), dry_run=False)
    return [(each.row, each.field, each.code) for each in told.value.errors]


def people() -> list[tuple[Any, ...]]:
    return list(Staff.objects.values_list("name", "email", "language", "extension", "active"))


@pytest.mark.requirement("PLA-01")
def test_people_are_added(manager: Any) -> None:
    data = csv("name,email,language,extension,active", "Alice,a@example.org,en,0201,", "Bob,,,,no")
    assert load(StaffTable(manager), data) == (2, 0, 0)
    assert people() == [
        ("Alice", "a@example.org", "en", "0201", True),
        ("Bob", "", "fr", None, False),
    ]
    assert len(set(Staff.objects.values_list("colour", flat=True))) == 2


@pytest.mark.requirement("PLA-17")
@pytest.mark.parametrize(
    ("cell", "process"),
    [
        ("", "cascade"),
        ("transfer", "transfer"),
        ("Call centre", "call_centre"),
        ("plain transfer to the first number", "transfer"),
        ("les numéros dans leur ordre", "cascade"),
    ],
)
def test_how_the_numbers_of_a_person_are_rung_is_a_column(
    manager: Any, cell: str, process: str
) -> None:
    load(StaffTable(manager), csv("name,call_process", f"Alice,{cell}"))
    assert Staff.objects.get().call_process == process


def test_a_way_of_ringing_that_there_is_not_is_told_with_those_that_there_are(manager: Any) -> None:
    with pytest.raises(RowsRefused) as told:
        StaffTable(manager).load(read(csv("name,call_process", "Alice,all at once")), dry_run=False)
    (error,) = told.value.errors
    assert (error.row, error.field, error.code) == (2, "call_process", "unknown_choice")
    assert str(error.message) == "Write one of these: cascade, transfer, call_centre."


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(manager: Any) -> None:
    outcome = StaffTable(manager).load(read(csv("name,email", "Alice,a@x.fr")), dry_run=True)
    assert [(each.row, each.new, each.called) for each in outcome.told] == [(2, True, "Alice")]
    assert [cells[1:] for cells in outcome.told[0].cells] == [("", "Alice"), ("", "a@x.fr")]
    assert people() == []


def test_a_table_in_french_is_understood_as_french_excel_writes_it(manager: Any) -> None:
    header = "Nom;Adresse e-mail;Langue;Fuseau horaire;Numéro interne;Actif"
    data = csv(header, "Zoé;z@example.org;Français;Europe/Paris;120;VRAI", encoding="cp1252")
    assert load(StaffTable(manager), data) == (1, 0, 0)
    assert people() == [("Zoé", "z@example.org", "fr", "120", True)]


def test_all_that_is_wrong_is_told_by_row_and_nothing_is_written(manager: Any) -> None:
    build.staff("Bob", extension="701")
    data = csv(
        "name,email,time_zone,extension,colour,active",
        "Alice,a@example.org,Europe/Paris,,,",
        ",b@example.org,Europe/Nowhere,,,",
        "",
        "Charlie,charlie,,701,red,perhaps",
        "Dora,d@example.org,,701,red,",
        "Emil,e@example.org,,7,,",
    )
    assert errors(StaffTable(manager), data) == [
        (3, "name", "required"),
        (5, "active", "invalid"),
        (6, "colour", "invalid"),
        (6, "extension", "unique"),
        (7, "extension", "invalid_extension"),
    ]
    assert [row[0] for row in people()] == ["Bob"]


def test_columns_that_are_strange_twice_or_missing_are_told(manager: Any) -> None:
    data = csv("e-mail,Email,size", "a@example.org,b@example.org,7,x")
    assert errors(StaffTable(manager), data) == [
        (1, "email", "duplicate_column"),
        (1, "size", "unknown_column"),
        (1, "name", "missing_column"),
        (2, None, "cell_without_header"),
    ]


def test_a_cell_beyond_the_headers_is_told(manager: Any) -> None:
    assert errors(StaffTable(manager), csv("name,email", "Alice,a@example.org,x")) == [
        (2, None, "cell_without_header")
    ]


def test_a_person_is_changed_as_exported_at_a_version(manager: Any) -> None:
    alice = build.staff("Alice", email="a@example.org", extension="701")
    data = csv("id,version,name,email,extension", f"{alice.pk},1,Alice Martin,,")
    assert load(StaffTable(manager), data) == (0, 1, 0)
    alice.refresh_from_db()
    assert (alice.name, alice.email, alice.extension) == ("Alice Martin", "", None)
    assert alice.version == 2


def test_only_what_differs_is_changed_and_told(manager: Any) -> None:
    alice = build.staff("Alice", email="a@example.org")
    data = csv("id,version,name,email", f"{alice.pk},1,Alice,new@example.org")
    outcome = StaffTable(manager).load(read(data), dry_run=True)
    assert [cells[1:] for cells in outcome.told[0].cells] == [("a@example.org", "new@example.org")]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (("9999", "1"), ("id", "not_found")),
        (("x", "1"), ("id", "not_found")),
        (("9" * 5000, "1"), ("id", "not_found")),
        (("", "1"), None),
        (("{pk}", ""), ("version", "version_required")),
        (("{pk}", "7"), ("version", "stale_version")),
        (("{pk}", "x"), ("version", "invalid")),
    ],
)
def test_a_row_says_which_person_it_is_about(
    manager: Any, keys: tuple[str, str], code: tuple[str, str] | None
) -> None:
    alice = build.staff("Alice")
    row = ",".join((*keys, "Bob")).format(pk=alice.pk)
    if code:
        assert errors(StaffTable(manager), csv("id,version,name", row)) == [(2, *code)]
        assert people()[0][0] == "Alice"
    else:
        assert load(StaffTable(manager), csv("id,version,name", row)) == (1, 0, 0)


def test_the_same_id_twice_is_refused(manager: Any) -> None:
    alice = build.staff("Alice")
    data = csv("id,version,name", f"{alice.pk},1,A", f"{alice.pk},1,B")
    assert errors(StaffTable(manager), data) == [(3, "id", "duplicate")]


def test_an_empty_cell_does_not_take_away_what_a_person_must_have(manager: Any) -> None:
    alice = build.staff("Alice")
    data = csv("id,version,name,colour", f"{alice.pk},1,Alice,")
    assert errors(StaffTable(manager), data) == [(2, "colour", "required")]


def test_a_name_is_the_same_however_its_accents_are_written(manager: Any) -> None:
    build.staff("Amélie")
    data = csv("name", unicodedata.normalize("NFD", "Amélie"))
    assert errors(StaffTable(manager), data) == [(2, "name", "already_there")]


def test_nobody_is_added_a_second_time(manager: Any) -> None:
    build.staff("Alice", email="a@example.org")
    build.staff("Bob")
    data = csv("name,email", "Alice M,A@example.org", "bob,", "Eve,", "Eve,", "Bob,b@example.org")
    assert errors(StaffTable(manager), data) == [
        (2, "email", "already_there"),
        (3, "name", "already_there"),
        (5, "name", "already_there"),
    ]


def numbers() -> list[tuple[Any, ...]]:
    rows = ContactNumber.objects.order_by("pk").values_list("number", "position", "ring_seconds")
    return [(str(number), *rest) for number, *rest in rows]


@pytest.mark.requirement("PLA-02")
@pytest.mark.parametrize(
    "cell",
    ["06 12 34 56 78", "+33612345678", "33612345678", "612345678", "0033 6 12 34 56 78"],
)
def test_a_number_is_understood_in_any_usual_spelling(manager: Any, cell: str) -> None:
    Staff.objects.create(name="Alice", colour="#123456")
    assert load(NumberTable(manager), csv("person;number", f"Alice;{cell}")) == (1, 0, 0)
    assert numbers() == [("+33612345678", 1, None)]


def test_a_number_of_another_country_that_lost_its_plus_in_excel_is_understood(
    manager: Any,
) -> None:
    Organisation.objects.update(allowed_countries=["FR", "BE"])
    Staff.objects.create(name="Alice", colour="#123456")
    data = xlsx(("person", "number"), ("Alice", 32470123456.0))
    assert load(NumberTable(manager), data) == (1, 0, 0)
    assert numbers() == [("+32470123456", 1, None)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("3,36123E+10", "number_rounded"), ("12", "invalid_number"), ("", "required")],
)
def test_a_number_that_excel_spoiled_is_refused(manager: Any, cell: str, code: str) -> None:
    build.staff("Alice")
    assert errors(NumberTable(manager), csv("person;number", f"Alice;{cell}")) == [
        (2, "number", code)
    ]


def test_an_owner_is_named_by_name_by_email_or_by_id(manager: Any) -> None:
    one, other = (Staff.objects.create(name="Bob", colour="#123456") for _ in range(2))
    alice = Staff.objects.create(name="Alice", email="a@example.org", colour="#123456")
    desk = build.service({"fr": "Accueil", "en": "Reception"})
    data = csv(
        "person;service;number;ring_seconds",
        "alice;;0612345601;",
        "A@example.org;;0612345602;30",
        f"{other.pk};;0612345603;",
        ";Accueil;0612345604;",
        ";reception;0612345605;",
    )
    assert load(NumberTable(manager), data) == (5, 0, 0)
    assert numbers() == [
        ("+33612345601", 1, None),
        ("+33612345602", 2, 30),
        ("+33612345603", 1, None),
        ("+33612345604", 1, None),
        ("+33612345605", 2, None),
    ]
    assert (alice.numbers.count(), one.numbers.count(), desk.numbers.count()) == (2, 0, 2)


def test_a_name_that_could_be_an_id_is_written_as_the_id_of_who_has_it() -> None:
    alice = build.staff("Alice")
    odd = build.staff(str(alice.pk))
    known = names.people()
    assert [known.find(known.called(row)) for row in (alice, odd)] == [alice, odd]


def test_owners_that_are_unknown_unclear_missing_or_two_are_refused(manager: Any) -> None:
    for name in ("Bob", "Bob", "Alice"):
        Staff.objects.create(name=name, colour="#123456")
    build.service("Reception")
    data = csv(
        "person;service;number;ring_seconds",
        "Eve;;0612345601;",
        "Bob;;0612345602;",
        ";;0612345603;",
        "Alice;Reception;0612345604;",
        "Alice;;0612345605;500",
    )
    assert errors(NumberTable(manager), data) == [
        (2, "person", "not_found"),
        (3, "person", "ambiguous"),
        (4, None, "invalid"),
        (5, None, "invalid"),
        (6, "ring_seconds", "max_value"),
    ]
    assert numbers() == []


def test_the_rules_of_the_house_hold_for_imported_numbers(manager: Any) -> None:
    Organisation.objects.update(allowed_countries=["FR"])
    alice = Staff.objects.create(name="Alice", colour="#123456")
    data = csv("person;number", f"{alice.pk};+32470123456")
    assert errors(NumberTable(manager), data) == [(2, "number", "country_not_allowed")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("titles", [True, False])
def test_what_is_exported_and_imported_again_changes_nothing(
    manager: Any, kind: str, titles: bool
) -> None:
    build.staff("=1+1", "+33612345678", extension="007", email="a@example.org")
    build.staff("'-x", "+32470123456", active=False, colour="#0000ff")
    build.staff("201")
    build.staff("Bob")
    build.staff("Bob", email="b@example.org")
    build.service({"fr": "@Accueil"}, "+33612345679")
    ContactNumber.objects.update(ring_seconds=30, call_connect=False)
    for table in (StaffTable, NumberTable):
        before = list(table.rows.model.objects.order_by("pk").values())
        data = write(table(manager), table.rows.all(), kind, titles=titles)
        assert load(table(manager), data) == (0, 0, len(before))
        assert list(table.rows.model.objects.order_by("pk").values()) == before


def test_no_cell_of_an_export_is_a_formula(manager: Any) -> None:
    for name in ("=1+1", "+1", "-1", "@x", "'=1", "x=1"):
        build.staff(name)
    text = write(StaffTable(manager), StaffTable.rows.all(), "csv").decode("utf-8-sig")
    names = sorted(line.split(",")[2] for line in text.splitlines()[1:])
    assert names == ["''=1", "'+1", "'-1", "'=1+1", "'@x", "x=1"]


def test_a_number_keeps_its_plus_in_an_export(manager: Any) -> None:
    build.staff("Alice", "+33612345678")
    assert b",+33612345678," in write(NumberTable(manager), NumberTable.rows.all(), "csv")


def test_a_number_is_masked_for_those_who_may_not_see_it(manager: Any) -> None:
    build.staff("Alice", "+33612345678")
    staff = login(Role.STAFF)
    data = write(NumberTable(staff), NumberTable.rows.all(), "csv")
    assert "+33612345678" not in data.decode()
    assert "'+33 6 .. .. .. 78" in data.decode()


def test_a_table_is_read_with_few_queries_however_many_rows_it_has(
    manager: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        build.staff(f"Person {number}")
    data = write(NumberTable(manager), NumberTable.rows.all(), "xlsx")
    table, sheet = NumberTable(manager), read(data)
    with django_assert_max_num_queries(48):  # a savepoint and its end per row, and eight more
        table.load(sheet, dry_run=False)
