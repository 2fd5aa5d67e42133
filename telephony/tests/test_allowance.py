"""The account's three new calls a second, shared by every caller."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from telephony import allowance
from telephony.models import Call, CallAction, Leg

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_three_calls_may_start_in_one_second_and_the_fourth_waits() -> None:
    assert [allowance.take(_later(0.1 * n), 3, first=True) for n in range(3)] == [None] * 3
    assert allowance.take(_later(0.3), 3, first=True) == timedelta(seconds=0.8)


def test_after_the_wait_it_may_start() -> None:
    for n in range(3):
        allowance.take(_later(0.1 * n), 3, first=True)
    assert allowance.take(_later(1.1), 3, first=True) is None
    assert allowance.take(_later(1.15), 3, first=True) == timedelta(seconds=0.05)


def test_a_cascade_leaves_one_place_for_a_new_caller() -> None:
    assert allowance.take(NOW, 3, first=False) is None
    assert allowance.take(NOW, 3, first=False) is None
    assert allowance.take(NOW, 3, first=False) == allowance.WINDOW
    assert allowance.take(NOW, 3, first=True) is None


def test_an_account_whose_limit_was_raised_may_start_more() -> None:
    assert [allowance.take(NOW, 60, first=False) for _ in range(59)] == [None] * 59
    assert allowance.take(NOW, 60, first=False) == allowance.WINDOW
    assert allowance.take(NOW, 60, first=True) is None
    assert allowance.take(NOW, 60, first=True) == allowance.WINDOW


def test_a_cascade_goes_on_where_one_call_a_second_is_all() -> None:
    assert allowance.take(NOW, 1, first=False) is None


def test_a_clock_that_was_ahead_does_not_stop_every_call() -> None:
    for _ in range(3):
        allowance.take(_later(120), 3, first=True)
    assert allowance.take(NOW, 3, first=True) is None


def _dial(ordinal: int = 1, **facts: Any) -> CallAction:
    """Let a caller wait for a first phone that nobody dialled yet."""
    call, _new = Call.objects.get_or_create(
        token="t", leg_uuid="c", dialled="+33970000001", started_at=NOW
    )
    leg = Leg.objects.create(
        call=call, ordinal=ordinal, token=f"t{ordinal}", number="+33639980001", dialled_at=NOW
    )
    made = {"kind": "dial", "state": "pending", "created_at": NOW, "not_before": NOW, **facts}
    return CallAction.objects.create(call=call, leg=leg, **made)


def test_a_cascade_goes_after_every_first_phone_that_waits() -> None:
    _dial()
    assert allowance.take(NOW, 3, first=False) == allowance.WINDOW
    assert allowance.take(NOW, 3, first=True) is None


def test_a_cascade_asks_again_sooner_where_more_calls_may_start() -> None:
    _dial()
    assert allowance.take(NOW, 60, first=False) == timedelta(seconds=0.055)
    assert allowance.take(NOW, 1, first=False) == allowance.WINDOW


def test_who_has_been_rung_for_does_not_hold_up_a_cascade() -> None:
    _dial()
    Leg.objects.update(uuid="rang")
    _dial(2)
    assert allowance.take(NOW, 3, first=False) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "sending", "attempts": 1},
        {"attempts": 1},
        {"not_before": _later(10)},
        {"created_at": _later(-301)},
        {"kind": "hang_up"},
    ],
)
def test_what_is_no_first_phone_waiting_does_not_hold_up_a_cascade(
    facts: dict[str, Any],
) -> None:
    _dial(**facts)
    assert allowance.take(NOW, 3, first=False) is None


def test_a_caller_who_has_gone_does_not_hold_up_a_cascade() -> None:
    _dial()
    Call.objects.update(ended_at=NOW, outcome="gave_up_ringing", phase="ended")
    assert allowance.take(NOW, 3, first=False) is None
