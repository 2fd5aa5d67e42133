"""What a write may answer instead of doing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


class Refused(Exception):
    """A rule of the house forbids it: a stable code, words for people, the field at fault.

    `url` is the page on which it is put right, where that is another one.
    """

    def __init__(self, code: str, message: Any, field: str | None = None, url: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.url = url


class Conflict(Refused):
    """It does not fit how things stand now; `facts` say what is in the way, for programs."""

    def __init__(self, code: str, message: Any, facts: dict[str, Any] | None = None) -> None:
        super().__init__(code, message)
        self.facts = facts


class Stale(Exception):
    """The row was changed by someone else since it was read; `current` is how it stands now."""

    def __init__(self, current: Model) -> None:
        super().__init__("stale_version")
        self.current = current


@dataclass(frozen=True)
class RowError:
    """What is wrong in a row of a file: its number as spreadsheets count, the column, a code."""

    row: int
    field: str | None
    code: str
    message: Any


class RowsRefused(Exception):
    """Rows of a file cannot be taken, so none of them was; `errors` tells of each, in order."""

    def __init__(self, errors: Iterable[RowError]) -> None:
        super().__init__("rows_refused")
        self.errors = tuple(errors)
