"""No call of a random house is planned to take longer than its number promises, at any minute."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from telephony import leaves, queries, routing, waiting
from telephony.enums import Ask
from telephony.leaves import Visit
from telephony.models import PhoneNumber
from telephony.routing import Asked
from telephony.types import Leaf, Place
from tests.cast import START, create
from tests.random_house import CALLERS, EXTENSION, House

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-01")]
HOUSES = 400 if os.environ.get("ONCALL_SOAK") == "1" else 12
BEGINS = START - timedelta(hours=2)
MINUTES = range(0, 250, 11)
"""People come and go, and the line opens and closes, within two hours of the stories' start."""


def planned(number: PhoneNumber, caller: str, at: datetime) -> int:
    """Return the seconds of a call's first route and of the longest that a key can lead to."""
    own = frozenset(queries.own_numbers())
    step, opened = routing.begin(Asked(number, own, caller, at))
    visit = Visit(number, own, caller, at, step.state.language or number.languages[0])
    levels = opened.tree.menus
    goals = [goal for m in levels.values() for goal in (*m.keys.values(), *m.otherwise.values())]
    ways = [
        leaves.plan(visit, Leaf(Place((1,), Ask.MENU), goal, None, EXTENSION)) for goal in goals
    ]
    longest = max((plan.worst_case_seconds for plan in ways if plan is not None), default=0)
    return step.state.plan.worst_case_seconds + longest


@pytest.mark.parametrize("seed", range(HOUSES))
def test_no_call_is_planned_to_take_longer_than_promised(
    seed: int, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    chance = Random(seed)  # noqa: S311 - nothing secret
    House(create(), chance).furnish()
    number = queries.phone_number(PhoneNumber.objects.get().pk)
    assert number is not None
    promised = waiting.promised(number, BEGINS)
    found = {
        minute: planned(number, chance.choice(CALLERS), BEGINS + timedelta(minutes=minute))
        for minute in MINUTES
    }
    assert {minute: took for minute, took in found.items() if took > promised} == {}
