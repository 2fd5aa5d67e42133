"""The watchdog's sign of life."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WatchdogPulse(models.Model):
    """When a watchdog last did all that was due: one row, whichever copy wrote it."""

    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("watchdog's sign of life")
        verbose_name_plural = _("watchdog's sign of life")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="watchdog_pulse_only_one"),
        ]

    def __str__(self) -> str:
        return f"{self.seen_at:%H:%M:%S} UTC"
