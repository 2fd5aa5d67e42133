"""The statistics page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests.logins import login
from telephony.models import Call

pytestmark = pytest.mark.django_db


def text() -> str:
    page = Client()
    page.force_login(login(Role.SUPERVISOR))
    body = page.get("/admin/statistics/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<(?!a )[^>]+>", " ", body[body.index("<main") :]))


def test_without_calls_it_says_what_to_do_next() -> None:
    found = text()
    assert "No call in the last 30 days." in found
    assert "Dial one of your numbers" in found


def test_the_answer_stands_first_and_each_outcome_leads_to_its_calls() -> None:
    now = clock.now()
    for n, outcome in enumerate(["connected", "connected", "message_left"]):
        Call.objects.create(
            token=f"t{n}",
            leg_uuid=f"t{n}",
            dialled="+33970000001",
            started_at=now - timedelta(minutes=5),
            accepted_at=now - timedelta(minutes=5) + timedelta(seconds=12),
            outcome=outcome,
        )
    found = text()
    assert "3 calls in the last 30 days. 2 were answered. Half of them within 12 seconds." in found
    assert '<a href="/admin/telephony/call/?outcome__exact=message_left">1' in found
