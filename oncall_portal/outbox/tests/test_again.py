"""Sending again what failed: the same message, by hand, with all its tries before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from oncall_portal.lib import acting
from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox import again, deliver, doorbell, services
from oncall_portal.outbox.channels import message_id
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import send_email
from oncall_portal.outbox.tests.smtp import MailServer

NOW = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
pytestmark = pytest.mark.django_db


def written(key: str = "k", to: str = "amelie@example.org") -> OutgoingMessage:
    return send_email(
        to=to, subject=f"Message {key}", body="Call back.", cause="call:1", key=key, now=NOW
    )


def failed(key: str = "k", to: str = "amelie@example.org") -> OutgoingMessage:
    message = written(key, to)
    OutgoingMessage.objects.filter(pk=message.pk).update(
        state="failed", attempts=16, error="ConnectionRefusedError", claimed_at=NOW
    )
    return message


def states() -> list[str]:
    return list(OutgoingMessage.objects.order_by("pk").values_list("state", flat=True))


def test_it_leaves_as_the_same_message_and_is_tried_as_often_as_a_new_one(
    mail_server: MailServer, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    message = failed()
    again.send_again(message.pk, LATER)
    deliver.deliver_next(LATER)
    message.refresh_from_db()
    due = LATER + timedelta(seconds=30)
    assert (message.state, message.attempts, message.next_attempt_at) == ("queued", 1, due)
    settings.EMAIL_PORT = port
    deliver.deliver_next(due)
    assert [mail["Message-ID"] for mail in mail_server.inbox] == [message_id(message)]
    assert states() == ["sent"]


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered"])
def test_what_did_not_fail_is_refused(state: str) -> None:
    message = written()
    OutgoingMessage.objects.update(state=state)
    with pytest.raises(Conflict) as refused:
        again.send_again(message.pk, LATER)
    assert (refused.value.code, states()) == ("not_failed", [state])


def test_the_doorbell_rings_after_the_commit(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    message = failed()
    rung: list[str] = []
    monkeypatch.setattr(doorbell, "_publish_aside", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        again.send_again(message.pk, LATER)
        assert rung == []
    assert rung == [services.DELIVER_DUE]


def test_a_worker_that_still_holds_the_failed_attempt_does_not_overwrite_the_new_one() -> None:
    message = written()
    slow = deliver._claim(NOW)
    assert slow is not None
    OutgoingMessage.objects.update(state="failed")
    again.send_again(message.pk, LATER)
    assert deliver._claim(LATER) is not None
    deliver._note_failure(slow, "time-out", permanent=True, now=LATER)
    assert states() == ["sending"]


def test_it_has_as_long_to_leave_as_a_new_one_before_it_counts_as_late() -> None:
    again.send_again(failed().pk, LATER)
    minutes = {m: services.late(LATER + timedelta(minutes=m)) for m in (0, 4, 5)}
    assert minutes == {0: 0, 4: 0, 5: 1}


def test_who_sent_it_again_stands_in_its_history() -> None:
    message, user = failed(), User.objects.create(username="sam")
    with acting.by(user):
        again.send_again(message.pk, LATER)
    kept = LogEntry.objects.get()
    assert (kept.user, kept.get_edited_object(), kept.change_message) == (
        user,
        message,
        "Sent again.",
    )


def test_a_rule_of_an_app_holds_it_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_message: OutgoingMessage) -> None:
        raise Conflict("never", "Never.")

    monkeypatch.setattr(again, "_rules", [never])
    with pytest.raises(Conflict):
        again.send_again(failed().pk, LATER)
    assert (states(), LogEntry.objects.count()) == (["failed"], 0)
