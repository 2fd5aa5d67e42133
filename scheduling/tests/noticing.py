"""Changes of a rota at an hour, and the lists of the e-mails that tell of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from oncall_portal.outbox.models import OutgoingMessage
from scheduling import duty_notices, operations, services, snapshots
from scheduling.enums import OperationKind
from scheduling.models import Override, Schedule, Shift, Staff
from scheduling.tests.facts import at
from scheduling.tests.rotas import at_time
from scheduling.types import Change

NEW = "alice@example.org You are now on call for “Paris”:"
GONE = "alice@example.org You are no longer on call for “Paris”:"
MORNING = "alice@example.org - Mon 4 Jan, 09:00 → 11:00, level 1"
EVENING = "alice@example.org - Mon 4 Jan, 19:00 → 21:00, level 1"


def create(rota: Schedule, who: Staff, start: float, end: float, now: float = 0) -> Shift:
    """Put somebody on call, as it was done at the hour `now`."""
    with at_time(at(now)):
        values = {"schedule": rota, "staff": who, "starts_at": at(start), "ends_at": at(end)}
        return Shift.objects.get(pk=services.create_shift(values).pk)


def told(now: datetime) -> list[str]:
    """Tell what is due at `now`; return what was written, address and lists only."""
    seen = set(OutgoingMessage.objects.values_list("pk", flat=True))
    duty_notices.tell(now)
    new = OutgoingMessage.objects.exclude(pk__in=seen).order_by("to")
    lines = [(message.to, line) for message in new for line in message.body.splitlines()]
    return [f"{to} {line}" for to, line in lines if line.endswith(":") or line.startswith("- ")]


def stand_in(rota: Schedule, who: Staff | None, start: float, end: float, **instead: Any) -> None:
    """Put a stand-in there as an operation."""
    with transaction.atomic(), at_time(at(2)):
        period = (at(start), at(end))
        made = Override.objects.create(schedule=rota, staff=who, period=period, **instead)
        row = snapshots.TABLES["override"].rows().get(pk=made.pk)
        change = Change("override", row.pk, None, snapshots.of_override(row))
        operations.record(rota, OperationKind.OVERRIDE_CREATED, [change])


def offer(shift: Shift, *people: Staff) -> int:
    """Offer a shift; return its id. What that says is not looked at here."""
    values = {"shift": shift, "offered_to": list(people)}
    return services.offer_swap(values, at(0)).pk
