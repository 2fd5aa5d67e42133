"""Time off: when a person cannot be on call."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from scheduling.models.fields import Lasting, not_empty
from scheduling.models.people import Staff


class TimeOff(Lasting, models.Model):
    """A person is away for whole or part days, and cannot be reached then on any schedule."""

    staff = models.ForeignKey(
        Staff, models.CASCADE, related_name="time_off", verbose_name=_("person")
    )
    period = DateTimeRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ["period", "pk"]
        indexes = [
            # queries of facts: when these people are away, at this instant or in this window
            GistIndex(fields=["staff", "period"], name="time_off_period"),
        ]
        constraints = [
            not_empty("time_off_period_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.starts_at:%Y-%m-%d %H:%M}"
