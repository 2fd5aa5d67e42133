"""Field kinds and checks shared by the tables of scheduling."""

from __future__ import annotations

import zoneinfo
from datetime import datetime
from typing import TYPE_CHECKING, Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db.models import CheckConstraint, PositiveSmallIntegerField, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oncall_portal.lib import texts
from scheduling import coverage
from scheduling.coverage import Fault
from scheduling.enums import CoverageKind
from scheduling.predefined import WEEKDAYS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST_WARNING_HOURS = 8760  # a year ahead
LONGEST_KEPT_DAYS = 3650
# What a house, and a number, say of how long things are kept.
DAYS_KEPT = ("keep_audio_days", "keep_transcripts_days", "keep_numbers_days")
# What a whisper may name: the service that the caller chose, the number called, who calls.
WHISPER_PLACEHOLDERS = ("service", "line", "caller")
WHISPER_HELP = gettext_lazy(
    "What whoever is called hears first; the keys follow. {service} is what the caller chose, "
    "{line} the number called, {caller} who calls: the name, or else the number. "
    "Empty: “Call for …”."
)
colour_validator = RegexValidator(
    r"^#[0-9a-f]{6}$", gettext_lazy("Write the colour as # and six lower-case hexadecimal digits.")
)
# What callers can key in as an extension; telephony takes no other.
extension_validator = RegexValidator(
    r"\A[0-9]{3,5}\Z",
    gettext_lazy("An extension has 3 to 5 digits: callers can dial no other."),
    "invalid_extension",
)


def days_kept(
    what: _StrPromise, help_text: str | _StrPromise = ""
) -> PositiveSmallIntegerField[Any, Any]:
    """Return for how long something about callers is kept: of the house, or of a number.

    Empty means for ever at the house, and at a number as long as at the house.
    """
    return PositiveSmallIntegerField(
        what,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_KEPT_DAYS)],
        help_text=help_text,
    )


def validate_whisper(value: object) -> None:
    """Raise ValidationError unless `value` are texts that name no more than a call has."""
    texts.validate_placeholders(value, WHISPER_PLACEHOLDERS)


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless `value` names an IANA time zone such as Europe/Paris."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(zone)s” is not a time zone; write one like Europe/Paris."),
            code="unknown_time_zone",
            params={"zone": value},
        )


def validate_region(value: str) -> None:
    """Raise ValidationError unless `value` is the ISO code of a country with phone numbers."""
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValidationError(
            _("“%(code)s” is not a country; write its two capital letters, like FR."),
            code="unknown_country",
            params={"code": value},
        )


def validate_countries(value: object) -> None:
    """Raise ValidationError unless `value` is a list of country codes, each once."""
    if not isinstance(value, list) or len(value) != len({str(code) for code in value}):
        raise ValidationError(
            _('Write a list of country codes, each once, like ["FR", "CA"].'), code="invalid_list"
        )
    for code in value:
        validate_region(str(code))


def validate_languages(value: object) -> None:
    """Raise ValidationError unless `value` lists languages of the portal, each once."""
    if (
        not isinstance(value, list)
        or not value
        or not all(code in texts.LANGUAGES for code in value)
        or len(value) != len(set(value))
    ):
        raise ValidationError(
            _('Write a list of languages, the first one preferred, like ["fr", "en"].'),
            code="invalid_languages",
        )


_COVERAGE_FAULTS = {
    Fault.KIND: gettext_lazy("Choose a required coverage among: %(kinds)s."),
    Fault.KEY: gettext_lazy("“%(value)s” means nothing in a required coverage."),
    Fault.NO_HOURS: gettext_lazy("Say from when to when, at least once, with the days."),
    Fault.MANY_HOURS: gettext_lazy("Say at most %(value)s times from when to when."),
    Fault.DAYS: gettext_lazy('Name the days of the week, each once, like ["mo", "tu"].'),
    Fault.TIME: gettext_lazy("“%(value)s” is not a time of day; write it like 18:00."),
    Fault.HOLIDAYS: gettext_lazy(
        "Of public holidays say as_usual, all_day or none, or give their hours."
    ),
}


def validate_coverage(value: object) -> None:
    """Raise ValidationError unless `value` is a required coverage that we know."""
    try:
        coverage.check(value)
    except coverage.UnknownCoverage as error:
        params = {
            "value": error.value,
            "kinds": ", ".join(kind.value for kind in CoverageKind),
        }
        message = _COVERAGE_FAULTS[error.fault]
        raise ValidationError(message, code="unknown_coverage", params=params) from error


def validate_alert_hours(value: object) -> None:
    """Raise ValidationError unless `value` lists whole hours, each once, within a year."""
    if (
        not isinstance(value, list)
        or not all(type(h) is int and 1 <= h <= LONGEST_WARNING_HOURS for h in value)
        or len(value) != len(set(value))
    ):
        raise ValidationError(
            _("Write a list of whole hours from 1 to 8760, each once, like [336, 24]."),
            code="invalid_hours",
        )


def validate_weekdays(value: object) -> None:
    """Raise ValidationError unless `value` lists days of the week, each once, such as "mo"."""
    if (
        not isinstance(value, list)
        or not value
        or not all(day in WEEKDAYS for day in value)
        or len(value) != len(set(value))
    ):
        raise ValidationError(
            _('Write a list of days, each once, like ["mo", "tu"].'), code="invalid_days"
        )


def not_empty(name: str) -> CheckConstraint:
    """Return the constraint that a `period` has two ends, the second after the first."""
    ends = {"period__isempty": False, "period__lower_inf": False, "period__upper_inf": False}
    message = gettext_lazy("The end must be after the start.")
    return CheckConstraint(condition=Q(**ends), name=name, violation_error_message=message)


def level_1_to_9(name: str) -> CheckConstraint:
    """Return the constraint that a `level` is from 1 to 9."""
    return CheckConstraint(condition=Q(level__gte=1, level__lte=9), name=name)


class Lasting:
    """A row with a half-open `period`, and its two ends by name."""

    period: Any

    @property
    def starts_at(self) -> datetime:
        """The first instant of it, UTC."""
        return self.period.lower  # type: ignore[no-any-return]

    @property
    def ends_at(self) -> datetime:
        """The first instant after it, UTC."""
        return self.period.upper  # type: ignore[no-any-return]
