"""People, services, and the numbers that reach them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from oncall_portal.lib import texts
from scheduling import labels
from scheduling.enums import AnsweredBy, CallProcess, IfUnanswered
from scheduling.models.fields import (
    colour_validator,
    extension_validator,
    validate_time_zone,
)


class Staff(models.Model):
    """A person who can be on call."""

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    colour = models.CharField(_("colour"), max_length=7, validators=[colour_validator])
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="fr"
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Paris", validators=[validate_time_zone]
    )
    extension = models.CharField(
        _("extension"),
        max_length=8,
        null=True,
        blank=True,
        unique=True,
        validators=[extension_validator],
    )
    call_process = models.CharField(
        _("how the numbers are rung"),
        max_length=12,
        choices=labels.CALL_PROCESS,
        default=CallProcess.CASCADE.value,
        db_default=CallProcess.CASCADE.value,
    )
    active = models.BooleanField(_("active"), default=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("login"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(call_process__in=[each.value for each in CallProcess]),
                name="staff_call_process_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceCategory(models.Model):
    """A heading under which callers and managers find services."""

    name = models.JSONField(_("name"), validators=[texts.validate_not_empty])
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("service category")
        verbose_name_plural = _("service categories")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return texts.choose(self.name, get_language() or "en")


class Service(models.Model):
    """A function that callers ask for and that can itself be on call."""

    name = models.JSONField(_("name"), validators=[texts.validate_not_empty])
    category = models.ForeignKey(
        ServiceCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("category"),
    )
    colour = models.CharField(_("colour"), max_length=7, validators=[colour_validator])
    members = models.ManyToManyField(
        Staff, verbose_name=_("members"), through="scheduling.ServiceMember", blank=True
    )
    answered_by = models.CharField(
        _("answered by"),
        max_length=10,
        choices=labels.ANSWERED_BY,
        default=AnsweredBy.NUMBERS.value,
    )
    schedule = models.ForeignKey(
        "scheduling.Schedule",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_services",
        verbose_name=_("schedule"),
    )
    call_process = models.CharField(
        _("how the numbers are rung"),
        max_length=12,
        choices=labels.CALL_PROCESS,
        default=CallProcess.CASCADE.value,
        db_default=CallProcess.CASCADE.value,
    )
    if_unanswered = models.CharField(
        _("if nobody answers"),
        max_length=24,
        choices=labels.IF_UNANSWERED,
        default=IfUnanswered.DEFAULT.value,
    )
    mailbox = models.ForeignKey(
        "voicemail.Mailbox",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("mailbox"),
    )
    promise_minutes = models.PositiveSmallIntegerField(
        _("call back within (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
        help_text=_("Empty: as the organisation says."),
    )
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_by__in=[a.value for a in AnsweredBy]),
                name="service_answered_by_known",
            ),
            models.CheckConstraint(
                condition=models.Q(call_process__in=[each.value for each in CallProcess]),
                name="service_call_process_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(answered_by=AnsweredBy.SCHEDULE.value, schedule=None),
                name="service_on_a_schedule_has_one",
                violation_error_message=_("Choose the schedule that answers this service."),
            ),
        ]

    def __str__(self) -> str:
        return texts.choose(self.name, get_language() or "en")


class ServiceMember(models.Model):
    """A person who answers for a service, in the order they are tried."""

    service = models.ForeignKey(
        Service, models.CASCADE, related_name="member_entries", verbose_name=_("service")
    )
    staff = models.ForeignKey(
        Staff, models.PROTECT, related_name="service_entries", verbose_name=_("person")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["service", "staff"], name="service_member_once"),
        ]

    def __str__(self) -> str:
        return str(self.staff)


class ContactNumber(models.Model):
    """One number of a person or of a service, in the order it is tried."""

    staff = models.ForeignKey(
        Staff,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="numbers",
        verbose_name=_("person"),
    )
    service = models.ForeignKey(
        Service,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="numbers",
        verbose_name=_("service"),
    )
    number = PhoneNumberField(_("number"))
    label = models.CharField(_("label"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    ring_seconds = models.PositiveSmallIntegerField(
        _("ring time (seconds)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Empty: as the step, the number called or the organisation says."),
    )
    call_connect = models.BooleanField(_("press a key to take the call"), null=True, blank=True)
    can_sms = models.BooleanField(_("receives SMS"), default=True)
    enabled = models.BooleanField(_("in use"), default=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("contact number")
        verbose_name_plural = _("contact numbers")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(staff=None, service__isnull=False)
                | models.Q(staff__isnull=False, service=None),
                name="contact_number_one_owner",
                violation_error_message=_("A number belongs to one person or to one service."),
            ),
            models.CheckConstraint(
                condition=models.Q(ring_seconds=None)
                | models.Q(ring_seconds__gte=1, ring_seconds__lte=120),
                name="contact_number_ring_seconds",
            ),
            models.UniqueConstraint(
                fields=["staff", "number"],
                name="contact_number_once_per_person",
                condition=models.Q(staff__isnull=False),
                violation_error_message=_("This person already has this number."),
            ),
            models.UniqueConstraint(
                fields=["service", "number"],
                name="contact_number_once_per_service",
                condition=models.Q(service__isnull=False),
                violation_error_message=_("This service already has this number."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
