"""Blocking a caller at every number, as the page of a call does."""

from __future__ import annotations

import pytest

from oncall_portal.lib.errors import Refused
from scheduling.tests import build
from telephony import block_list, blocking_services
from telephony.enums import BlockKind
from telephony.models import BlockedCaller, PhoneNumber

pytestmark = pytest.mark.django_db
ANNA, LINE = "+33612345678", "+33970000001"


def entries() -> list[tuple[str, str, int | None, str, bool]]:
    rows = BlockedCaller.objects.order_by("pk")
    return list(rows.values_list("kind", "pattern", "phone_number", "note", "active"))


def test_a_caller_is_blocked_at_every_number() -> None:
    row = blocking_services.block(ANNA, "from a call")
    assert entries() == [("exact", ANNA, None, "from a call", True)]
    found = block_list.entry_for(ANNA, None)
    assert found is not None
    assert found.id == row.pk


def test_asked_twice_there_is_one_entry_with_its_first_note() -> None:
    first = blocking_services.block(ANNA, "first")
    assert blocking_services.block(ANNA, "second") == first
    assert entries() == [("exact", ANNA, None, "first", True)]


def test_an_entry_out_of_use_counts_again() -> None:
    row = BlockedCaller.objects.create(kind="exact", pattern=ANNA, note="old", active=False)
    blocked = blocking_services.block(ANNA, "new")
    assert (blocked.pk, blocked.version) == (row.pk, row.version + 1)
    assert entries() == [("exact", ANNA, None, "old", True)]


def test_an_entry_for_one_number_is_no_entry_for_all() -> None:
    line = PhoneNumber.objects.create(name="Main line", number=LINE)
    BlockedCaller.objects.create(kind="exact", pattern=ANNA, phone_number=line)
    blocking_services.block(ANNA, "")
    assert [entry[2] for entry in entries()] == [line.pk, None]


def test_withheld_numbers_are_blocked_as_such() -> None:
    assert blocking_services.block("", "").kind == BlockKind.WITHHELD


def test_a_number_of_ours_is_refused() -> None:
    build.organisation(region="FR")
    PhoneNumber.objects.create(name="Main line", number=LINE)
    with pytest.raises(Refused) as refused:
        blocking_services.block(LINE, "")
    assert (refused.value.code, entries()) == ("own_number", [])


def test_a_long_note_is_cut() -> None:
    assert blocking_services.block(ANNA, "x" * 300).note == "x" * 200
