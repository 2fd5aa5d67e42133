"""Writes of calendar feeds: an address is made, and taken out of use."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from oncall_portal.lib import acting, rows
from scheduling.models import CalendarFeed, Schedule, Staff

_TOKEN_BYTES = 32


@transaction.atomic
def create_feed(values: Mapping[str, Any]) -> CalendarFeed:
    """Make an address that nobody can guess, for the duties of `staff` or of a `schedule`."""
    act = acting.act()
    told = {"token": secrets.token_urlsafe(_TOKEN_BYTES), "created_at": act.at}
    row = CalendarFeed(**values, **told, created_by_id=act.user)
    row.full_clean(exclude=["created_by"])  # nobody, where the portal itself makes one
    row.save()
    return row


@transaction.atomic
def revoke_feed(pk: int, version: int) -> None:
    """Take an address out of use, for good; what its readers were shown is forgotten."""
    row = rows.lock(CalendarFeed, pk, version)
    if row.revoked_at is None:
        row.revoked_at = acting.act().at
        row.version += 1
        row.save(update_fields=["revoked_at", "version"])
    row.events.all().delete()


@transaction.atomic
def renew_feed(pk: int, version: int) -> CalendarFeed:
    """Make a new address for the same duties, and take the old one out of use."""
    row = rows.lock(CalendarFeed, pk, version)
    of: dict[str, Staff | Schedule | None] = {"staff": row.staff, "schedule": row.schedule}
    revoke_feed(pk, version)
    return create_feed(of)
