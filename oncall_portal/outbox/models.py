"""Messages out: a row is written with its cause, a task sends it later."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from oncall_portal.outbox import labels
from oncall_portal.outbox.enums import Channel, MessageState


class OutgoingMessage(models.Model):
    """One e-mail or SMS to one recipient; the idempotency key makes a repeated cause harmless."""

    channel = models.CharField(_("channel"), max_length=8, choices=labels.CHANNEL)
    to = models.CharField(_("to"), max_length=254)
    sender = models.CharField(
        _("sender"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text=_("Our number that an SMS comes from; empty: any."),
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    attachments = models.JSONField(
        _("attachments"),
        default=list,
        blank=True,
        help_text=_("Files in the media storage: name in storage, file name, content type."),
    )
    cause = models.CharField(_("cause"), max_length=80)
    idempotency_key = models.CharField(_("idempotency key"), max_length=400, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=labels.MESSAGE_STATE, default=MessageState.QUEUED.value
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written at"))
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["-created_at", "-pk"]
        indexes = [
            # deliver.deliver_next: what is waiting, oldest due time first
            models.Index(
                fields=["next_attempt_at"],
                name="outbox_due",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            # the outgoing messages of one cause, on the pages of calls and messages
            models.Index(fields=["cause"], name="outbox_cause"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=[c.value for c in Channel]),
                name="outbox_channel_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in MessageState]),
                name="outbox_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"

    @property
    def reference(self) -> str:
        """Return the short name that reports of the platform carry."""
        return f"outbox-{self.pk}"
