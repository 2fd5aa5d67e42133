"""The phone path asks the database a fixed number of questions, however large the house is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from telephony.models import Call, CallAction
from telephony.tests import hostile
from tests.menu_house import house_of, menu_of

pytestmark = pytest.mark.django_db

STEPS: dict[str, dict[str, object]] = {
    "answer": {**hostile.arriving("caller-2")},
    "event": {"uuid": "caller-1", "status": "answered", "direction": "inbound"},
    "hold": {"dtmf": {"digits": ""}},
    "leg": {"status": "ringing", "uuid": "leg-1"},
    "key": {"dtmf": {"digits": "1"}, "uuid": "leg-1"},
    "next": {},
    "step": {"payload": {"after_leg": 99}},
    "recorded": {"recording_uuid": "r-1", "recording_url": "https://api.nexmo.com/v1/files/1"},
}


def _queries(send: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        send()
    return len(captured)


def _counts() -> dict[str, int]:
    platform = hostile.Platform()
    platform.call("caller-1")
    CallAction.objects.all().delete()  # nobody dials here
    paths = hostile.paths()
    return {
        name: _queries(lambda: platform.post(paths[name], payload))  # noqa: B023 - called at once
        for name, payload in STEPS.items()
    }


# Savepoints included: the test's own transaction turns every atomic block into one.
COUNTS = {
    "answer": 20,
    "event": 6,
    "hold": 8,
    "leg": 11,
    "key": 12,
    "next": 8,
    "step": 8,
    "recorded": 24,
}


@pytest.mark.parametrize("people", [10, 1000])
def test_each_webhook_asks_a_fixed_number_of_questions(people: int) -> None:
    house_of(people)
    assert _counts() == COUNTS


# --- a number with a menu -----------------------------------------------------------------------

MENU_COUNTS = {"answer": 15, "down": 9, "leaf": 23}


@pytest.mark.parametrize(("options", "people"), [(1, 10), (9, 1000)])
def test_a_menu_asks_a_fixed_number_of_questions(options: int, people: int) -> None:
    menu_of(options, people)
    platform = hostile.Platform()
    counts = {"answer": _queries(lambda: platform.call("caller-1"))}
    for turn, name in ((1, "down"), (2, "down again"), (3, "leaf")):
        path = f"/voice/menu/{Call.objects.get().token}/{turn}"
        counts[name] = _queries(lambda: platform.post(path, {"dtmf": {"digits": "1"}}))  # noqa: B023
    assert counts.pop("down again") == counts["down"]
    assert counts == MENU_COUNTS
