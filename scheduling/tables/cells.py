"""What the cells of a table mean, as people write them and as spreadsheets change them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from oncall_portal.lib import phone
from scheduling.tables.columns import folded

R = TypeVar("R", bound=Model)
_LARGEST, _LONGEST_ID = 2_000_000_000, 19
_YES = frozenset(("true", "yes", "y", "1", "x", "on", "vrai", "oui", "o"))
_NO = frozenset(("false", "no", "n", "0", "off", "faux", "non"))
_ROUNDED = re.compile(r"\d[.,]\d*e\+?\d+", re.IGNORECASE)
_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)")


class Cell(Widget):  # type: ignore[misc]  # the library has no types
    """A text; kinds of cells override what it means and how it is written."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """Return what a filled-in cell means; raise ValidationError."""
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """Return what is written for a value: a text, a whole number, a truth or a date."""
        return "" if value is None else value


class Whole(Cell):
    """A whole number."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:
        """Return the number."""
        if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) > _LARGEST:
            raise ValidationError(_("Write a whole number."), "invalid")
        return int(value)


class Truth(Cell):
    """Yes or no, in English or French, as Excel writes it too."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> bool:
        """Return whether it is yes."""
        word = folded(value)
        if word not in _YES | _NO:
            raise ValidationError(_("Write yes or no."), "invalid")
        return word in _YES


class Colour(Cell):
    """#rrggbb; the model checks it."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """Return the colour in lower case."""
        return value.lower()


class Language(Cell):
    """A language by its code, or by its name in any language of the portal."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """Return the code."""
        known = {folded(code): code for code, _name in settings.LANGUAGES}
        for spoken, _name in settings.LANGUAGES:
            with translation.override(spoken):
                known |= {folded(str(name)): code for code, name in settings.LANGUAGES}
        code = known.get(folded(value))
        if code is None:
            raise ValidationError(_("Write fr or en."), "unknown_choice")
        return code


class Choice(Cell):
    """One of a closed list by its code, or by its words in any language of the portal."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        super().__init__()
        self.words = words

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """Return the code; raise ValidationError naming all of them."""
        known = {folded(code): code for code in self.words}
        for spoken, _name in settings.LANGUAGES:
            with translation.override(spoken):
                known |= {folded(str(text)): code for code, text in self.words.items()}
        code = known.get(folded(value))
        if code is None:
            message = _("Write one of these: %(codes)s.") % {"codes": ", ".join(self.words)}
            raise ValidationError(message, "unknown_choice")
        return code


class Number(Cell):
    """A phone number in any usual spelling for a region, also where Excel took its plus away."""

    def __init__(self, region: str) -> None:
        super().__init__()
        self.region = region

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """Return E.164; raise ValidationError, also where Excel rounded the number."""
        if _ROUNDED.fullmatch(value):
            message = _("Excel has rounded this number: make the column text, and write it again.")
            raise ValidationError(message, "number_rounded")
        try:
            return phone.parse(value, self.region)
        except ValidationError:
            if not re.fullmatch(r"[1-9][0-9]{7,14}", value):
                raise
            try:
                return phone.parse(f"+{value}", self.region)
            except ValidationError:
                pass
            raise


class Fold(Cell):
    """Which of two equal times on a clock that is put back: 1 for the second."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:
        """Return 0 or 1."""
        if value not in {"0", "1"}:
            raise ValidationError(_("Write 0 or 1."), "invalid")
        return int(value)


class Wall(Cell):
    """A time on the clock of the schedule: 2027-01-04 18:00, or 04/01/2027 18:00, day first."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> datetime:
        """Return the naive time; refuse a day without a time, and an offset."""
        text = value
        if found := _FRENCH.fullmatch(text):
            day, month, year, rest = found.groups()
            text = f"{year}-{month:0>2}-{day:0>2}{rest}"
        try:
            parsed = datetime.fromisoformat(_two_digits(text)) if ":" in text else None
        except ValueError:
            parsed = None
        if parsed is None or parsed.tzinfo is not None:
            message = _("Write the time on the clock of the schedule, like 2027-01-04 18:00.")
            raise ValidationError(message, "invalid_wall_clock")
        return parsed


def _two_digits(text: str) -> str:
    """Return "2027-01-04 8:00" with two digits in the hour, as ISO-8601 wants them."""
    return re.sub(r"(?<=[ T])(\d):", r"0\1:", text)


class Named(Cell):
    """A row by what it is called: one of its names, or its id."""

    def __init__(self, known: Directory[Any]) -> None:
        super().__init__()
        self.known = known

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """Return the row."""
        return self.known.find(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the first of its names that no other row has, else its id."""
        return "" if value is None else self.known.called(value)


class Directory(Generic[R]):
    """Rows by all that they are called, in any spelling, and by their ids."""

    def __init__(self, rows: Iterable[R], names: Callable[[R], Iterable[str]]) -> None:
        self._names = names
        self._by_id = {row.pk: row for row in rows}
        self._by_name: dict[str, list[R]] = {}
        for row in self._by_id.values():
            for name in {_key(name) for name in names(row)} - {""}:
                self._by_name.setdefault(name, []).append(row)

    def find(self, text: str) -> R:
        """Return the row of an id or a name; raise ValidationError: not_found, ambiguous."""
        known = self._by_id.get(int(text)) if is_id(text) else None
        if known is not None:
            return known
        found = self._by_name.get(_key(text), [])
        if len(found) == 1:
            return found[0]
        if not found:
            message = _("Nothing here is called “%(name)s”.") % {"name": text}
            raise ValidationError(message, "not_found")
        ids = ", ".join(str(row.pk) for row in found)
        message = _("Several are called “%(name)s”: write the id instead (%(ids)s).")
        raise ValidationError(message % {"name": text, "ids": ids}, "ambiguous")

    def called(self, row: R) -> str:
        """Return the first name by which `find` gives the row back, else its id."""
        for name in self._names(row):
            known = self._by_name.get(_key(name), [])
            if len(known) == 1 and not name.isdecimal():
                return name
        return str(row.pk)


def is_id(text: str) -> bool:
    """Tell whether a cell may hold the id of a row."""
    return text.isdecimal() and len(text) < _LONGEST_ID


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
