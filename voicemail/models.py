"""Mailboxes, the messages in them, and the audio files."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import texts
from scheduling.models import Service, Staff
from telephony.models import Call, Prompt
from voicemail import labels
from voicemail.enums import DeliveryState, RecordingKind, RecordingState


class Mailbox(models.Model):
    """Where messages go, and to whom; exactly one is the general mailbox."""

    name = models.CharField(_("name"), max_length=80)
    general = models.BooleanField(_("general mailbox"), default=False)
    staff = models.OneToOneField(
        Staff,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="own_mailbox",
        verbose_name=_("belongs to"),
        help_text=_("Takes what colleagues say who dial this person's extension."),
    )
    attach_audio = models.BooleanField(_("attach the recording to the e-mail"), default=True)
    max_seconds = models.PositiveSmallIntegerField(
        _("longest message (seconds)"),
        default=180,
        validators=[MinValueValidator(10), MaxValueValidator(600)],
    )
    greeting = models.JSONField(_("greeting"), null=True, blank=True, validators=[texts.validate])
    greeting_prompt = models.ForeignKey(
        Prompt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("greeting as a prompt"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["general"],
                name="mailbox_one_general",
                condition=Q(general=True),
                violation_error_message=_("There is already a general mailbox."),
            ),
            models.CheckConstraint(
                condition=Q(max_seconds__gte=10, max_seconds__lte=600), name="mailbox_max_seconds"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MailboxRecipient(models.Model):
    """Who gets a mailbox's messages: a person, a service's members, an address, who is on call."""

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="recipients", verbose_name=_("mailbox")
    )
    staff = models.ForeignKey(
        Staff, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    on_shift = models.BooleanField(_("whoever is on call"), default=False)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False, service=None, email="", on_shift=False)
                | Q(staff=None, service__isnull=False, email="", on_shift=False)
                | (Q(staff=None, service=None, on_shift=False) & ~Q(email=""))
                | Q(staff=None, service=None, email="", on_shift=True),
                name="mailbox_recipient_exactly_one",
                violation_error_message=_(
                    "Choose one of: a person, a service, an address, whoever is on call."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.staff or self.service or self.email or _("whoever is on call"))


class Recording(models.Model):
    """One audio file: fetched from the platform, checked, kept in the media storage."""

    call = models.ForeignKey(
        Call,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="recordings",
        verbose_name=_("call"),
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=labels.RECORDING_KIND,
        default=RecordingKind.MESSAGE.value,
    )
    platform_id = models.CharField(_("platform's id"), max_length=80, unique=True)
    url = models.URLField(_("address at the platform"), max_length=500)
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=labels.RECORDING_STATE,
        default=RecordingState.AWAITED.value,
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    file = models.FileField(_("file"), upload_to="recordings/%Y/%m/", blank=True)
    content_type = models.CharField(_("type"), max_length=40, blank=True)
    size = models.PositiveIntegerField(_("size (bytes)"), null=True, blank=True)
    sha256 = models.CharField(_("checksum"), max_length=64, blank=True)
    duration_seconds = models.FloatField(_("length (seconds)"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-recorded_at", "-pk"]
        indexes = [
            # downloads.download_next: what is still to be fetched, oldest due time first
            models.Index(
                fields=["next_attempt_at"],
                name="recording_awaited",
                condition=Q(state="awaited"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in RecordingState]),
                name="recording_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=RecordingState.STORED.value) | ~Q(file=""),
                name="recording_stored_has_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class VoicemailMessage(models.Model):
    """One message that a caller left in a mailbox."""

    call = models.ForeignKey(
        Call,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="voicemails",
        verbose_name=_("call"),
    )
    mailbox = models.ForeignKey(
        Mailbox,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("mailbox"),
    )
    recording = models.OneToOneField(
        Recording, models.PROTECT, related_name="message", verbose_name=_("recording")
    )
    left_at = models.DateTimeField(_("left at"))
    delivery = models.CharField(
        _("delivery"),
        max_length=10,
        choices=labels.DELIVERY_STATE,
        default=DeliveryState.WAITING.value,
    )
    announce_at = models.DateTimeField(
        _("announce without the recording at"),
        null=True,
        blank=True,
        help_text=_("Empty once the recipients were written to."),
    )
    owner = models.ForeignKey(
        Staff, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-left_at", "-pk"]
        indexes = [
            # notify.tell_next: messages whose recording keeps people waiting
            models.Index(
                fields=["announce_at"],
                name="message_unannounced",
                condition=Q(announce_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(delivery__in=[s.value for s in DeliveryState]),
                name="message_delivery_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_at:%Y-%m-%d %H:%M}"
