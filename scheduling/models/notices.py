"""Who has seen which change of a rota, and whom it is still to be told to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scheduling.models.operations import RotaOperation
from scheduling.models.people import Staff
from scheduling.models.rota import Schedule


class RotaSeen(models.Model):
    """The last change of a schedule's rota that somebody has seen."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("login")
    )
    schedule = models.ForeignKey(
        Schedule, models.CASCADE, related_name="+", verbose_name=_("schedule")
    )
    operation = models.BigIntegerField(_("last change seen"), default=0)
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("look at a rota")
        verbose_name_plural = _("looks at rotas")
        constraints = [
            models.UniqueConstraint(fields=["user", "schedule"], name="rota_seen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.schedule}"


class DutyNotice(models.Model):
    """One change of the rota that a person concerned by it is to be told of."""

    staff = models.ForeignKey(
        Staff, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    operation = models.ForeignKey(
        RotaOperation, models.CASCADE, related_name="notices", verbose_name=_("change of the rota")
    )
    created_at = models.DateTimeField(_("written at"))
    closed_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice of a change")
        verbose_name_plural = _("notices of changes")
        ordering = ["pk"]
        indexes = [
            # notices: who is still to be told of what
            models.Index(
                fields=["staff", "created_at"], name="notice_open", condition=Q(closed_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["staff", "operation"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.created_at:%Y-%m-%d %H:%M}"
