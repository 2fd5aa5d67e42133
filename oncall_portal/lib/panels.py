"""What one app shows on the page of another's rows: registered when Django is ready."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

Panel = Callable[[HttpRequest, Any], str]


class Place(StrEnum):
    """Where on the page: what is above stands inside of its form, what is below outside."""

    ABOVE = "above"
    BELOW = "below"


_panels: dict[tuple[str, Place], list[Panel]] = {}


def add(label: str, place: Place, panel: Panel) -> None:
    """Show on the page of a model's rows what `panel` makes of one: HTML, "" for nothing."""
    found = _panels.setdefault((label.lower(), place), [])
    if panel not in found:
        found.append(panel)


def shown(request: HttpRequest, row: Model) -> dict[str, list[str]]:
    """Return what the page of `row` shows to whoever asks, by place."""
    label = row._meta.label_lower
    return {
        place.value: [
            part for panel in _panels.get((label, place), ()) if (part := panel(request, row))
        ]
        for place in Place
    }
