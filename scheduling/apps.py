"""Scheduling: who is on call, and when."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulingConfig(AppConfig):
    """People, services, schedules and the coverage of duty."""

    name = "scheduling"
    verbose_name = _("Scheduling")
