"""The messages in the mailboxes, and their audio files."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from telephony.models import Call
from voicemail import labels
from voicemail.enums import UNTOLD, DeliveryState, RecordingKind, RecordingState, TranscriptionState
from voicemail.models.mailboxes import Mailbox


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
    reported_size = models.PositiveIntegerField(
        _("size that the platform reported (bytes)"), null=True, blank=True
    )
    part_since = models.DateTimeField(
        _("only a part since"),
        null=True,
        blank=True,
        help_text=_("The file is cut short; empty where it is whole, or not here yet."),
    )
    sha256 = models.CharField(_("checksum"), max_length=64, blank=True)
    duration_seconds = models.FloatField(_("length (seconds)"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)
    transcription = models.CharField(
        _("transcription"),
        max_length=8,
        choices=labels.TRANSCRIPTION_STATE,
        default=TranscriptionState.NONE.value,
        db_default=TranscriptionState.NONE.value,
    )
    transcript = models.TextField(_("transcript"), blank=True, default="", db_default="")
    transcript_url = models.URLField(
        _("address of the transcript"), max_length=500, blank=True, default="", db_default=""
    )
    transcript_attempts = models.PositiveSmallIntegerField(
        _("attempts for the transcript"), default=0, db_default=0
    )
    transcript_next_at = models.DateTimeField(
        _("next attempt for the transcript at"), null=True, blank=True
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

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
            # transcripts.fetch_next: what the platform has written down
            models.Index(
                fields=["transcript_next_at"],
                name="transcript_awaited",
                condition=Q(transcript_next_at__isnull=False),
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

    @property
    def cut_short(self) -> bool:
        """Say whether the file holds only a part of what was said."""
        return self.part_since is not None


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
    take = models.PositiveSmallIntegerField(
        _("recorded again"),
        default=0,
        db_default=0,
        help_text=_("How often the caller had recorded it before: the last one counts."),
    )
    held_until = models.DateTimeField(
        _("held until"),
        null=True,
        blank=True,
        help_text=_("The caller may still record it again; nobody is written to before."),
    )
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

    @property
    def counts(self) -> bool:
        """Say whether it is a message: not too short, and not recorded again since."""
        return self.delivery not in UNTOLD
