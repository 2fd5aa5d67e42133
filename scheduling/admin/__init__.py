"""The admin of people, services, schedules, shifts and the house."""

from __future__ import annotations

from scheduling.admin import feeds, history, house, people, rota, rotations, services

__all__ = ["feeds", "history", "house", "people", "rota", "rotations", "services"]
from scheduling.admin import absences, history, house, people, rota, rotations, services

__all__ = ["absences", "history", "house", "people", "rota", "rotations", "services"]
