"""Diverting by form: what it sets, what it refuses beside its question, and ending by a press."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Divert, Schedule
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login

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


def test_a_divert_is_set_without_any_script(page: Client, rota: Schedule) -> None:
    alice = build.staff("Alice")
    answer = page.post(ADD, sent(rota, goal=f"staff:{alice.pk}"))
    row = Divert.objects.get()
    assert (answer.status_code, row.to_staff, row.ends_at) == (302, alice, at(11))


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
