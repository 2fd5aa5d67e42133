"""What both a key of a menu and a step of a scenario can lead to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from telephony.models.prompts import Prompt


class Target(models.Model):
    """A service, a mailbox for the message, or an announcement; which, its kind says."""

    service = models.ForeignKey(
        "scheduling.Service",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service"),
    )
    mailbox = models.ForeignKey(
        "voicemail.Mailbox",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mailbox"),
    )
    prompt = models.ForeignKey(
        Prompt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("announcement"),
    )

    class Meta:
        abstract = True
