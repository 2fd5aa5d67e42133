"""What the platform reports of a leg becomes one neutral event, or none."""

from __future__ import annotations

import pytest

from telephony.tests import hostile
from telephony.types import CallerGone, LegAnswered, Unrecognised
from telephony.vonage.payloads import arrival, caller_event, leg_event


def test_a_status_that_we_do_not_know_keeps_its_name() -> None:
    assert leg_event({"status": "machine"}, 2) == Unrecognised(2, "machine")
    assert caller_event({"status": "machine"}) == Unrecognised(None, "machine")


def test_a_status_that_we_know_has_an_event_of_its_own() -> None:
    assert leg_event({"status": "answered"}, 2) == LegAnswered(2)
    assert caller_event({"status": "completed"}) == CallerGone()


@pytest.mark.parametrize("status", ["started", "ringing", "answered"])
def test_a_caller_who_arrives_has_been_told_of_by_the_answer_webhook(status: str) -> None:
    assert caller_event({"status": status}) is None


def test_what_has_no_status_is_no_event_of_a_leg() -> None:
    assert leg_event({"recording_url": "x"}, 1) is None
    assert caller_event({}) is None


def test_a_call_is_controlled_at_the_host_that_it_names() -> None:
    found = arrival(hostile.arriving())
    assert found is not None
    assert found.api_host == "api-eu-3.vonage.com"
