"""The private addresses of messages, and who listened."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oncall_portal.outbox.labels import CHANNEL
from scheduling.models import Staff
from voicemail import labels
from voicemail.enums import ListeningResult
from voicemail.models.messages import Recording, VoicemailMessage


class MessageLink(models.Model):
    """A private address of one message, for one reader; only a hash of its token is kept."""

    message = models.ForeignKey(
        VoicemailMessage, models.CASCADE, related_name="links", verbose_name=_("message")
    )
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True)
    channel = models.CharField(_("sent by"), max_length=8, choices=CHANNEL)
    reader = models.CharField(_("sent to"), max_length=254)
    staff = models.ForeignKey(
        Staff,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
        help_text=_("Whose address or number it is; the link works while they are with us."),
    )
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.CharField(_("revoked by"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("link to a message")
        verbose_name_plural = _("links to messages")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel", "reader"], name="message_link_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"


class Listening(models.Model):
    """That somebody heard a recording, or asked for it and was refused; kept as a record."""

    recording = models.ForeignKey(
        Recording, models.CASCADE, related_name="listenings", verbose_name=_("recording")
    )
    link = models.ForeignKey(
        MessageLink,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="listenings",
        verbose_name=_("link"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("login"),
    )
    who = models.CharField(_("who"), max_length=254)
    result = models.CharField(_("result"), max_length=8, choices=labels.LISTENING)
    first_at = models.DateTimeField(_("first at"))
    last_at = models.DateTimeField(_("last at"))

    class Meta:
        verbose_name = _("listening")
        verbose_name_plural = _("listenings")
        ordering = ["first_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=[each.value for each in ListeningResult]),
                name="listening_result_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.first_at:%Y-%m-%d %H:%M}"
