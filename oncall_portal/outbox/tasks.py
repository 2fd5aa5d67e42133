"""Background work of the outbox."""

from __future__ import annotations

from celery import shared_task

from oncall_portal.lib import clock
from oncall_portal.outbox import deliver, doorbell
from oncall_portal.outbox.services import DELIVER_DUE

# A mail server that hangs must not keep a worker from everything else.
_BATCH = 10


@shared_task(name=DELIVER_DUE, ignore_result=True)
def deliver_due() -> None:
    """Send what is due; ask for another run when there may be more."""
    deliver.rescue_stuck(clock.now())
    for _message in range(_BATCH):
        if not deliver.deliver_next(clock.now()):
            return
    doorbell.ring(DELIVER_DUE)
