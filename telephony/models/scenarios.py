"""Escalation scenarios: what to try, in order, when a call comes."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import texts
from scheduling.models.fields import validate_whisper
from telephony import labels
from telephony.enums import StepKind, Strategy
from telephony.models.prompts import Prompt
from telephony.models.targets import Target


class EscalationScenario(models.Model):
    """What to try, in order, when a call comes."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    repeat = models.PositiveSmallIntegerField(
        _("times in all"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text=_("1: every step once."),
    )
    waiting_words = models.JSONField(
        _("words while waiting"),
        default=dict,
        db_default={},
        blank=True,
        validators=[texts.validate],
        help_text=_("Said between two pieces of music. Empty: the standard words."),
    )
    waiting_prompt = models.ForeignKey(
        Prompt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("words as a prompt"),
        help_text=_("Said instead, where it has a recording: that one."),
    )
    waiting_music = models.ForeignKey(
        Prompt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("waiting music"),
        help_text=_("A prompt with a recording, which is played instead of the standard music."),
    )
    worst_case_seconds = models.PositiveIntegerField(
        _("longest wait (seconds)"), null=True, editable=False
    )
    worst_case_path = models.JSONField(
        _("what takes longest"), default=list, db_default=[], editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("escalation scenario")
        verbose_name_plural = _("escalation scenarios")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(repeat__gte=1, repeat__lte=9), name="scenario_repeat_1_to_9"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EscalationStep(Target):
    """One step of a scenario: ring somebody, or end with a message or an announcement."""

    scenario = models.ForeignKey(
        EscalationScenario, models.CASCADE, related_name="steps", verbose_name=_("scenario")
    )
    position = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=14, choices=labels.STEP_KIND)
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    staff = models.ForeignKey(
        "scheduling.Staff",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    strategy = models.CharField(
        _("who first"),
        max_length=10,
        choices=labels.STRATEGY,
        default=Strategy.TOGETHER.value,
    )
    ring_seconds = models.PositiveSmallIntegerField(
        _("ring time (seconds)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    attempts = models.PositiveSmallIntegerField(
        _("times in all"), default=1, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    call_connect = models.BooleanField(_("press a key to take the call"), null=True, blank=True)
    whisper = models.JSONField(_("whisper"), null=True, blank=True, validators=[validate_whisper])

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "position"],
                name="step_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=StepKind.LEVEL.value, level__isnull=False, staff=None, service=None
                )
                | Q(kind=StepKind.STAFF.value, level=None, staff__isnull=False, service=None)
                | Q(kind=StepKind.SERVICE.value, level=None, staff=None, service__isnull=False)
                | Q(
                    kind__in=[
                        StepKind.SUPERVISORS.value,
                        StepKind.VOICEMAIL.value,
                        StepKind.ANNOUNCEMENT.value,
                    ],
                    level=None,
                    staff=None,
                    service=None,
                ),
                name="step_target_fits_its_kind",
                violation_error_message=_("Give the target that this kind of step rings, only."),
            ),
            models.CheckConstraint(
                condition=Q(attempts__gte=1, attempts__lte=9), name="step_attempts_1_to_9"
            ),
            models.CheckConstraint(
                condition=Q(strategy__in=[s.value for s in Strategy]), name="step_strategy_known"
            ),
            models.CheckConstraint(
                condition=Q(ring_seconds=None) | Q(ring_seconds__gte=1, ring_seconds__lte=120),
                name="step_ring_seconds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.get_kind_display()}"
