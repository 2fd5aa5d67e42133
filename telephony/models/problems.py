"""What would go wrong at a number in the days ahead, found before a caller does."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from telephony import labels
from telephony.enums import Problem
from telephony.models.numbers import PhoneNumber


class NumberProblem(models.Model):
    """A stretch of time in which a number would find nobody, or say nothing."""

    phone_number = models.ForeignKey(
        PhoneNumber, models.CASCADE, related_name="problems", verbose_name=_("phone number")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=labels.PROBLEM)
    period = DateTimeRangeField(_("when"))
    name = models.CharField(_("what or who"), max_length=160, blank=True)
    mend = models.CharField(_("what to change"), max_length=40, blank=True)
    found_at = models.DateTimeField(_("found at"))
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("problem of a number")
        verbose_name_plural = _("problems of numbers")
        ordering = ["period", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in Problem]),
                name="number_problem_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="number_problem_period_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
