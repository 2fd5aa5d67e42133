"""The rota: schedules, the shifts that calls read, and the alerts about holes."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from scheduling import labels
from scheduling.enums import AlertKind, CoverageKind, ShiftState
from scheduling.models.fields import (
    Lasting,
    level_1_to_9,
    not_empty,
    validate_alert_hours,
    validate_coverage,
    validate_time_zone,
)
from scheduling.models.people import Service, Staff


def default_coverage() -> dict[str, str]:
    """A new schedule must be covered round the clock."""
    return {"kind": CoverageKind.ALWAYS.value}


def default_alert_hours() -> list[int]:
    """Lead times, in hours, at which a hole is told: two weeks, three days, a day, two hours."""
    return [336, 72, 24, 2]


class Schedule(models.Model):
    """The rota of one duty."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Paris", validators=[validate_time_zone]
    )
    coverage = models.JSONField(
        _("required coverage"), default=default_coverage, validators=[validate_coverage]
    )
    alert_before_hours = models.JSONField(
        _("warn before (hours)"),
        default=default_alert_hours,
        blank=True,
        validators=[validate_alert_hours],
    )
    holidays = models.JSONField(_("public holidays"), default=dict, blank=True)
    supervisors = models.ManyToManyField(
        Staff, verbose_name=_("supervisors"), through="scheduling.ScheduleSupervisor", blank=True
    )
    scenario = models.ForeignKey(
        "telephony.EscalationScenario",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="schedules",
        verbose_name=_("escalation scenario"),
        help_text=_("Empty: every level in order, then the supervisors, then a message."),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class ScheduleSupervisor(models.Model):
    """A supervisor of a schedule, in the order they are tried."""

    schedule = models.ForeignKey(
        Schedule, models.CASCADE, related_name="supervisor_entries", verbose_name=_("schedule")
    )
    staff = models.ForeignKey(
        Staff, models.PROTECT, related_name="supervised_entries", verbose_name=_("person")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("supervisor")
        verbose_name_plural = _("supervisors")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "staff"], name="schedule_supervisor_once"),
        ]

    def __str__(self) -> str:
        return str(self.staff)


_live = ~Q(state=ShiftState.CANCELLED.value)


class Shift(Lasting, models.Model):
    """Somebody on call in a schedule over a half-open period, at a level."""

    schedule = models.ForeignKey(
        Schedule, models.PROTECT, related_name="shifts", verbose_name=_("schedule")
    )
    staff = models.ForeignKey(
        Staff,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shifts",
        verbose_name=_("person"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shifts",
        verbose_name=_("service"),
    )
    level = models.PositiveSmallIntegerField(
        _("level"), default=1, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    period = DateTimeRangeField(_("period"))
    state = models.CharField(
        _("state"), max_length=10, choices=labels.SHIFT_STATE, default=ShiftState.MANUAL.value
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    rotation = models.ForeignKey(
        "scheduling.Rotation",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="shifts",
        db_index=False,  # the identity's index begins with it
        verbose_name=_("rotation"),
    )
    day = models.DateField(_("day in the rotation"), null=True, blank=True, editable=False)
    slot = models.PositiveSmallIntegerField(_("place in that day"), default=0, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["period", "level", "pk"]
        indexes = [
            # queries.load_roster: who is on call in this schedule at this instant or in this window
            GistIndex(fields=["schedule", "period"], name="shift_schedule_period"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff=None, service__isnull=False)
                | Q(staff__isnull=False, service=None),
                name="shift_one_assignee",
                violation_error_message=_("A shift is for one person or for one service."),
            ),
            not_empty("shift_period_not_empty"),
            level_1_to_9("shift_level_1_to_9"),
            models.CheckConstraint(
                condition=Q(rotation=None, day=None) | Q(rotation__isnull=False, day__isnull=False),
                name="shift_rotation_and_day",
            ),
            models.UniqueConstraint(
                fields=["rotation", "day", "slot"],
                name="shift_occurrence_once",
                deferrable=Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in ShiftState]), name="shift_state_known"
            ),
            ExclusionConstraint(
                name="shift_staff_once_per_level",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("schedule", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=_live & Q(staff__isnull=False),
                deferrable=Deferrable.DEFERRED,
                violation_error_code="overlap",
                violation_error_message=_(
                    "This person is already on call at this level during this period: change that"
                    " shift, or choose another time or level."
                ),
            ),
            ExclusionConstraint(
                name="shift_service_once_per_level",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    ("schedule", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=_live & Q(service__isnull=False),
                deferrable=Deferrable.DEFERRED,
                violation_error_code="overlap",
                violation_error_message=_(
                    "This service is already on call at this level during this period: change that"
                    " shift, or choose another time or level."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff or self.service} {self.starts_at:%Y-%m-%d %H:%M}"


class CoverageAlert(models.Model):
    """The record that supervisors were told of a hole, or that it was filled."""

    schedule = models.ForeignKey(
        Schedule, models.CASCADE, related_name="coverage_alerts", verbose_name=_("schedule")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=labels.ALERT_KIND)
    period = DateTimeRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=20, choices=labels.GAP_REASON, blank=True)
    lead_hours = models.PositiveSmallIntegerField(_("lead time (hours)"))
    open_ended = models.BooleanField(
        _("went on beyond what was looked at"), default=False, editable=False
    )
    sent_at = models.DateTimeField(_("told at"))
    filled_at = models.DateTimeField(_("filled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("coverage alert")
        verbose_name_plural = _("coverage alerts")
        ordering = ["-sent_at", "-pk"]
        indexes = [
            # coverage scan: what was already told about this schedule's window
            GistIndex(fields=["schedule", "period"], name="coverage_alert_period"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="coverage_alert_period_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in AlertKind]), name="coverage_alert_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.get_kind_display()}"
