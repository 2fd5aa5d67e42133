"""The longest wait of a number, over the rosters to come."""

from __future__ import annotations

import pytest

from oncall_portal.lib.errors import Refused
from telephony import services, timing, waiting
from telephony.models import PhoneNumber
from tests.cast import START, create, on_duty, scenario

pytestmark = pytest.mark.django_db

PHONE = 20 + 5 + 2 * (timing.WHISPER_SECONDS + 8)


def test_the_roster_that_takes_longest_decides() -> None:
    people = create()
    on_duty(people.schedule, people.bruno)
    assert waiting.longest_of_number(people.line, START) == 2 * PHONE
    on_duty(people.schedule, people.alice, start_s=86400, end_s=90000)
    assert waiting.longest_of_number(people.line, START) == 3 * PHONE


def test_it_is_not_cut_at_the_hard_stop() -> None:
    people = create()
    on_duty(people.schedule, people.bruno)
    scenario(people.schedule, {"kind": "level", "level": 1, "attempts": 9})
    line = PhoneNumber.objects.select_related("schedule__scenario").get()
    assert waiting.longest_of_number(line, START) == 9 * PHONE


def test_a_scenario_that_no_number_uses_has_none() -> None:
    people = create()
    made = scenario(people.schedule, {"kind": "level", "level": 1})
    on_duty(people.schedule, people.bruno)
    assert waiting.longest_of_scenario(made, START) == PHONE
    PhoneNumber.objects.update(schedule=None)
    assert waiting.longest_of_scenario(made, START) is None


def test_a_scenario_in_use_that_makes_callers_wait_too_long_is_refused() -> None:
    people = create()
    on_duty(people.schedule, people.bruno)
    made = scenario(people.schedule, {"kind": "level", "level": 1})
    steps = [{"kind": "level", "target": 1, "attempts": 9}]
    with pytest.raises(Refused) as refusal:
        services.change_scenario(made.pk, made.version, {"steps": steps}, START)
    assert refusal.value.code == "wait_too_long"
    assert f"{9 * PHONE} seconds" in refusal.value.message


def test_whom_the_hard_stop_leaves_no_time_for_is_named() -> None:
    people = create()
    on_duty(people.schedule, people.bruno)
    line = PhoneNumber.objects.select_related("schedule__scenario").get()
    assert waiting.unreached(line, START) == []
    scenario(people.schedule, {"kind": "level", "level": 1, "attempts": 4}, {"kind": "supervisors"})
    line = PhoneNumber.objects.select_related("schedule__scenario").get()
    assert waiting.unreached(line, START) == ["Sam"]
