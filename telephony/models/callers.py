"""The people who call: what is known of them, whom we do not take, texts, calls back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from telephony import labels
from telephony.enums import BlockKind, Direction, RequestState, TextState
from telephony.models.calls import Call
from telephony.models.numbers import PhoneNumber
from telephony.models.prompts import Prompt


class Caller(models.Model):
    """The person behind a calling number; `sms_stopped_at`: they texted STOP."""

    number = PhoneNumberField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True, default="", db_default="")
    sms_stopped_at = models.DateTimeField(_("wants no texts since"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("caller")
        verbose_name_plural = _("callers")
        ordering = ["name", "number"]

    def __str__(self) -> str:
        return self.name or str(self.number)


class BlockedCaller(models.Model):
    """Whose calls are not taken, at one number or (None) at all, and what they hear."""

    kind = models.CharField(_("kind"), max_length=8, choices=labels.BLOCK)
    pattern = models.CharField(_("number"), max_length=20, blank=True)
    phone_number = models.ForeignKey(
        PhoneNumber,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="blocked_callers",
        verbose_name=_("called at"),
        help_text=_("Empty: every number."),
    )
    prompt = models.ForeignKey(
        Prompt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("what they hear"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("blocked caller")
        verbose_name_plural = _("blocked callers")
        ordering = ["kind", "pattern", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=BlockKind.WITHHELD.value, pattern="")
                | (
                    Q(kind__in=[BlockKind.EXACT.value, BlockKind.PREFIX.value])
                    & Q(pattern__regex=r"^\+[0-9]+$")
                ),
                name="blocked_caller_pattern_fits",
                violation_error_message=_("Give the number, but none for withheld numbers."),
            ),
            models.UniqueConstraint(
                fields=["kind", "pattern", "phone_number"],
                name="blocked_caller_once",
                nulls_distinct=False,
                violation_error_message=_("This is blocked already."),
            ),
        ]

    def __str__(self) -> str:
        return self.pattern or str(self.get_kind_display())


class TextMessage(models.Model):
    """A text received from, or sent to, a caller; each stands in their stream."""

    caller = models.ForeignKey(
        Caller, models.CASCADE, related_name="texts", verbose_name=_("caller")
    )
    phone_number = models.ForeignKey(
        PhoneNumber,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="texts",
        verbose_name=_("phone number"),
    )
    direction = models.CharField(_("direction"), max_length=3, choices=labels.DIRECTION)
    text = models.TextField(_("text"))
    state = models.CharField(
        _("state"), max_length=10, choices=labels.TEXT_STATE, default=TextState.RECEIVED.value
    )
    error = models.CharField(_("error"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    platform_id = models.CharField(
        _("platform's id"), max_length=80, null=True, blank=True, unique=True
    )
    message = models.OneToOneField(
        "outbox.OutgoingMessage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message sent"),
    )
    call = models.ForeignKey(
        Call, models.SET_NULL, null=True, blank=True, related_name="texts", verbose_name=_("call")
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )

    class Meta:
        verbose_name = _("text message")
        verbose_name_plural = _("text messages")
        ordering = ["-at", "-pk"]
        indexes = [
            # the stream of one caller, newest first
            models.Index(fields=["caller", "-at"], name="text_caller_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=[each.value for each in Direction]),
                name="text_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in TextState]),
                name="text_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class CallbackRequest(models.Model):
    """A caller's wish to be called back, at a number that only a person dials."""

    call = models.OneToOneField(
        Call, models.CASCADE, related_name="callback_request", verbose_name=_("call")
    )
    number = models.CharField(_("number to call back"), max_length=20)
    service = models.ForeignKey(
        "scheduling.Service",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service"),
    )
    mailbox = models.ForeignKey(
        "voicemail.Mailbox",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="callback_requests",
        verbose_name=_("mailbox"),
    )
    requested_at = models.DateTimeField(_("asked for at"))
    state = models.CharField(
        _("state"),
        max_length=4,
        choices=labels.REQUEST_STATE,
        default=RequestState.OPEN.value,
    )

    class Meta:
        verbose_name = _("request to be called back")
        verbose_name_plural = _("requests to be called back")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in RequestState]),
                name="callback_request_state_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.call)
