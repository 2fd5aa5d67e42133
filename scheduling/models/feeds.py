"""Calendars out and in: private addresses, what was read there, and events that became shifts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scheduling.models.people import Staff
from scheduling.models.rota import Schedule, Shift


class CalendarFeed(models.Model):
    """An unguessable address where calendar programs read one person's, or a schedule's, duties."""

    token = models.CharField(_("token"), max_length=64, unique=True, editable=False)
    staff = models.ForeignKey(
        Staff,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="feeds",
        verbose_name=_("person"),
    )
    schedule = models.ForeignKey(
        Schedule,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="feeds",
        verbose_name=_("schedule"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    read_at = models.DateTimeField(_("last read at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff=None, schedule__isnull=False)
                | Q(staff__isnull=False, schedule=None),
                name="feed_of_one",
                violation_error_message=_("A feed is for one person or for one schedule."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.staff or self.schedule)


class FeedEvent(models.Model):
    """One event as the readers of a feed were shown it last; a cancelled one is kept a while."""

    feed = models.ForeignKey(
        CalendarFeed, models.CASCADE, related_name="events", verbose_name=_("calendar feed")
    )
    uid = models.CharField(_("identity"), max_length=120)
    sequence = models.PositiveIntegerField(_("sequence"), default=0)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    values = models.JSONField(_("what was shown"), default=dict)
    changed_at = models.DateTimeField(_("changed at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("event of a calendar feed")
        verbose_name_plural = _("events of calendar feeds")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["feed", "uid"], name="feed_event_once"),
        ]

    def __str__(self) -> str:
        return self.uid


class ImportedEvent(models.Model):
    """An event of somebody's calendar that became a shift: importing it again adds nothing."""

    schedule = models.ForeignKey(
        Schedule, models.CASCADE, related_name="imported_events", verbose_name=_("schedule")
    )
    uid = models.CharField(_("identity"), max_length=255)
    starts_at = models.DateTimeField(_("starts at"))
    shift = models.ForeignKey(
        Shift, models.CASCADE, related_name="imported_events", verbose_name=_("shift")
    )

    class Meta:
        verbose_name = _("imported event")
        verbose_name_plural = _("imported events")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "uid", "starts_at"], name="imported_event_once"
            ),
        ]

    def __str__(self) -> str:
        return self.uid
