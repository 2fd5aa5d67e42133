"""Work made from a call."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from telephony import labels
from telephony.enums import JobState
from telephony.models.calls import Call


class Job(models.Model):
    """Something to do, whose `owner` sees to it by `due_at`; at most one is made from a call."""

    call = models.OneToOneField(
        Call, models.SET_NULL, null=True, blank=True, related_name="job", verbose_name=_("call")
    )
    title = models.CharField(_("title"), max_length=160)
    service = models.ForeignKey(
        "scheduling.Service",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("service"),
    )
    owner = models.ForeignKey(
        "scheduling.Staff",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("owner"),
    )
    state = models.CharField(
        _("state"), max_length=4, choices=labels.JOB_STATE, default=JobState.OPEN.value
    )
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in JobState]), name="job_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title
