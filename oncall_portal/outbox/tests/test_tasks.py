"""The task that sends what is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.conf import settings

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import DELIVER_DUE, send_email
from oncall_portal.outbox.tasks import deliver_due
from oncall_portal.outbox.tests.smtp import MailServer

NOW = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write(number: int) -> None:
    send_email(
        to="a@example.org", subject=f"{number}", body="", cause="call:1", key=f"{number}", now=NOW
    )


def test_one_run_sends_a_batch_in_order_and_the_next_run_the_rest(mail_server: MailServer) -> None:
    for number in range(12):
        write(number)
    with clock.driven_by(lambda: NOW):
        deliver_due()
        assert [mail["Subject"] for mail in mail_server.inbox] == [f"{n}" for n in range(10)]
        deliver_due()
    assert OutgoingMessage.objects.filter(state="sent").count() == 12


def test_a_run_rescues_what_a_killed_worker_left(mail_server: MailServer) -> None:
    write(1)
    OutgoingMessage.objects.update(state="sending", claimed_at=NOW - timedelta(minutes=6))
    with clock.driven_by(lambda: NOW):
        deliver_due()
    assert OutgoingMessage.objects.get().state == "sent"


def test_beat_sweeps_every_twenty_seconds_under_the_name_that_is_rung() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["outbox.deliver_due"]
    assert (entry["task"], entry["schedule"]) == (DELIVER_DUE, 20.0)
    current_app.loader.import_default_modules()
    assert DELIVER_DUE in current_app.tasks
