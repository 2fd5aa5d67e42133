"""Swap requests: offers to give a shift away, or to exchange it for another."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scheduling import labels
from scheduling.enums import SwapState
from scheduling.models.people import Staff
from scheduling.models.rota import Shift


class SwapRequest(models.Model):
    """An offer of a shift, or of a part of it, to some colleagues, perhaps for one of theirs.

    `period` None: all of the shift, wherever it is moved. Accepting it writes stand-ins.
    """

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="swaps", verbose_name=_("shift"))
    period = DateTimeRangeField(_("part of it"), null=True, blank=True)
    offered_to = models.ManyToManyField(
        Staff, related_name="offered_swaps", verbose_name=_("offered to")
    )
    in_return_for = models.ForeignKey(
        Shift,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="swaps_in_return",
        verbose_name=_("in return for"),
    )
    requested_by = models.ForeignKey(
        Staff, models.PROTECT, related_name="swaps", verbose_name=_("offered by")
    )
    state = models.CharField(
        _("state"), max_length=9, choices=labels.SWAP_STATE, default=SwapState.OPEN.value
    )
    accepted_by = models.ForeignKey(
        Staff,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accepted_swaps",
        verbose_name=_("accepted by"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("offered at"))
    decided_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in SwapState]), name="swap_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=SwapState.ACCEPTED.value, accepted_by__isnull=False)
                | ~Q(state=SwapState.ACCEPTED.value) & Q(accepted_by=None),
                name="swap_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(in_return_for=None) | ~Q(in_return_for=F("shift")),
                name="swap_two_shifts",
            ),
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(state=SwapState.OPEN.value),
                name="swap_one_open_per_shift",
                violation_error_code="already_offered",
                violation_error_message=_("This shift is already on offer."),
            ),
        ]

    @property
    def starts_at(self) -> datetime | None:
        """The first instant of the part that is offered, UTC; None: all of the shift."""
        return self.period.lower if self.period else None

    @property
    def ends_at(self) -> datetime | None:
        """The first instant after it."""
        return self.period.upper if self.period else None

    def __str__(self) -> str:
        return f"{self.requested_by} {self.created_at:%Y-%m-%d %H:%M}"
