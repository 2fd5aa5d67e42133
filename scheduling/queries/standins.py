"""Rows of stand-ins as facts."""

from __future__ import annotations

from scheduling.models import Override
from scheduling.types import OverrideFact, Period, Who

_NOBODY = Who()


def override_fact(row: Override) -> OverrideFact:
    """Return what decides of a stand-in."""
    who = Who(row.staff_id, row.service_id)
    replaced = Who(row.replaces_staff_id, row.replaces_service_id)
    return OverrideFact(
        row.pk,
        Period(row.starts_at, row.ends_at),
        None if who == _NOBODY else who,
        row.replaces_shift_id,
        None if replaced == _NOBODY else replaced,
        row.replaces_level,
    )
