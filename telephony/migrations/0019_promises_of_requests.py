"""Whoever asked to be called back and was not is promised it; nobody is told of these by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import migrations

_MINUTES = 30


def promise(apps: Any, _editor: Any) -> None:
    """Write a promise for each open request, without a next escalation."""
    requests = apps.get_model("telephony", "CallbackRequest")
    promises = apps.get_model("telephony", "Promise")
    house = apps.get_model("scheduling", "Organisation").objects.filter(pk=1).first()
    minutes = house.promise_minutes if house else _MINUTES
    found = requests.objects.filter(state="open", call__promise=None).select_related("service")
    promises.objects.bulk_create(
        [
            promises(
                call_id=each.call_id,
                kind="call_back",
                state="open",
                made_at=each.requested_at,
                due_at=each.requested_at + timedelta(minutes=_minutes(each.service, minutes)),
            )
            for each in found.iterator(1000)
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


def _minutes(service: Any, minutes: int) -> int:
    own: int | None = service.promise_minutes if service else None
    return own or minutes


class Migration(migrations.Migration):
    """On the way back the promises stay: the requests beside them are as they were."""

    dependencies = [
        ("scheduling", "0014_what_a_call_leaves"),
        ("telephony", "0018_numbers_erased"),
    ]
    operations = [migrations.RunPython(promise, migrations.RunPython.noop)]
