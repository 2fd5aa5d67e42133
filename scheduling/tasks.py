"""Background work of scheduling."""

from __future__ import annotations

from celery import shared_task

from oncall_portal.lib import clock
from scheduling import coverage_alerts


@shared_task(name="scheduling.scan_coverage", ignore_result=True)
def scan_coverage() -> None:
    """Tell supervisors of the holes ahead."""
    coverage_alerts.scan(clock.now())
