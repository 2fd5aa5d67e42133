"""Boxes for values that are kept as lists or choices, so that nobody writes JSON by hand."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, date, datetime
from itertools import permutations
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from oncall_portal.lib.texts import LANGUAGES


class ZoneSelect(forms.Select):
    """Every IANA time zone by its continent; typing finds one."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, choices=_zones())


def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        continent, slash, rest = name.partition("/")
        if slash and continent != "Etc":
            shown = f"{rest.replace('_', ' ')} ({continent})"
            groups.setdefault(continent, []).append((name, shown))
    return [*groups.items(), ("UTC", [("UTC", "UTC")])]


class Inherited(forms.NullBooleanSelect):
    """Yes, no, or as the organisation says."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices = [
            ("unknown", gettext_lazy("as the organisation")),
            ("true", gettext_lazy("press 1 to take the call")),
            ("false", gettext_lazy("connect at once")),
        ]


class LanguagesField(forms.TypedChoiceField):
    """Languages in the order of preference, as a list of codes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", list(LANGUAGES))
        super().__init__(choices=_orders, coerce=_codes, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the choice for a list of codes."""
        return ",".join(value) if isinstance(value, list) else value


def _codes(value: Any) -> list[str]:
    return value.split(",") if isinstance(value, str) else list(value or ())


def _orders() -> list[tuple[str, str]]:
    """Return every order, in the reader's words; asked anew for each form."""
    orders = [order for n in (2, 1) for order in permutations(LANGUAGES, n)]
    return [(",".join(order), _in_words(order)) for order in orders]


def _in_words(order: Sequence[str]) -> str:
    names = dict(settings.LANGUAGES)
    if len(order) == 1:
        return gettext("%(language)s only") % {"language": names[order[0]]}
    first, second = (names[code] for code in order)
    return gettext("%(first)s, then %(second)s") % {"first": first, "second": second}


class WordsField(forms.CharField):
    """A list of short words written with commas, such as "FR, CA", in capitals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=400, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the list as people write it."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the list; its members are checked by the model."""
        if isinstance(value, list):
            return value
        return [
            word.upper() for word in str(value or "").replace(";", ",").replace(",", " ").split()
        ]

    def run_validators(self, value: Any) -> None:
        """Leave it to the model: the validators here know texts only."""


class HoursField(WordsField):
    """Whole hours written with commas, such as "336, 72, 24, 2"."""

    def to_python(self, value: Any) -> Any:
        """Return the hours; raise ValidationError saying how to write them."""
        try:
            return [int(word) for word in super().to_python(value)]
        except ValueError:
            message = gettext("Write whole hours with commas, like 336, 72, 24, 2.")
            raise ValidationError(message, "invalid_hours") from None


def validate_reckonable(day: date) -> None:
    """Raise ValidationError for a day at either end of the calendar, around which none is left."""
    if day.year in (MINYEAR, MAXYEAR):
        raise ValidationError(gettext("This is too far in time."), "out_of_range")


class WallField(forms.DateTimeField):
    """A wall-clock time without a zone, to the minute; the form knows whose clock it is."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_validators = [validate_reckonable]

    def prepare_value(self, value: Any) -> Any:
        """Return the time as it is."""
        return value

    def to_python(self, value: Any) -> Any:
        """Return a naive datetime; raise ValidationError for anything else."""
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        try:
            found = datetime.fromisoformat(str(value).strip())
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return found
