"""Test calls: a phone is rung to see whether whoever picks up can press a key."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from telephony import labels
from telephony.enums import TestState

LIVE = (TestState.WAITING.value, TestState.RINGING.value, TestState.PICKED_UP.value)


class TestCall(models.Model):
    """One test of one number: who asked for it, when, and what came of it."""

    contact_number = models.ForeignKey(
        "scheduling.ContactNumber",
        models.CASCADE,
        related_name="test_calls",
        verbose_name=_("contact number"),
    )
    number = models.CharField(_("number"), max_length=20)
    language = models.CharField(_("language"), max_length=2, default="fr")
    ring_seconds = models.PositiveSmallIntegerField(_("ring time (seconds)"))
    token = models.CharField(_("token"), max_length=43, unique=True)
    uuid = models.CharField(_("platform's id"), max_length=64, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for at"))
    not_before = models.DateTimeField(_("not before"))
    dialled_at = models.DateTimeField(_("dialled at"), null=True, blank=True)
    picked_up_at = models.DateTimeField(_("picked up at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("next deadline"))
    asked = models.PositiveSmallIntegerField(_("times the question was put"), default=0)
    state = models.CharField(
        _("result"), max_length=12, choices=labels.TEST_STATE, default=TestState.WAITING.value
    )
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("test call")
        verbose_name_plural = _("test calls")
        ordering = ["-requested_at", "-pk"]
        indexes = [
            # testcalls.latest: the newest of each number
            models.Index(fields=["contact_number", "-requested_at"], name="test_call_latest"),
            # testcalls.tick: those under way
            models.Index(fields=["deadline_at"], name="test_call_live", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], name="test_call_one_at_a_time", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in TestState]), name="test_call_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=LIVE)
                | (Q(ended_at__isnull=False) & ~Q(state__in=LIVE)),
                name="test_call_ended_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M:%S} {self.get_state_display()}"
