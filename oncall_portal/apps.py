"""The wiring as a Django app."""

from __future__ import annotations

from django.apps import AppConfig

from oncall_portal.celery import app as celery_app

__all__ = ["PortalConfig", "celery_app"]


class PortalConfig(AppConfig):
    """Loads the Celery application with Django, so that every process rings the same workers.

    Not in the package's `__init__`: whoever reads the clock would load Celery.
    """

    name = "oncall_portal"
    label = "portal"
