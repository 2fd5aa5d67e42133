"""Stand-ins: who takes somebody's place for a while; and holes that are meant to be."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from scheduling.models.fields import Lasting, not_empty
from scheduling.models.people import Service, Staff
from scheduling.models.rota import Schedule, Shift

_TARGETS = ("replaces_shift", "replaces_staff", "replaces_service", "replaces_level")


def _only(target: str) -> Q:
    others = {f"{name}__isnull": name != target for name in _TARGETS}
    return Q(**others)


def _once(target: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=f"override_{target.removeprefix('replaces_')}_once",
        expressions=[
            ("schedule", RangeOperators.EQUAL),
            (target, RangeOperators.EQUAL),
            ("period", RangeOperators.OVERLAPS),
        ],
        condition=Q(**{f"{target}__isnull": False}),
        deferrable=Deferrable.DEFERRED,
        violation_error_code="overlap",
        violation_error_message=_("Somebody put a stand-in there meanwhile: look again."),
    )


class Override(Lasting, models.Model):
    """During a period somebody, or nobody, is in the place of one shift, assignee or level.

    `whole`: it lasts as long as its shift does, and follows it when the shift is moved.
    """

    schedule = models.ForeignKey(
        Schedule, models.PROTECT, related_name="overrides", verbose_name=_("schedule")
    )
    period = DateTimeRangeField(_("period"))
    replaces_shift = models.ForeignKey(
        Shift,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="overrides",
        verbose_name=_("instead of this shift"),
    )
    replaces_staff = models.ForeignKey(
        Staff,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_in",
        verbose_name=_("instead of this person"),
    )
    replaces_service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_in",
        verbose_name=_("instead of this service"),
    )
    replaces_level = models.PositiveSmallIntegerField(
        _("instead of this level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )
    staff = models.ForeignKey(
        Staff,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in",
        verbose_name=_("person"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_in",
        verbose_name=_("service"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    whole = models.BooleanField(_("lasts as long as the shift"), default=False, editable=False)
    swap = models.ForeignKey(
        "scheduling.SwapRequest",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="overrides",
        verbose_name=_("swap"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        ordering = ["period", "pk"]
        indexes = [
            # queries of facts: the stand-ins of this schedule at this instant or in this window
            GistIndex(fields=["schedule", "period"], name="override_schedule_period"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_only("replaces_shift")
                | _only("replaces_staff")
                | _only("replaces_service")
                | _only("replaces_level"),
                name="override_one_target",
                violation_error_message=_(
                    "A stand-in takes the place of one shift, one person, one service or one level."
                ),
            ),
            models.CheckConstraint(
                condition=Q(staff=None) | Q(service=None),
                name="override_one_stand_in",
                violation_error_message=_("Put in one person or one service, or nobody."),
            ),
            not_empty("override_period_not_empty"),
            models.CheckConstraint(
                condition=Q(replaces_level=None) | Q(replaces_level__gte=1, replaces_level__lte=9),
                name="override_level_1_to_9",
            ),
            models.CheckConstraint(
                condition=Q(whole=False) | Q(replaces_shift__isnull=False),
                name="override_whole_shift",
            ),
            *(_once(target) for target in _TARGETS),
        ]

    def __str__(self) -> str:
        return f"{self.staff or self.service or '-'} {self.starts_at:%Y-%m-%d %H:%M}"


class IntendedGap(Lasting, models.Model):
    """A stretch in which a schedule is meant to have nobody: a hole there alerts nobody."""

    schedule = models.ForeignKey(
        Schedule, models.CASCADE, related_name="intended_gaps", verbose_name=_("schedule")
    )
    period = DateTimeRangeField(_("period"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("intended hole")
        verbose_name_plural = _("intended holes")
        ordering = ["period", "pk"]
        indexes = [
            # queries.load_gaps: the intended holes of this schedule in this window
            GistIndex(fields=["schedule", "period"], name="intended_gap_period"),
        ]
        constraints = [
            not_empty("intended_gap_period_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.starts_at:%Y-%m-%d %H:%M}"
