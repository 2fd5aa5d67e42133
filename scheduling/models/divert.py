"""Diverts: from now until a given time, a number or a schedule goes elsewhere."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scheduling.models.fields import Lasting, not_empty
from scheduling.models.people import Service, Staff
from scheduling.models.rota import Schedule

_MEANWHILE = _("Somebody diverted the same meanwhile: look again.")


class Divert(Lasting, models.Model):
    """Everything of a number, or of a schedule, goes to one goal during a half-open period.

    The exclusion constraints' indexes serve queries.load_roster, load_facts and number_divert:
    the divert of this schedule, or of this number, at this instant or in this window.
    """

    phone_number = models.ForeignKey(
        "telephony.PhoneNumber",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="diverts",
        verbose_name=_("number"),
    )
    schedule = models.ForeignKey(
        Schedule,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="diverts",
        verbose_name=_("schedule"),
    )
    to_staff = models.ForeignKey(
        Staff,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="diverts",
        verbose_name=_("to this person"),
    )
    to_service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="diverts",
        verbose_name=_("to this service"),
    )
    to_number = models.CharField(_("to this number"), max_length=20, blank=True, default="")
    period = DateTimeRangeField(_("period"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("set by"),
    )
    created_at = models.DateTimeField(_("set at"))
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("divert")
        verbose_name_plural = _("diverts")
        ordering = ["-period", "-pk"]
        indexes = [
            # queries.diverts_from: every divert in force now, for the banner of each page
            GistIndex(fields=["period"], name="divert_period"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone_number=None, schedule__isnull=False)
                | Q(phone_number__isnull=False, schedule=None),
                name="divert_one_target",
                violation_error_message=_("Divert one number or one schedule."),
            ),
            models.CheckConstraint(
                condition=Q(to_staff__isnull=False, to_service=None, to_number="")
                | Q(to_staff=None, to_service__isnull=False, to_number="")
                | (Q(to_staff=None, to_service=None) & ~Q(to_number="")),
                name="divert_one_goal",
                violation_error_message=_("Divert to one person, one service or one number."),
            ),
            not_empty("divert_period_not_empty"),
            ExclusionConstraint(
                name="divert_number_once",
                expressions=[
                    ("phone_number", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(phone_number__isnull=False),
                violation_error_code="overlap",
                violation_error_message=_MEANWHILE,
            ),
            ExclusionConstraint(
                name="divert_schedule_once",
                expressions=[
                    ("schedule", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(schedule__isnull=False),
                violation_error_code="overlap",
                violation_error_message=_MEANWHILE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule or self.phone_number} {self.starts_at:%Y-%m-%d %H:%M}"
