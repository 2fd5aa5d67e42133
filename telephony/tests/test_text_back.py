"""When a caller whom nobody answered is written to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from telephony.enums import Outcome
from telephony.text_back import Missed, TextBack, decide

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MISSED = Missed(
    outcome=Outcome.GAVE_UP_RINGING.value,
    enabled=True,
    caller="+33698765432",
    takes_texts=True,
    stopped=False,
    last_at=None,
    quiet_minutes=60,
)


@pytest.mark.parametrize(
    ("outcome", "decision"),
    [
        (Outcome.CONNECTED, TextBack.ANSWERED),
        (Outcome.PICKED_UP, TextBack.ANSWERED),
        (Outcome.BLOCKED, TextBack.BLOCKED),
        *(
            (outcome, TextBack.SEND)
            for outcome in Outcome
            if outcome not in (Outcome.CONNECTED, Outcome.PICKED_UP, Outcome.BLOCKED)
        ),
    ],
)
def test_every_outcome_but_a_human_or_a_block_is_a_missed_call(
    outcome: Outcome, decision: TextBack
) -> None:
    assert decide(replace(MISSED, outcome=outcome.value), NOW) is decision


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({"enabled": False}, TextBack.DISABLED),
        ({"caller": ""}, TextBack.WITHHELD),
        ({"takes_texts": False}, TextBack.NO_MOBILE),
        ({"stopped": True}, TextBack.STOPPED),
        ({"outcome": "failed", "unwanted": True}, TextBack.BLOCKED),
    ],
)
def test_some_callers_get_none(changes: dict[str, object], decision: TextBack) -> None:
    assert decide(replace(MISSED, **changes), NOW) is decision  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "quiet", "decision"),
    [
        (0, 60, TextBack.QUIET),
        (59, 60, TextBack.QUIET),
        (60, 60, TextBack.SEND),
        (14, 0, TextBack.QUIET),
        (15, 0, TextBack.SEND),
    ],
)
def test_one_text_silences_the_next_for_the_set_time_and_for_a_quarter_of_an_hour(
    minutes: int, quiet: int, decision: TextBack
) -> None:
    last = NOW - timedelta(minutes=minutes)
    assert decide(replace(MISSED, last_at=last, quiet_minutes=quiet), NOW) is decision


@pytest.mark.parametrize(("minutes", "decision"), [(14, TextBack.QUIET), (15, TextBack.SEND)])
def test_a_text_from_another_number_of_ours_silences_this_one_for_a_quarter_of_an_hour(
    minutes: int, decision: TextBack
) -> None:
    elsewhere = NOW - timedelta(minutes=minutes)
    assert decide(replace(MISSED, elsewhere_at=elsewhere), NOW) is decision
