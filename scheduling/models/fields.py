"""Field kinds and checks shared by the tables of scheduling."""

from __future__ import annotations

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

colour_validator = RegexValidator(
    r"^#[0-9a-f]{6}$", gettext_lazy("Write the colour as # and six lower-case hexadecimal digits.")
)


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless `value` names an IANA time zone such as Europe/Paris."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(zone)s” is not a time zone; write one like Europe/Paris."),
            code="unknown_time_zone",
            params={"zone": value},
        )
