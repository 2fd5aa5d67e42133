"""Background work of scheduling."""

from __future__ import annotations

from celery import shared_task

from oncall_portal.lib import clock
from scheduling import coverage_alerts, duty_notices, services


@shared_task(name="scheduling.scan_coverage", ignore_result=True)
def scan_coverage() -> None:
    """Tell supervisors of the holes ahead."""
    coverage_alerts.scan(clock.now())


@shared_task(name="scheduling.extend_rotations", ignore_result=True)
def extend_rotations() -> None:
    """Write the shifts of rotations as far ahead as they are to be."""
    services.extend_all(clock.now())


@shared_task(name="scheduling.tell_duties", ignore_result=True)
def tell_duties() -> None:
    """Tell people how their duties changed."""
    duty_notices.tell(clock.now())


@shared_task(name="scheduling.prune_notices", ignore_result=True)
def prune_notices() -> None:
    """Forget to whom the changes of long ago were told."""
    duty_notices.prune(clock.now())
