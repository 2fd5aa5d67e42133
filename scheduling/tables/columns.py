"""Columns of a table: what they are called in every language, and what their cells mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from oncall_portal.lib.errors import RowError, RowsRefused
from scheduling.tables.reading import Sheet

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Keep(Enum):
    """What an empty cell means where it changes nothing: the default holds."""

    KEEP = "keep"


KEEP = Keep.KEEP


class Column(Field):  # type: ignore[misc]  # the library has no types
    """A column by the name of its field; also found by its label and `aliases`, in any spelling.

    `blank` is what an empty cell means; without it, the default on a new row, an error on others.
    `needed` columns must be in the table. What looks like a number but is none stays `text` in a
    spreadsheet; a column that is `seldom` filled in is only written where it is.
    """

    def __init__(
        self,
        label: _StrOrPromise,
        cell: Widget,
        attribute: str,
        *,
        aliases: str = "",
        blank: object = KEEP,
        needed: bool = False,
        text: bool = False,
        seldom: bool = False,
    ) -> None:
        super().__init__(attribute=attribute, widget=cell)
        self.label = label
        self.aliases = tuple(aliases.split("|")) if aliases else ()
        self.blank = blank
        self.needed = needed
        self.text = text
        self.seldom = seldom

    def value(self, text: str, new: bool) -> Any:
        """Return what a cell means, KEEP for the default; raise ValidationError."""
        if text:
            return self.widget.clean(text)
        if self.blank is KEEP and not (new and not self.needed):
            raise ValidationError(_("Fill in this cell."), "required")
        return self.blank

    def names(self) -> set[str]:
        """Return all that the column may be called, folded."""
        found = {folded(self.column_name), *map(folded, self.aliases)}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found.add(folded(str(self.label)))
        return found


def folded(text: str) -> str:
    """Return a text without accents, case and marks: “Fuseau-Horaire ” gives "fuseau horaire"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.sub(r"[^0-9a-z]+", " ", letters).strip()


def arranged(sheet: Sheet, columns: Sequence[Column]) -> Sheet:
    """Return a table under the names of its columns, without those that are empty.

    Raises RowsRefused: unknown_column, duplicate_column, missing_column, cell_without_header.
    """
    known = {name: column.column_name for column in columns for name in column.names()}
    found = [known.get(folded(header)) for header in sheet.headers]
    errors = [
        *_strange(sheet, found),
        *_missing({name for name in found if name}, columns),
        *_beyond(sheet),
    ]
    if errors:
        raise RowsRefused(errors)
    kept = [(index, name) for index, name in enumerate(found) if name]
    rows = tuple(tuple(cells[index] for index, _name in kept) for cells in sheet.rows)
    return Sheet(tuple(name for _index, name in kept), rows, sheet.numbers)


_FIRST = 1  # headers are told as of the first row


def _strange(sheet: Sheet, found: Sequence[str | None]) -> Iterable[RowError]:
    for index, (header, name) in enumerate(zip(sheet.headers, found, strict=True)):
        if name is None and header:
            message = _("There is no column “%(name)s” in this table.") % {"name": header}
            yield RowError(_FIRST, header, "unknown_column", message)
        elif name is None and any(cells[index] for cells in sheet.rows):
            message = _("Cells stand under no header.")
            yield RowError(_FIRST, None, "cell_without_header", message)
        elif name is not None and name in found[:index]:
            message = _("The column “%(name)s” is there twice.") % {"name": header}
            yield RowError(_FIRST, name, "duplicate_column", message)


def _missing(found: set[str], columns: Iterable[Column]) -> Iterable[RowError]:
    for column in columns:
        if column.needed and column.column_name not in found:
            message = _("The column “%(name)s” is missing.") % {"name": column.label}
            yield RowError(_FIRST, column.column_name, "missing_column", message)


def _beyond(sheet: Sheet) -> Iterable[RowError]:
    for number, cells in zip(sheet.numbers, sheet.rows, strict=True):
        if len(cells) > len(sheet.headers):
            yield RowError(number, None, "cell_without_header", _("Cells stand under no header."))
