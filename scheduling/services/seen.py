"""Who has seen which change of a rota."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Greatest

from scheduling.models import RotaOperation, RotaSeen, Schedule


@transaction.atomic
def mark_seen(
    user: User, schedule: Schedule, now: datetime, operation: int | None = None
) -> RotaSeen:
    """Keep that `user` has seen the rota up to `operation`, all of it without one.

    What was seen stays seen, and nobody has seen what was not done yet.
    """
    done = RotaOperation.objects.filter(schedule=schedule)
    latest = done.aggregate(latest=Max("pk"))["latest"] or 0
    seen = latest if operation is None else min(operation, latest)
    row, _new = RotaSeen.objects.get_or_create(
        user=user, schedule=schedule, defaults={"operation": seen, "seen_at": now}
    )
    mine = RotaSeen.objects.filter(pk=row.pk)
    mine.update(operation=Greatest("operation", seen), seen_at=now)
    row.refresh_from_db()
    return row
