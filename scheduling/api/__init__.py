"""The API of scheduling: people, services, schedules, shifts and the house."""

from __future__ import annotations

from scheduling.api import diverts, people, rota, shifts, templates
from scheduling.api.organisation import OrganisationView

ROUTES = people.ROUTES + rota.ROUTES + shifts.ROUTES + diverts.ROUTES + templates.ROUTES

__all__ = ["ROUTES", "OrganisationView"]
