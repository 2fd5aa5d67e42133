"""The admin of people, services, schedules, shifts and the house."""

from __future__ import annotations

from scheduling.admin import (
    absences,
    feeds,
    history,
    house,
    people,
    rota,
    rotations,
    services,
    swaps,
)

__all__ = [
    "absences",
    "feeds",
    "history",
    "house",
    "people",
    "rota",
    "rotations",
    "services",
    "swaps",
]
