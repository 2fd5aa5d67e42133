"""What a change of the rota amounts to, and what takes it back."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling import changes
from scheduling.enums import OperationKind
from scheduling.types import Change

DUTY: dict[str, Any] = {
    "schedule": 1,
    "staff": 1,
    "service": None,
    "who": "Alice",
    "level": 1,
    "starts_at": "2027-01-04T08:00:00+00:00",
    "ends_at": "2027-01-04T18:00:00+00:00",
    "state": "generated",
    "note": "",
    "version": 1,
}
LATER = {"starts_at": "2027-01-05T08:00:00+00:00", "ends_at": "2027-01-05T18:00:00+00:00"}


def edited(**values: Any) -> Change:
    return Change("shift", 7, DUTY, {**DUTY, **values})


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Change("shift", 7, None, DUTY), OperationKind.SHIFT_CREATED),
        (Change("shift", 7, DUTY, None), OperationKind.SHIFT_DELETED),
        (edited(state="cancelled"), OperationKind.SHIFT_DELETED),
        (Change("shift", 7, {**DUTY, "state": "cancelled"}, DUTY), OperationKind.SHIFT_CREATED),
        (edited(**LATER), OperationKind.SHIFT_MOVED),
        (edited(level=2), OperationKind.SHIFT_MOVED),
        (edited(ends_at=LATER["ends_at"], level=2), OperationKind.SHIFT_MOVED),
        (edited(ends_at=LATER["ends_at"]), OperationKind.SHIFT_RESIZED),
        (edited(starts_at="2027-01-04T07:00:00+00:00"), OperationKind.SHIFT_RESIZED),
        (edited(staff=2, who="Bob"), OperationKind.SHIFT_CHANGED),
        (edited(staff=2, **LATER), OperationKind.SHIFT_MOVED),
        (edited(note="x"), OperationKind.SHIFT_CHANGED),
    ],
)
def test_a_change_of_a_shift_has_a_kind(change: Change, kind: OperationKind) -> None:
    assert changes.kind_of_shift(change) is kind


def test_a_new_version_or_another_name_is_no_change() -> None:
    assert changes.real([edited(version=2, who="Alice B."), edited(note="x")]) == [edited(note="x")]


def test_what_takes_changes_back_goes_from_the_last_to_the_first() -> None:
    made, moved = Change("shift", 8, None, DUTY), edited(**LATER)
    back = changes.inverse([made, moved])
    assert back == [
        Change("shift", 7, {**DUTY, **LATER}, DUTY),
        Change("shift", 8, DUTY, None),
    ]
    assert changes.inverse(back) == [made, moved]
