"""The one row of house settings."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from scheduling.models.fields import (
    days_kept,
    validate_countries,
    validate_languages,
    validate_region,
    validate_time_zone,
    validate_whisper,
)


def default_languages() -> list[str]:
    """The languages of a new installation."""
    return ["fr", "en"]


class Organisation(models.Model):
    """House settings: what every number, schedule and person inherits."""

    name = models.CharField(_("name"), max_length=120)
    region = models.CharField(
        _("region"),
        max_length=2,
        default="FR",
        validators=[validate_region],
        help_text=_("Country whose national spelling of phone numbers is understood."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Paris", validators=[validate_time_zone]
    )
    languages = models.JSONField(
        _("languages"), default=default_languages, validators=[validate_languages]
    )
    allowed_countries = models.JSONField(
        _("countries that may be called"),
        default=list,
        blank=True,
        validators=[validate_countries],
        help_text=_("ISO codes such as FR; empty: only the country of the region."),
    )
    supervisors = models.ManyToManyField(
        "scheduling.Staff",
        verbose_name=_("supervisors"),
        through="scheduling.OrganisationSupervisor",
        blank=True,
    )
    ring_seconds = models.PositiveSmallIntegerField(
        _("ring time (seconds)"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    call_connect = models.BooleanField(
        _("press a key to take the call"),
        default=True,
        help_text=_("So that a voicemail or a machine never counts as an answer."),
    )
    whisper = models.JSONField(
        _("whisper"), default=dict, blank=True, validators=[validate_whisper]
    )
    accept_seconds = models.PositiveSmallIntegerField(
        _("time to press the key (seconds)"),
        default=8,
        validators=[MinValueValidator(3), MaxValueValidator(10)],
    )
    ceiling_seconds = models.PositiveSmallIntegerField(
        _("warn when a caller may wait longer than (seconds)"), default=120
    )
    min_rest_hours = models.PositiveSmallIntegerField(
        _("rest between two shifts (hours)"),
        default=11,
        validators=[MaxValueValidator(72)],
        help_text=_("Less is warned about, never refused. 0: no warning."),
    )
    max_in_a_row = models.PositiveSmallIntegerField(
        _("shifts in a row at most"),
        default=7,
        validators=[MaxValueValidator(99)],
        help_text=_("More are warned about, never refused. 0: no warning."),
    )
    hard_stop_seconds = models.PositiveSmallIntegerField(
        _("no caller waits longer than (seconds)"), default=300
    )
    calls_per_second = models.PositiveSmallIntegerField(
        _("new calls a second"),
        default=3,
        db_default=3,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_(
            "What Vonage lets this account place, three unless they raised it on request. A higher"
            " figure here than theirs makes them refuse calls."
        ),
    )
    promise_minutes = models.PositiveSmallIntegerField(
        _("call back within (minutes)"),
        default=30,
        db_default=30,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
        help_text=_("Whoever left a message or asks to be called back; a service may say its own."),
    )
    link_days = models.PositiveSmallIntegerField(
        _("links to messages work for (days)"),
        default=7,
        db_default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Without signing in; afterwards the link asks to sign in."),
    )
    attach_up_to_mb = models.PositiveSmallIntegerField(
        _("attach recordings up to (MB)"),
        default=10,
        db_default=10,
        validators=[MaxValueValidator(15)],
        help_text=_("Larger ones are heard by the link in the e-mail. 0: always only the link."),
    )
    keep_audio_days = days_kept(
        _("keep recordings for (days)"), _("Empty: for ever. A number may say its own.")
    )
    keep_transcripts_days = days_kept(_("keep transcripts for (days)"))
    keep_numbers_days = days_kept(
        _("keep callers' numbers for (days)"),
        _("Afterwards the call stays, without the number of who called."),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_only_one"),
            models.CheckConstraint(
                condition=models.Q(ring_seconds__gte=1, ring_seconds__lte=120),
                name="organisation_ring_seconds",
            ),
            models.CheckConstraint(
                condition=models.Q(accept_seconds__gte=3, accept_seconds__lte=10),
                name="organisation_accept_seconds",
            ),
            models.CheckConstraint(
                condition=models.Q(calls_per_second__gte=1), name="organisation_calls_per_second"
            ),
            models.CheckConstraint(
                condition=models.Q(hard_stop_seconds__gte=models.F("ceiling_seconds")),
                name="organisation_hard_stop_above_ceiling",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationSupervisor(models.Model):
    """A supervisor of the whole organisation, in the order they are tried."""

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="supervisor_entries",
        verbose_name=_("organisation"),
    )
    staff = models.ForeignKey(
        "scheduling.Staff", models.PROTECT, related_name="+", verbose_name=_("person")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("supervisor")
        verbose_name_plural = _("supervisors")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "staff"], name="organisation_supervisor_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.staff)
