"""Webhooks are answered once, and forgotten when no retry can come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from oncall_portal.lib import clock
from telephony import receipts, tasks
from telephony.models import WebhookReceipt

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _request(jti: str = "a", path: str = "/voice/hold/x", body: bytes = b"{}") -> receipts.Request:
    return receipts.Request(jti, path, body, NOW)


def test_a_retry_with_another_token_id_gets_the_stored_answer() -> None:
    receipt, new = receipts.open_receipt(_request())
    receipts.close(receipt, 200, [{"action": "talk"}])
    again, new_again = receipts.open_receipt(_request(jti="b"))
    assert (new, new_again, again.response) == (True, False, [{"action": "talk"}])


def test_a_token_that_comes_back_with_another_address_is_refused() -> None:
    receipts.open_receipt(_request())
    with pytest.raises(receipts.TokenReused):
        receipts.open_receipt(_request(path="/voice/step/x"))


def test_a_token_that_comes_back_with_another_body_is_refused() -> None:
    receipts.open_receipt(_request())
    with pytest.raises(receipts.TokenReused):
        receipts.open_receipt(_request(body=b'{"a": 1}'))


def test_old_receipts_are_forgotten() -> None:
    receipts.open_receipt(_request())
    with clock.driven_by(lambda: NOW + receipts.KEPT_FOR):
        tasks.prune_receipts()
    assert WebhookReceipt.objects.count() == 1
    with clock.driven_by(lambda: NOW + receipts.KEPT_FOR + timedelta(seconds=1)):
        tasks.prune_receipts()
    assert WebhookReceipt.objects.count() == 0
