"""The page of what is doubtful about the coming shifts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Schedule
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def shown(rota: Schedule, role: Role = Role.SUPERVISOR) -> str:
    page = Client()
    page.force_login(login(role))
    with clock.driven_by(lambda: at(0)):
        answer = page.get(reverse("admin:scheduling_schedule_warnings", args=[rota.pk]))
    return answer.content.decode()


def test_each_coming_warning_leads_to_its_shift(rota: Schedule) -> None:
    alice = build.staff("Alice", active=False)
    over = build.shift(rota, alice, at(-10), at(-1))
    shift = build.shift(rota, alice, at(8), at(18))
    far = build.shift(rota, alice, at(8) + timedelta(days=100), at(9) + timedelta(days=100))
    found = shown(rota)
    assert f"?view=day&amp;on=2027-01-04&amp;asked=1&amp;shift={shift.pk}" in found
    assert "Alice: inactive" in found
    assert f"shift={over.pk}" not in found
    assert f"shift={far.pk}" not in found


def test_a_rota_without_warnings_says_so(rota: Schedule) -> None:
    assert "Everybody rests enough" in shown(rota)


def test_staff_are_not_let_in(rota: Schedule) -> None:
    assert "Warnings of Paris" not in shown(rota, Role.STAFF)
