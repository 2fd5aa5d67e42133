"""A kind of table: read row by row, written through the services, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import InvalidRow, Result

from oncall_portal.lib.access import visible
from oncall_portal.lib.errors import Refused, RowError, RowsRefused, Stale
from scheduling.tables.cells import Whole, is_id
from scheduling.tables.columns import KEEP, Column, arranged
from scheduling.tables.reading import Sheet

_KEYS = frozenset({"id", "version"})


@dataclass(frozen=True)
class Told:
    """What is done with one row of a file: the columns that change, as they were and will be."""

    row: int
    new: bool
    called: str
    cells: tuple[tuple[Any, Any, Any], ...]


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do: the rows that it writes; the others say what is there."""

    told: tuple[Told, ...]
    unchanged: int

    @property
    def created(self) -> int:
        """How many rows are new."""
        return sum(each.new for each in self.told)

    @property
    def changed(self) -> int:
        """How many rows change."""
        return len(self.told) - self.created


class _Loader(BaseInstanceLoader):  # type: ignore[misc]  # the library has no types
    """Finds the row of the database that a row of the file is about, by its id."""

    def get_instance(self, row: Mapping[str, str]) -> Model | None:
        """Return it, None for a new one; raise ValidationError: invalid, not_found."""
        return self.resource.known_row(row)  # type: ignore[no-any-return]


class Table(Resource):  # type: ignore[misc]  # the library has no types
    """Rows of a model as a table; `user` is who reads or writes it.

    The library goes through the rows, keeps what is wrong with each, and rolls everything back
    when something is. It saves nothing by itself: a row goes to the services.
    """

    id = Column(gettext_lazy("id"), Whole(), "id", blank=None)
    version = Column(gettext_lazy("version"), Whole(), "version", blank=None)
    rows: QuerySet[Any]
    named_so: Mapping[str, str] = {}  # columns of the fields that are called otherwise

    class Meta:
        instance_loader_class = _Loader
        skip_diff = True
        using_db = "default"

    def __init__(self, user: Any) -> None:
        super().__init__()
        self.user = user
        self.told: list[Told] = []
        self._known: dict[int, Any] = {}
        self._seen: set[int] = set()

    def columns(self) -> list[Column]:
        """Return the columns in order."""
        return list(self.fields.values())

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that the user may see."""
        return visible(self.user, self.rows)

    # what each kind of table says

    def meant(self, row: Any, cells: dict[str, Any]) -> dict[str, Any]:
        """Return the values of the services for the cells of a row; raise ValidationError."""
        return {self.fields[name].attribute: value for name, value in cells.items()}

    def current(self, row: Any, field: str) -> Any:
        """Return the value that a row of the database has."""
        return getattr(row, field)

    def create(self, number: int, values: dict[str, Any]) -> Any:
        """Let the services write a new row; return it, or None when it is written at the end."""
        raise NotImplementedError

    def change(self, number: int, row: Any, version: int, values: dict[str, Any]) -> None:
        """Let the services change a row as it was read at `version`."""
        raise NotImplementedError

    def called(self, row: Any, values: Mapping[str, Any]) -> str:
        """Return what a row is called that gets these values."""
        raise NotImplementedError

    # what the library asks

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Read all rows that the file names, at once."""
        if "id" in dataset.headers:
            ids = {int(text) for text in dataset["id"] if is_id(text)}
            self._known = self.get_queryset().in_bulk(ids)

    def known_row(self, row: Mapping[str, str]) -> Any:
        """Return the row of the database that has the id; raise ValidationError."""
        text = row.get("id", "")
        if not text:
            return None
        found = self._known.get(int(text)) if is_id(text) else None
        if found is None:
            message = _("There is no row with this id; leave it empty for a new one.")
            raise at_column("id", message, "not_found")
        if found.pk in self._seen:
            raise at_column("id", _("This id stands in another row too."), "duplicate")
        self._seen.add(found.pk)
        return found

    def init_instance(self, row: Any = None) -> Any:
        """Return a row with the defaults, not saved."""
        return self.rows.model()

    def import_instance(self, instance: Any, row: Mapping[str, str], **kwargs: Any) -> None:
        """Read the cells; what they mean is compared and written next."""
        self._cells, errors = {}, {}
        for name in (name for name in row if name not in _KEYS):
            try:
                value = self.fields[name].value(row[name], instance.pk is None)
            except ValidationError as error:
                errors[name] = error
            else:
                if value is not KEEP:
                    self._cells[name] = value
        if errors:
            raise ValidationError(errors)
        self._values = self.meant(instance, self._cells)

    def skip_row(self, instance: Any, original: Any, row: Any, errors: Any = None) -> bool:
        """Tell whether a row says what is there already; keep of the others what differs."""
        if errors or instance.pk is None:
            return False
        self._values = {
            field: value
            for field, value in self._values.items()
            if self.current(instance, field) != value
        }
        return not self._values

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Let the services write a row, and keep what that changes."""
        number = kwargs["row_number"]
        cells = tuple(self._differences(None if is_create else instance))
        try:
            if is_create:
                self.create(number, self._values)
            else:
                self.change(number, instance, _version(row), self._values)
        except Refused as error:
            raise at_column(error.field, error.message, error.code) from error
        except Stale as error:
            raise at_column(
                "version",
                _("It was changed by someone else since it was exported."),
                "stale_version",
            ) from error
        self.told.append(Told(number, is_create, self.called(instance, self._values), cells))

    def _differences(self, row: Any) -> Iterable[tuple[Any, Any, Any]]:
        for name, value in self._cells.items():
            column = self.fields[name]
            before = "" if row is None else self.export_field(column, row)
            after = column.widget.render(value)
            if before != after:
                yield column.label, before, after

    # the whole of it

    def load(self, sheet: Sheet, *, dry_run: bool) -> Outcome:
        """Write a table, or with `dry_run` only find out what that would do.

        Raises RowsRefused with all that is wrong, row by row; then nothing is written.
        """
        sheet = arranged(sheet, self.columns())
        result: Result = self.import_data(
            tablib.Dataset(*sheet.rows, headers=sheet.headers),
            dry_run=dry_run,
            use_transactions=True,
            rollback_on_validation_errors=True,
        )
        for fault in (*result.base_errors, *(e for row in result.error_rows for e in row.errors)):
            raise fault.error
        invalid = sorted(result.invalid_rows, key=lambda row: row.number)
        if errors := [told for row in invalid for told in self._errors(row, sheet)]:
            raise RowsRefused(errors)
        told = [
            Told(sheet.numbers[each.row - 1], each.new, each.called, each.cells)
            for each in self.told
        ]
        return Outcome(tuple(told), len(sheet.rows) - len(told))

    def _errors(self, row: InvalidRow, sheet: Sheet) -> Iterable[RowError]:
        found = row.error.update_error_dict({})
        for field, errors in found.items():
            name = None if field in {NON_FIELD_ERRORS, None} else self.named_so.get(field, field)
            for error in errors:
                for single in error.error_list:
                    code, message = single.code or "invalid", " ".join(single.messages)
                    yield RowError(sheet.numbers[row.number - 1], name, code, message)


def _version(row: Mapping[str, str]) -> int:
    text = row.get("version", "")
    if not text:
        message = _("Write the version that was exported with this row.")
        raise at_column("version", message, "version_required")
    try:
        return int(Whole().clean(text))
    except ValidationError as error:
        raise ValidationError({"version": error}) from error


def at_column(column: str | None, message: Any, code: str) -> ValidationError:
    """Return the error of one column of a row, or of a row as a whole."""
    return ValidationError({column or NON_FIELD_ERRORS: ValidationError(message, code)})
