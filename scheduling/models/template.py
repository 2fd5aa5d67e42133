"""Predefined on-call periods."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from scheduling.models.fields import level_1_to_9, validate_weekdays
from scheduling.models.rota import Schedule
from scheduling.predefined import WEEKDAYS


def every_day() -> list[str]:
    """A new predefined period can be dropped on any day."""
    return list(WEEKDAYS)


class ShiftTemplate(models.Model):
    """A predefined on-call period, such as “Night 18:00-08:00”, to drop on the calendar."""

    schedule = models.ForeignKey(
        Schedule, models.CASCADE, related_name="templates", verbose_name=_("schedule")
    )
    name = models.CharField(_("name"), max_length=60)
    start_time = models.TimeField(_("starts at"))
    end_time = models.TimeField(_("ends at"))
    end_day_offset = models.PositiveSmallIntegerField(
        _("ends so many days later"), default=0, validators=[MaxValueValidator(31)]
    )
    weekdays = models.JSONField(
        _("days on which it starts"), default=every_day, validators=[validate_weekdays]
    )
    level = models.PositiveSmallIntegerField(
        _("level"), default=1, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("predefined period")
        verbose_name_plural = _("predefined periods")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "name"],
                name="template_name_once",
                violation_error_message=_("This schedule has a period of that name already."),
            ),
            level_1_to_9("template_level_1_to_9"),
        ]

    def __str__(self) -> str:
        return self.name
