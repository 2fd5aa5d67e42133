"""What a rotation does, in a sentence."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.utils import translation

from scheduling import rotation_words
from scheduling.enums import OnHolidays, TurnUnit
from scheduling.tests.facts import ALICE, BOB, CHARLIE
from scheduling.tests.rules import DAILY, MONDAY, WEEKLY, rule

NAMES = {ALICE: "Alice", BOB: "Bob", CHARLIE: "Chloé"}


def said(recurrence: str, language: str = "en", **values: Any) -> str:
    with translation.override(language):
        return rotation_words.sentence(rule(recurrence, **values), NAMES, MONDAY, 1)


@pytest.mark.parametrize(
    ("recurrence", "values", "expected"),
    [
        (WEEKLY, {"end_day_offset": 7}, "Every week on Monday at 09:00, for 7 days"),
        (
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,MO",
            {"end_time": time(18)},
            "Every 2 weeks on Monday and Friday at 09:00, until 18:00",
        ),
        (DAILY, {}, "Every day at 09:00, for 24 hours"),
        (DAILY, {"end_time": time(8)}, "Every day at 09:00, until 08:00 on the next day"),
        (
            "RRULE:FREQ=DAILY;INTERVAL=3",
            {"end_day_offset": 2, "end_time": time(8)},
            "Every 3 days at 09:00, until 08:00 2 days later",
        ),
        (DAILY, {"end_day_offset": 3}, "Every day at 09:00, until the next one starts"),
        (
            "RRULE:FREQ=MONTHLY;BYDAY=1MO",
            {},
            "Every month on the first Monday at 09:00, for 24 hours",
        ),
        ("RRULE:FREQ=MONTHLY", {}, "Every month on day 4 at 09:00, for 24 hours"),
        (
            "RRULE:FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1",
            {},
            "Every 2 months on the last day at 09:00, for 24 hours",
        ),
        (
            "RRULE:FREQ=YEARLY;BYMONTH=5",
            {},
            "By the rule FREQ=YEARLY;BYMONTH=5 at 09:00, for 24 hours",
        ),
        (
            DAILY,
            {"turn_unit": TurnUnit.HOUR, "turn_count": 8},
            "Every day, shifts one after the other from 09:00 on",
        ),
        (
            DAILY,
            {"on_holidays": OnHolidays.SKIP},
            "Every day except public holidays at 09:00, for 24 hours",
        ),
    ],
)
def test_the_days_and_hours_are_said(recurrence: str, values: Any, expected: str) -> None:
    assert said(recurrence, **values).split("; ")[0] == expected


def test_who_takes_turns_and_whose_it_is_are_said() -> None:
    whole = said(DAILY, participants=((ALICE,), (BOB, CHARLIE)), turn_count=2)
    assert whole.split("; ")[1:] == [
        "Alice and Bob + Chloé take turns, each for 2 shifts",
        "it is the turn of Bob + Chloé on Monday 4 January 2027.",
    ]


def test_of_one_alone_no_turn_is_said() -> None:
    assert said(DAILY, participants=((BOB,),)) == "Every day at 09:00, for 24 hours; always Bob."


def test_it_is_said_in_french() -> None:
    assert said(WEEKLY, "fr", end_day_offset=7).replace("\u202f", " ").replace("\xa0", " ") == (
        "Chaque semaine le lundi à 09:00, pendant 7 jours ; Alice, Bob et Chloé à tour de rôle, une"
        " garde chacun ; le tour revient à Bob le lundi 4 janvier 2027."
    )
