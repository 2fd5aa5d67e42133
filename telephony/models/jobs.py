"""Work made from a call, and the systems that take it over."""

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
    caller = models.CharField(_("caller"), max_length=20, blank=True, default="", db_default="")
    address = models.CharField(_("address"), max_length=200, blank=True, default="", db_default="")
    state = models.CharField(
        _("state"), max_length=11, choices=labels.JOB_STATE, default=JobState.OPEN.value
    )
    reference = models.CharField(
        _("reference elsewhere"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("What the system that took the job over calls it."),
    )
    created_at = models.DateTimeField(_("made at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        indexes = [
            # the API: what other systems have not heard of yet
            models.Index(fields=["changed_at"], name="job_changed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in JobState]), name="job_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class JobHook(models.Model):
    """An address of another system that is told of every job, signed with its own secret."""

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=250)
    secret = models.CharField(_("secret"), max_length=64)
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("system that takes jobs over")
        verbose_name_plural = _("systems that take jobs over")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
