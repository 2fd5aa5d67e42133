"""Which entry of the block list means a caller."""

from __future__ import annotations

import pytest

from telephony.blocking import Entry, blocked_by
from telephony.enums import BlockKind

ANNA, BERT = "+33612345678", "+33699999999"
MAIN, OTHER = 1, 2

exact = Entry(1, BlockKind.EXACT, ANNA)
prefix = Entry(2, BlockKind.PREFIX, "+33612")
longer = Entry(3, BlockKind.PREFIX, "+3361234")
withheld = Entry(4, BlockKind.WITHHELD)
main_prefix = Entry(5, BlockKind.PREFIX, "+33612", MAIN)


@pytest.mark.parametrize(
    ("caller", "entries", "found"),
    [
        (ANNA, [exact], exact),
        (BERT, [exact], None),
        ("", [exact], None),
        (ANNA, [prefix], prefix),
        (BERT, [prefix], None),
        ("", [prefix], None),
        ("", [withheld], withheld),
        (ANNA, [withheld], None),
        (ANNA, [], None),
        (ANNA, [prefix, exact, withheld], exact),
        (ANNA, [prefix, longer], longer),
        (ANNA, [longer, prefix], longer),
        (ANNA, [prefix, main_prefix], main_prefix),
        (ANNA, [main_prefix, longer], longer),
        (ANNA, [exact, main_prefix], exact),
    ],
)
def test_the_closest_entry_is_the_one_that_blocks(
    caller: str, entries: list[Entry], found: Entry | None
) -> None:
    assert blocked_by(entries, caller, MAIN) == found


def test_an_entry_for_another_number_blocks_nobody_here() -> None:
    assert blocked_by([main_prefix], ANNA, OTHER) is None
    assert blocked_by([main_prefix], ANNA, None) is None
