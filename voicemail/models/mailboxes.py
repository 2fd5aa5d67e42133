"""Where messages go, and who is told of them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import texts
from scheduling.models import Service, Staff
from telephony.models import Prompt


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
    min_seconds = models.PositiveSmallIntegerField(
        _("shortest message (seconds)"),
        default=3,
        db_default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("Whoever speaks for less has hung up: nobody is written to."),
    )
    end_key = models.CharField(
        _("key that ends a message"),
        max_length=1,
        default="#",
        db_default="#",
        validators=[RegexValidator(r"^[0-9*#]$", _("One of the keys 0 to 9, * and #."))],
    )
    silence_seconds = models.PositiveSmallIntegerField(
        _("silence that ends a message (seconds)"),
        default=10,
        db_default=10,
        validators=[MinValueValidator(3), MaxValueValidator(10)],
    )
    beep = models.BooleanField(_("beep before the message"), default=True, db_default=True)
    confirm = models.BooleanField(
        _("let callers confirm or record again"),
        default=False,
        db_default=False,
        help_text=_("After the message: 1 keeps it, 2 records it again. Who hangs up keeps it."),
    )
    transcribe = models.BooleanField(
        _("transcribe messages"),
        default=False,
        db_default=False,
        help_text=_("By the telephone platform, where it offers that; it costs extra."),
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


class MailboxTexted(models.Model):
    """Who gets a text with a link to a message: a person, a service's members, who is on call."""

    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="texted", verbose_name=_("mailbox")
    )
    staff = models.ForeignKey(
        Staff, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    on_shift = models.BooleanField(_("whoever is on call"), default=False)

    class Meta:
        verbose_name = _("gets a text")
        verbose_name_plural = _("get a text")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False, service=None, on_shift=False)
                | Q(staff=None, service__isnull=False, on_shift=False)
                | Q(staff=None, service=None, on_shift=True),
                name="mailbox_texted_exactly_one",
                violation_error_message=_(
                    "Choose one of: a person, a service, whoever is on call."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.staff or self.service or _("whoever is on call"))
