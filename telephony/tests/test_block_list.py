"""The block list as a call reads it."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from telephony import block_list
from telephony.blocking import Entry
from telephony.enums import BlockKind
from telephony.models import BlockedCaller, PhoneNumber, Prompt

pytestmark = pytest.mark.django_db
ANNA, BERT = "+33612345678", "+33699999999"


def block(kind: BlockKind, pattern: str = "", **fields: object) -> BlockedCaller:
    return BlockedCaller.objects.create(kind=kind.value, pattern=pattern, **fields)


@pytest.fixture
def line() -> PhoneNumber:
    return PhoneNumber.objects.create(name="Main line", number="+33970000001")


def test_the_list_is_read_with_one_query(
    line: PhoneNumber, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for digits in range(10):
        block(BlockKind.PREFIX, f"+336{digits}", prompt=None)
    with django_assert_num_queries(1):
        found = block_list.entry_for(ANNA, line.pk)
    assert found is not None
    assert found.pattern == "+3361"


def test_an_entry_says_what_its_caller_hears(line: PhoneNumber) -> None:
    sorry = Prompt.objects.create(name="Sorry", text={"en": "We cannot take your call."})
    row = block(BlockKind.EXACT, ANNA, phone_number=line, prompt=sorry)
    assert block_list.entry_for(ANNA, line.pk) == Entry(
        row.pk, BlockKind.EXACT, ANNA, line.pk, sorry.pk, {"en": "We cannot take your call."}
    )


def test_a_caller_whom_no_entry_means_is_taken(line: PhoneNumber) -> None:
    block(BlockKind.EXACT, BERT)
    block(BlockKind.PREFIX, "+44")
    block(BlockKind.WITHHELD)
    assert block_list.entry_for(ANNA, line.pk) is None


def test_a_withheld_number_is_blocked_where_the_list_says_so(line: PhoneNumber) -> None:
    other = PhoneNumber.objects.create(name="Other", number="+33970000002")
    row = block(BlockKind.WITHHELD, phone_number=line)
    assert block_list.entry_for("", other.pk) is None
    assert block_list.entry_for("", None) is None
    assert block_list.entry_for("", line.pk) == Entry(row.pk, BlockKind.WITHHELD, "", line.pk)


def test_an_entry_out_of_use_blocks_nobody(line: PhoneNumber) -> None:
    block(BlockKind.EXACT, ANNA, active=False)
    assert block_list.entry_for(ANNA, line.pk) is None
