"""Rented numbers, and what each does when it rings."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from oncall_portal.lib import texts
from scheduling.models.fields import days_kept, validate_whisper
from telephony import labels, timing
from telephony.enums import Behaviour
from telephony.models.menus import Destination, Menu
from telephony.models.prompts import Prompt

_FORWARDS = [Behaviour.TRANSFER.value, Behaviour.TRANSFER_THEN_VOICEMAIL.value]


def default_languages() -> list[str]:
    """The languages of a new number, the caller's first."""
    return ["fr", "en"]


class PhoneNumber(models.Model):
    """A rented number, with what it does when it rings."""

    name = models.CharField(_("name"), max_length=80)
    number = PhoneNumberField(_("number"), unique=True)
    behaviour = models.CharField(
        _("behaviour"),
        max_length=24,
        choices=labels.BEHAVIOUR,
        default=Behaviour.ON_CALL.value,
    )
    schedule = models.ForeignKey(
        "scheduling.Schedule",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="phone_numbers",
        verbose_name=_("schedule"),
    )
    languages = models.JSONField(_("languages"), default=default_languages)
    call_connect = models.BooleanField(_("press a key to take the call"), null=True, blank=True)
    whisper = models.JSONField(
        _("whisper"), default=dict, blank=True, validators=[validate_whisper]
    )
    inbound_timeout = models.PositiveSmallIntegerField(
        _("ring time (seconds)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    menu = models.ForeignKey(
        Menu,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="phone_numbers",
        verbose_name=_("menu"),
        help_text=_("For smart voicemail; without one the caller chooses among the services."),
    )
    forwarding_number = PhoneNumberField(
        _("forwarding number"), blank=True, default="", db_default=""
    )
    assigned_staff = models.ForeignKey(
        "scheduling.Staff",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_numbers",
        verbose_name=_("assigned to"),
    )
    pass_called_number = models.BooleanField(
        _("show the number that was called"), default=True, db_default=True
    )
    caller_by_sms = models.BooleanField(
        _("send the caller's number by text"), default=False, db_default=False
    )
    record = models.BooleanField(_("record the calls"), default=False, db_default=False)
    recording_notice = models.JSONField(
        _("notice of the recording"),
        default=dict,
        db_default={},
        blank=True,
        validators=[texts.AtMost(timing.SPOKEN_CHARACTERS)],
    )
    outbound_timeout = models.PositiveSmallIntegerField(
        _("ring time of calls back (seconds)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    opening_hours = models.JSONField(_("opening hours"), null=True, blank=True)
    greeting = models.ForeignKey(
        Prompt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="greets_at",
        verbose_name=_("greeting"),
    )
    text_back_enabled = models.BooleanField(
        _("text back missed calls"), default=False, db_default=False
    )
    text_back = models.JSONField(
        _("text for missed calls"),
        default=dict,
        db_default={},
        blank=True,
        validators=[texts.validate],
    )
    text_back_quiet_minutes = models.PositiveSmallIntegerField(
        _("minutes between two such texts"),
        default=60,
        db_default=60,
        validators=[MaxValueValidator(10_080)],
    )
    max_calls = models.PositiveSmallIntegerField(
        _("calls at the same time, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    mailbox = models.ForeignKey(
        "voicemail.Mailbox",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="phone_numbers",
        verbose_name=_("mailbox"),
    )
    keep_audio_days = days_kept(_("keep recordings for (days)"))
    keep_transcripts_days = days_kept(_("keep transcripts for (days)"))
    keep_numbers_days = days_kept(_("keep callers' numbers for (days)"))
    worst_case_seconds = models.PositiveIntegerField(
        _("longest wait (seconds)"), null=True, editable=False
    )
    worst_case_path = models.JSONField(
        _("what takes longest"), default=list, db_default=[], editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(behaviour__in=[b.value for b in Behaviour]),
                name="phone_number_behaviour_known",
            ),
            models.CheckConstraint(
                condition=Q(inbound_timeout=None)
                | Q(inbound_timeout__gte=1, inbound_timeout__lte=120),
                name="phone_number_inbound_timeout",
            ),
            models.CheckConstraint(
                condition=Q(outbound_timeout=None)
                | Q(outbound_timeout__gte=1, outbound_timeout__lte=120),
                name="phone_number_outbound_timeout",
            ),
            models.CheckConstraint(
                condition=~Q(behaviour__in=_FORWARDS) | ~Q(forwarding_number=""),
                name="phone_number_forwards_somewhere",
                violation_error_message=_("Say which number the calls are transferred to."),
            ),
            models.CheckConstraint(
                condition=Q(max_calls=None) | Q(max_calls__gte=1), name="phone_number_max_calls"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClosedRoute(Destination):
    """Where the callers of a number go outside its opening hours."""

    phone_number = models.OneToOneField(
        PhoneNumber, models.CASCADE, related_name="closed_route", verbose_name=_("phone number")
    )

    class Meta(Destination.Meta):
        verbose_name = _("route for closed hours")
        verbose_name_plural = _("routes for closed hours")

    def __str__(self) -> str:
        return str(self.get_kind_display())
