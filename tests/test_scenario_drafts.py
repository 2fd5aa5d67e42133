"""What a scenario would lead to while it is being written, as its page asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Organisation, Shift
from scheduling.tests.logins import login
from telephony import timing
from telephony.models import EscalationScenario, Menu, MenuOption, PhoneNumber
from tests.cast import Cast, create, scenario

pytestmark = pytest.mark.django_db
PHONE = 20 + 5 + 2 * (timing.WHISPER_SECONDS + 8)


@pytest.fixture
def people() -> Cast:
    """Bruno is on call now, on a schedule with a scenario of one step."""
    cast = create()
    now = clock.now()
    scenario(cast.schedule, {"kind": "level", "level": 1})
    period = DateTimeTZRange(now - timedelta(hours=1), now + timedelta(hours=1))
    Shift.objects.create(schedule=cast.schedule, staff=cast.bruno, level=1, period=period)
    Organisation.objects.update(ceiling_seconds=2 * PHONE, hard_stop_seconds=300)
    return cast


def asked(*steps: dict[str, Any], repeat: int = 1, of: int | None = None) -> dict[str, Any]:
    """Return what the page of a scenario is told when its form has these steps."""
    page = Client()
    page.force_login(User.objects.first() or login(Role.MANAGER))
    fields: dict[str, Any] = {"name": "", "repeat": repeat, "steps-INITIAL_FORMS": 0}
    fields["steps-TOTAL_FORMS"] = len(steps)
    for index, step in enumerate(steps):
        given = {"position": index + 1, "strategy": "together", "attempts": 1, **step}
        fields |= {f"steps-{index}-{name}": value for name, value in given.items()}
    name = "admin:telephony_escalationscenario_preview"
    address = reverse(f"{name}_of", args=[of]) if of else reverse(name)
    told: dict[str, Any] = page.post(address, fields).json()
    return told


LEVEL = {"kind": "level", "level": 1}
SUPERVISORS = {"kind": "supervisors"}


def test_every_step_is_told_when_its_turn_comes_at_worst(people: Cast) -> None:
    made = EscalationScenario.objects.get()
    told = asked(LEVEL, SUPERVISORS, {"kind": "voicemail"}, of=made.pk)
    assert told["sentence"] == f"A caller of Main line waits {2 * PHONE} seconds at most."
    assert told["tone"] == "ok"
    assert told["path"] == [
        f"Bruno (level 1): {PHONE} seconds",
        f"Sam (Supervisor): {PHONE} seconds",
    ]
    assert [step["told"] for step in told["steps"]] == [
        f"At worst from second 0 to {PHONE}.",
        f"At worst from second {PHONE} to {2 * PHONE}.",
        f"At worst after {2 * PHONE} seconds.",
    ]
    assert made.steps.count() == 1


def test_above_the_ceiling_it_warns_and_above_the_hard_stop_it_says_that_it_is_refused(
    people: Cast,
) -> None:
    made = EscalationScenario.objects.get()
    warned = asked(LEVEL, SUPERVISORS, {**LEVEL, "attempts": 2}, of=made.pk)
    assert (warned["tone"], warned["steps"][2]["cut"]) == ("warn", False)
    assert f"warned above {2 * PHONE}" in warned["sentence"]
    refused = asked({**LEVEL, "attempts": 4}, SUPERVISORS, of=made.pk)
    assert (refused["tone"], [step["cut"] for step in refused["steps"]]) == (
        "bad",
        [False, True, True],
    )
    assert "the longest allowed is 300" in refused["sentence"]


def test_the_whole_chain_once_more_doubles_it(people: Cast) -> None:
    told = asked(LEVEL, repeat=2, of=EscalationScenario.objects.get().pk)
    assert told["sentence"].startswith(f"A caller of Main line waits {2 * PHONE} seconds")


def test_a_new_scenario_is_tried_on_the_numbers_that_there_are(people: Cast) -> None:
    told = asked({**LEVEL, "attempts": 3})
    assert told["sentence"].startswith("No number uses it yet.")
    assert f"would wait {3 * PHONE} seconds" in told["sentence"]
    PhoneNumber.objects.all().delete()
    assert asked(LEVEL) == {
        "sentence": "There is no number yet that could use it, so nobody waits."
    }


def test_a_number_whose_key_leads_to_the_scenario_uses_it(people: Cast) -> None:
    menu = Menu.objects.create(name="Main")
    MenuOption.objects.create(menu=menu, key="1", kind="schedule", schedule=people.schedule)
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu, schedule=None)
    told = asked(LEVEL, SUPERVISORS, of=EscalationScenario.objects.get().pk)
    assert told["sentence"] == f"A caller of Main line waits {2 * PHONE} seconds at most."


def test_what_is_not_filled_in_yet_is_said(people: Cast) -> None:
    assert asked({"kind": "staff"}) == {"problem": "Say whom or what this step tries."}
    wrong = asked({**LEVEL, "ring_seconds": "soon"})
    assert wrong == {"problem": "Step 1, Ring time (seconds): Enter a whole number."}
    after = asked({"kind": "voicemail"}, LEVEL)
    assert after == {"problem": "Nothing can follow a message or an announcement."}


def test_a_supervisor_may_look_but_not_try(people: Cast) -> None:
    page = Client()
    page.force_login(login(Role.SUPERVISOR))
    answer = page.post(reverse("admin:telephony_escalationscenario_preview"), {})
    assert answer.status_code == 403
