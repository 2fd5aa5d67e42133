"""Notices of changes are forgotten once they were told long ago."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from scheduling import duty_notices, tasks
from scheduling.models import DutyNotice
from scheduling.tests import build
from scheduling.tests.facts import SECOND, at
from scheduling.tests.noticing import create
from scheduling.tests.rotas import at_time

pytestmark = pytest.mark.django_db
KEPT = timedelta(days=90)


def test_notices_are_forgotten_ninety_days_after_they_were_closed(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    rota, alice, bob = build.schedule("Paris"), build.staff("Alice"), build.staff("Bob")
    create(rota, alice, 8, 10)
    duty_notices.tell(at(1))
    create(rota, alice, 12, 14, now=2)
    duty_notices.tell(at(3))
    create(rota, bob, 12, 14, now=3)
    DutyNotice.objects.filter(staff=bob).update(created_at=at(-1000))
    told_first = DutyNotice.objects.earliest("pk")
    with at_time(at(1) + KEPT):
        tasks.prune_notices()
    assert told_first in DutyNotice.objects.all()
    with at_time(at(1) + KEPT + SECOND), django_assert_num_queries(1):
        tasks.prune_notices()
    kept = DutyNotice.objects.values_list("staff__name", "closed_at")
    assert list(kept) == [("Alice", at(3)), ("Bob", None)]


@pytest.mark.parametrize(
    ("task", "seconds"), [(tasks.tell_duties, 60), (tasks.prune_notices, 86400)]
)
def test_beat_tells_every_minute_and_forgets_once_a_day(task: Any, seconds: float) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE[task.name]
    assert (entry["task"], entry["schedule"]) == (task.name, seconds)
