"""The Celery application: tasks are found in every app, settings start with CELERY_."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oncall_portal.settings")

app = Celery("oncall_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The "current" app is a thread's own; without this, other threads would publish to a default one.
app.set_default()
