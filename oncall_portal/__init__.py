"""Wiring of the on-call portal: settings, addresses, background work and the process runner."""

from __future__ import annotations

from oncall_portal.celery import app as celery_app

__all__ = ["celery_app"]
