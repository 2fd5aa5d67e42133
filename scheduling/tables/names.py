"""What people, services and schedules are called in tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from oncall_portal.lib import texts
from scheduling.models import Schedule, Service, Staff
from scheduling.tables.cells import Directory


def people() -> Directory[Staff]:
    """Return everybody, by name and by e-mail."""
    return Directory(Staff.objects.all(), lambda row: (row.name, row.email))


def services() -> Directory[Service]:
    """Return every service, by its name in any language."""
    return Directory(Service.objects.all(), _of_service)


def schedules() -> Directory[Schedule]:
    """Return every schedule, by name."""
    return Directory(Schedule.objects.all(), lambda row: (row.name,))


def _of_service(row: Service) -> Iterable[str]:
    return (texts.choose(row.name, get_language() or "en"), *row.name.values())
