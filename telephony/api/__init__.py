"""The API of telephony: numbers, scenarios, prompts and calls."""

from __future__ import annotations

from telephony.api import calls, numbers

ROUTES = (*numbers.ROUTES, *calls.ROUTES)

__all__ = ["ROUTES"]
