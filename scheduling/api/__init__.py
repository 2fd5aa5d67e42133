"""The API of scheduling: people, services, schedules, shifts and the house."""

from __future__ import annotations

from scheduling.api import people, rota
from scheduling.api.organisation import OrganisationView

ROUTES = people.ROUTES + rota.ROUTES

__all__ = ["ROUTES", "OrganisationView"]
