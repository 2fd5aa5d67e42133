"""Diverting by form: what it sets, what it refuses beside its question, and ending by a press."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Divert, Schedule
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.test_services_diverts import our_number

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-22")]
ADD = "/admin/scheduling/divert/add/"


@pytest.fixture(autouse=True)
def nine_o_clock() -> Iterator[None]:
    with clock.driven_by(lambda: at(9)):
        yield


@pytest.fixture
def rota() -> Schedule:
    return build.schedule()


@pytest.fixture
def page() -> Client:
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def sent(rota: Schedule, **values: str) -> dict[str, str]:
    return {"target": f"schedule:{rota.pk}", "ends": "2h", **values}


@pytest.mark.parametrize("goal", ["to_staff", "to_service", "to_number"])
@pytest.mark.parametrize("target", ["schedule", "phone_number"])
def test_a_divert_is_set_without_any_script(
    page: Client, rota: Schedule, target: str, goal: str
) -> None:
    line, alice = our_number(), build.staff("Alice")
    desk = build.service("Desk", build.fresh_number())
    targets: dict[str, Any] = {"schedule": rota, "phone_number": line}
    goals: dict[str, Any] = {"to_staff": alice, "to_service": desk, "to_number": "+33612349999"}
    sent_as = {
        "schedule": {"target": f"schedule:{rota.pk}"},
        "phone_number": {"target": f"number:{line.pk}"},
        "to_staff": {"goal": f"staff:{alice.pk}"},
        "to_service": {"goal": f"service:{desk.pk}"},
        "to_number": {"goal": "number", "to_number": "06 12 34 99 99"},
    }
    answer = page.post(ADD, {"ends": "2h", **sent_as[target], **sent_as[goal]})
    row = Divert.objects.get()
    assert (answer.status_code, row.starts_at, row.ends_at) == (302, at(9), at(11))
    nobody = {"to_staff": None, "to_service": None, "to_number": ""}
    expected = {"schedule": None, "phone_number": None, **nobody}
    expected |= {target: targets[target], goal: goals[goal]}
    assert {name: getattr(row, name) for name in expected} == expected


def test_the_sentence_says_beforehand_what_will_happen(page: Client, rota: Schedule) -> None:
    alice = build.staff("Alice")
    told = page.get(
        "/admin/scheduling/divert/preview/", sent(rota, goal=f"staff:{alice.pk}")
    ).json()
    assert told["sentence"].startswith("From the next call on, Paris goes to Alice, until 12:00.")
    assert told["clock"] == "On the clock in Paris."
    assert not Divert.objects.exists()


def test_refusals_stand_beside_their_question_and_keep_what_was_typed(
    page: Client, rota: Schedule
) -> None:
    answer = page.post(ADD, sent(rota, goal="number", to_number="12"))
    body = answer.content.decode()
    assert list(answer.context["divert_form"].errors) == ["to_number"]
    assert 'name="to_number" value="12"' in body
    assert not Divert.objects.exists()


def test_a_press_ends_it_and_a_stale_one_does_not(page: Client, rota: Schedule) -> None:
    page.post(ADD, sent(rota, goal="number", to_number="06 12 34 99 99"))
    row = Divert.objects.get()
    with clock.driven_by(lambda: at(10)):
        page.post(f"/admin/scheduling/divert/{row.pk}/end/?version=7")
        assert Divert.objects.get().ends_at == at(11)
        page.post(f"/admin/scheduling/divert/{row.pk}/end/?version=1")
    assert Divert.objects.get().ends_at == at(10)
