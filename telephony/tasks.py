"""Background work of telephony; no call waits for it."""

from __future__ import annotations

from celery import shared_task

from oncall_portal.lib import clock
from telephony import receipts


@shared_task(name="telephony.prune_receipts", ignore_result=True)
def prune_receipts() -> None:
    """Forget the webhooks that no retry can ask for any more."""
    receipts.prune(clock.now())
