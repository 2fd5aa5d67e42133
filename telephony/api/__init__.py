"""The API of telephony: numbers, scenarios, prompts, calls, promises and jobs."""

from __future__ import annotations

from telephony.api import (
    callers,
    calls,
    jobs,
    menus,
    numbers,
    phone_numbers,
    problems,
    promises,
    prompts,
    texts,
)
from telephony.api.previews import MenuPreviewView, NumberPreviewView
from telephony.api.testing import TestCallView

ROUTES = (
    *numbers.ROUTES,
    *phone_numbers.ROUTES,
    *problems.ROUTES,
    *menus.ROUTES,
    *prompts.ROUTES,
    *callers.ROUTES,
    *calls.ROUTES,
    *jobs.ROUTES,
    *promises.ROUTES,
    *texts.ROUTES,
)

__all__ = ["ROUTES", "MenuPreviewView", "NumberPreviewView", "TestCallView"]
