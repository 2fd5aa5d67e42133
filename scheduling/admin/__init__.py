"""The admin of people, services, schedules, shifts and the house."""

from __future__ import annotations

from scheduling.admin import history, house, people, rota, rotations, services

__all__ = ["history", "house", "people", "rota", "rotations", "services"]
