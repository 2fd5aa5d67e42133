"""Files that spreadsheets write, read as rows of plain text."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from oncall_portal.lib.errors import Refused
from scheduling.tables.reading import LONGEST_FILE, MOST_ROWS, read
from scheduling.tests.sheets import csv, naive, xlsx

ZOE = ("Zoé", "zoe@example.org")


def packed(**parts: bytes) -> bytes:
    """Return a packed file with these parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"{name}.xml", content)
    return written.getvalue()


def altered(old: str, new: str) -> bytes:
    """Return an Excel file of one name, in whose cells `old` is replaced by `new`."""
    written = io.BytesIO()
    plain = xlsx(("name",), ("Zoé",))
    with zipfile.ZipFile(io.BytesIO(plain)) as parts, zipfile.ZipFile(written, "w") as archive:
        for part in parts.infolist():
            content = parts.read(part).decode()
            archive.writestr(part.filename, content.replace(old, new))
    return written.getvalue()


def refusal(data: bytes) -> str:
    """Return the code with which a file is refused."""
    with pytest.raises(Refused) as told:
        read(data)
    assert told.value.field == "file"
    return told.value.code


@pytest.mark.parametrize(
    "data",
    [
        csv("name,email", "Zoé,zoe@example.org"),
        csv("name;email", "Zoé;zoe@example.org"),
        csv("name\temail", "Zoé\tzoe@example.org"),
        csv("name;email", "Zoé;zoe@example.org", encoding="utf-8-sig"),
        csv("name;email", "Zoé;zoe@example.org", encoding="cp1252"),
        csv("name\temail", "Zoé\tzoe@example.org", encoding="utf-16"),
        csv("name;email", "Zoé;zoe@example.org", end="\n"),
        csv("name;email", '"Zoé";"zoe@example.org"'),
        xlsx(("name", "email"), ZOE),
    ],
    ids="comma semicolon tab mark windows utf16 unix quotes xlsx".split(),
)
def test_a_table_is_read_in_whatever_form_a_spreadsheet_saved_it(data: bytes) -> None:
    sheet = read(data)
    assert (sheet.headers, sheet.rows, sheet.numbers) == (("name", "email"), (ZOE,), (2,))


def test_empty_lines_are_left_out_and_counted() -> None:
    sheet = read(csv("", "name;email", ";", "Zoé;", "", ";;;", "Max;m@example.org"))
    assert sheet.rows == (("Zoé", ""), ("Max", "m@example.org"))
    assert sheet.numbers == (4, 7)


def test_the_line_in_which_excel_names_the_delimiter_is_obeyed_and_counted() -> None:
    sheet = read(csv("sep=|", "name|email", "Zoé|"))
    assert (sheet.headers, sheet.numbers) == (("name", "email"), (3,))


def test_what_excel_makes_of_cells_becomes_text_again() -> None:
    cells = (33612345678.0, 7, True, naive("2027-01-04 18:00"), date(2027, 1, 4), None, 1.5)
    sheet = read(xlsx("abcdefgh", (*cells, "x")))
    assert sheet.rows == (
        ("33612345678", "7", "true", "2027-01-04T18:00", "2027-01-04T00:00", "", "1.5", "x"),
    )


def test_a_time_that_excel_holds_as_a_fraction_of_a_day_is_whole_again() -> None:
    sheet = read(xlsx(("at",), (naive("2027-01-04 17:59:59.999990"),)))
    assert sheet.rows == (("2027-01-04T18:00",),)


def test_the_mark_against_formulas_is_taken_away() -> None:
    sheet = read(csv("a;b;c", "'=1+1;'+33612345678;'s Hertogenbosch"))
    assert sheet.rows == (("=1+1", "+33612345678", "'s Hertogenbosch"),)


def test_a_line_break_in_a_cell_is_kept_and_rows_are_counted_as_excel_does() -> None:
    sheet = read(csv("name;note", '"Zoé";"one\ntwo"', "Max;"))
    assert (sheet.rows[0], sheet.numbers) == (("Zoé", "one\ntwo"), (2, 3))


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # Excel before 2007, or with a password
        b'name;email\r\n"Zo',
        b"PK\x03\x04 and no more",
        packed(hello=b"<a/>"),
        b"\xff\xfe\x00",
    ],
    ids="bytes old unended cut other utf16".split(),
)
def test_what_is_no_table_is_refused(data: bytes) -> None:
    assert refusal(data) == "not_a_table"


@pytest.mark.parametrize("data", [b"", csv("name;email"), csv("", ";;"), xlsx(("name",))])
def test_a_table_without_rows_is_refused(data: bytes) -> None:
    assert refusal(data) == "empty_table"


def test_a_file_over_5_megabytes_is_refused() -> None:
    assert refusal(b"x" * (LONGEST_FILE + 1)) == "file_too_large"


def test_a_file_that_would_unpack_to_far_more_is_refused_unread() -> None:
    bomb = packed(workbook=b"0" * 60_000_000)
    assert len(bomb) < 100_000
    assert refusal(bomb) == "file_too_large"


def test_a_workbook_that_declares_entities_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!-- x --><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    assert refusal(packed(workbook=bomb)) == "not_a_table"
    assert refusal(packed(workbook=bomb.decode().encode("utf-16"))) == "not_a_table"


def test_a_file_that_claims_any_size_is_read_by_what_it_holds() -> None:
    sheet = read(altered('ref="A1:A2"', 'ref="A1:XFD1048576"'))
    assert (sheet.rows, sheet.numbers) == ((("Zoé",),), (2,))


def test_rows_may_be_far_apart_but_not_as_far_as_a_file_may_claim() -> None:
    assert read(altered('<row r="2"', '<row r="5000"')).numbers == (5000,)
    assert refusal(altered('<row r="2"', '<row r="99999999999"')) == "too_many_rows"


def test_a_cell_far_out_is_refused_unread() -> None:
    assert refusal(altered('r="A2"', 'r="XFD2"')) == "too_many_columns"


def test_5000_rows_are_read_and_one_more_is_refused() -> None:
    assert len(read(csv("name", *["Zoé"] * MOST_ROWS)).rows) == MOST_ROWS
    assert refusal(csv("name", *["Zoé"] * (MOST_ROWS + 1))) == "too_many_rows"


def test_a_row_that_goes_on_and_on_is_refused() -> None:
    assert refusal(csv("name", ";" * 70 + "x")) == "too_many_columns"
    assert refusal(xlsx(("name",), (*[None] * 70, "x"))) == "too_many_columns"
