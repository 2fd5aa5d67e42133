"""Background work of telephony; no call waits for it."""

from __future__ import annotations

from celery import shared_task

from oncall_portal.lib import clock
from telephony import number_scan, promise_sweep, prompt_services, receipts, worst_cases


@shared_task(name="telephony.prune_receipts", ignore_result=True)
def prune_receipts() -> None:
    """Forget the webhooks that no retry can ask for any more."""
    receipts.prune(clock.now())


@shared_task(name="telephony.forget_removed_recordings", ignore_result=True)
def forget_removed_recordings() -> None:
    """Delete the recordings of prompts that no call can still name."""
    prompt_services.forget_removed(clock.now())


@shared_task(name="telephony.refresh_worst_cases", ignore_result=True)
def refresh_worst_cases() -> None:
    """Keep the longest waits as they are by now: time passes, and a change may have been missed."""
    worst_cases.refresh(clock.now())


@shared_task(name="telephony.scan_numbers", ignore_result=True)
def scan_numbers() -> None:
    """Look at the ninety days ahead of every number, and tell what is new."""
    number_scan.scan(clock.now())


@shared_task(name="telephony.escalate_promises", ignore_result=True)
def escalate_promises() -> None:
    """Let promises go on that nobody took up, where no watchdog does."""
    promise_sweep.sweep(clock.now())
