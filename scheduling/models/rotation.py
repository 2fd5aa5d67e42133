"""Rotations: rules that write shifts, and who takes turns in them."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from recurrence.fields import RecurrenceField

from scheduling import labels
from scheduling.enums import OnHolidays, TurnUnit
from scheduling.models.fields import level_1_to_9, validate_time_zone
from scheduling.models.people import Service, Staff
from scheduling.models.rota import Schedule

LONGEST_SHIFT_DAYS = 62


class Rotation(models.Model):
    """A recurrence rule, wall-clock times and people in turn, which write shifts ahead.

    `written_until` is the first day whose shifts are not written yet. A retired rotation writes
    no more; it is kept for the shifts it wrote.
    """

    schedule = models.ForeignKey(
        Schedule, models.PROTECT, related_name="rotations", verbose_name=_("schedule")
    )
    level = models.PositiveSmallIntegerField(
        _("level"), default=1, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    recurrence: Any = RecurrenceField(
        verbose_name=_("days on which a shift starts"), include_dtstart=False
    )
    counted_from = models.DateField(
        _("counted from"),
        help_text=_("The day from which intervals and turns are counted."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    start_time = models.TimeField(_("starts at"))
    end_time = models.TimeField(_("ends at"))
    end_day_offset = models.PositiveSmallIntegerField(
        _("ends so many days later"),
        default=0,
        validators=[MaxValueValidator(LONGEST_SHIFT_DAYS)],
    )
    turn_count = models.PositiveSmallIntegerField(
        _("length of a turn"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(999)],
    )
    turn_unit = models.CharField(
        _("counted in"),
        max_length=5,
        choices=labels.TURN_UNIT,
        default=TurnUnit.SHIFT.value,
    )
    first_participant = models.PositiveSmallIntegerField(_("whose turn comes first"), default=0)
    on_holidays = models.CharField(
        _("on public holidays"),
        max_length=8,
        choices=labels.ON_HOLIDAYS,
        default=OnHolidays.AS_USUAL.value,
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        null=True,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: that of the schedule."),
    )
    written_until = models.DateField(_("written until"), editable=False)
    retired = models.BooleanField(_("retired"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")
        ordering = ["schedule", "level", "pk"]
        indexes = [
            # queries of who is on call: rules that have not written as far as is asked
            models.Index(
                fields=["schedule", "written_until"],
                name="rotation_to_expand",
                condition=Q(retired=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="rotation_ends_after_start",
                violation_error_code="ends_before_start",
                violation_error_message=_("The last day must not be before the first."),
            ),
            level_1_to_9("rotation_level_1_to_9"),
            models.CheckConstraint(
                condition=Q(end_day_offset__lte=LONGEST_SHIFT_DAYS),
                name="rotation_shift_not_too_long",
            ),
            models.CheckConstraint(condition=Q(turn_count__gte=1), name="rotation_turn_not_empty"),
            models.CheckConstraint(
                condition=Q(turn_unit__in=[unit.value for unit in TurnUnit]),
                name="rotation_turn_unit_known",
            ),
            models.CheckConstraint(
                condition=Q(on_holidays__in=[choice.value for choice in OnHolidays]),
                name="rotation_on_holidays_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.level}, {self.starts_on}"


class RotationParticipant(models.Model):
    """One who takes part in a rotation; those of one `turn` are a team."""

    rotation = models.ForeignKey(
        Rotation, models.CASCADE, related_name="participants", verbose_name=_("rotation")
    )
    turn = models.PositiveSmallIntegerField(_("turn"))
    position = models.PositiveSmallIntegerField(_("place in the team"), default=0)
    staff = models.ForeignKey(
        Staff,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rotation_entries",
        verbose_name=_("person"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rotation_entries",
        verbose_name=_("service"),
    )

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["turn", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff=None, service__isnull=False)
                | Q(staff__isnull=False, service=None),
                name="participant_one_assignee",
                violation_error_message=_("A participant is one person or one service."),
            ),
            models.UniqueConstraint(
                fields=["rotation", "turn", "position"], name="participant_place_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.staff or self.service)
