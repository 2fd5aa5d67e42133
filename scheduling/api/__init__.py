"""The API of scheduling: people, services, schedules, shifts, rotations and the house."""

from __future__ import annotations

from scheduling.api import (
    absences,
    diverts,
    feeds,
    people,
    rota,
    rotations,
    shifts,
    swaps,
    templates,
)
from scheduling.api.organisation import OrganisationView

ROUTES = (
    *people.ROUTES,
    *rota.ROUTES,
    *shifts.ROUTES,
    *rotations.ROUTES,
    *templates.ROUTES,
    *diverts.ROUTES,
    *swaps.ROUTES,
    *absences.ROUTES,
    *feeds.ROUTES,
)

__all__ = ["ROUTES", "OrganisationView"]
