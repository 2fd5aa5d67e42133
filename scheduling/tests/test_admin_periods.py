"""Predefined periods on the page of their schedule."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.models import Schedule, ShiftTemplate
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, send

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-06")]


@pytest.fixture
def page() -> Client:
    build.organisation()
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def edit(page: Client, rota: Schedule, **boxes: Any) -> Any:
    """Fill the boxes of one period on the page of its schedule and send it."""
    address = reverse("admin:scheduling_schedule_change", args=[rota.pk])
    own = {f"templates-0-{name}": value for name, value in boxes.items()}
    return send(page, address, **{"templates-TOTAL_FORMS": 1}, **own)


def night(rota: Schedule) -> ShiftTemplate:
    return ShiftTemplate.objects.create(
        schedule=rota, name="Night", start_time=time(18), end_time=time(8), end_day_offset=1
    )


def test_a_period_is_described_in_words(page: Client, rota: Schedule) -> None:
    boxes = {"name": "Weekend", "start_time": "18:00", "end_time": "08:00", "level": "2"}
    edit(page, rota, **boxes, end_day_offset="3", weekdays=["fr"], position="1")
    row = ShiftTemplate.objects.get()
    assert (row.start_time, row.end_time, row.end_day_offset) == (time(18), time(8), 3)
    assert (row.name, row.weekdays, row.level, row.position) == ("Weekend", ["fr"], 2, 1)


def test_left_empty_a_night_ends_on_the_next_day(page: Client, rota: Schedule) -> None:
    boxes = {"name": "Night", "start_time": "18:00", "end_time": "08:00", "level": "1"}
    edit(page, rota, **boxes, end_day_offset="", weekdays=["mo", "tu"], position="1")
    assert ShiftTemplate.objects.get().end_day_offset == 1


def test_what_is_left_alone_counts_no_version_up(page: Client, rota: Schedule) -> None:
    row = night(rota)
    edit(page, rota)
    row.refresh_from_db()
    assert (row.version, row.weekdays) == (1, ["mo", "tu", "we", "th", "fr", "sa", "su"])


def test_an_empty_period_is_refused_at_its_end(page: Client, rota: Schedule) -> None:
    night(rota)
    answer = edit(page, rota, end_day_offset="0")
    reason = "The period would be empty: let it end later, or on a later day."
    assert reason in answer.content.decode()
    assert ShiftTemplate.objects.get().end_day_offset == 1


def test_a_period_starts_on_one_day_at_least(page: Client, rota: Schedule) -> None:
    night(rota)
    assert errors(edit(page, rota, weekdays=[])) == ["This field is required."]
