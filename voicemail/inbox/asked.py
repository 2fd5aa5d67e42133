"""What an address of the inbox asks for: box, filters, search, place; written back as a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from voicemail.inbox.boxes import DEFAULT, Box, box_of

PAGE, MOST = 40, 200
_INTEGERS = ("number", "service", "call")


@dataclass(frozen=True)
class Asked:
    """The state of the page; what cannot be understood counts as not asked."""

    box: str = DEFAULT
    q: str = ""
    number: int | None = None
    service: int | None = None
    outcome: str = ""
    audio: str = ""
    since: str = ""
    until: str = ""
    call: int | None = None
    after: str = ""
    show: int = PAGE

    @property
    def kind(self) -> Box:
        """The box, the first one where there is none of that name."""
        return box_of(self.box)

    @property
    def filters(self) -> bool:
        """Tell whether a filter or a search leaves calls of the box out."""
        filtered = (self.number, self.service, self.outcome, self.audio, self.since, self.until)
        return bool(self.q) or any(filtered)

    def first_day(self) -> date | None:
        """Return the day before which calls are left out."""
        return _day(self.since)

    def last_day(self) -> date | None:
        """Return the day after which calls are left out."""
        return _day(self.until)

    def query(self, **changes: object) -> str:
        """Return this state with some changes as the query of an address, "?" first."""
        state = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [
            (field.name, getattr(state, field.name))
            for field in fields(state)
            if getattr(state, field.name) not in (field.default, None, "")
        ]
        return f"?{urlencode(pairs)}"

    @property
    def list_query(self) -> str:
        """The query of the list alone, from its beginning."""
        return self.query(call=None, after="", show=PAGE)

    @property
    def unfiltered(self) -> str:
        """The query of the whole box."""
        return Asked(box=self.box).query()


def asked(values: Mapping[str, str]) -> Asked:
    """Return what a query asks for."""
    found = {field.name: values.get(field.name, "").strip() for field in fields(Asked)}
    understood: dict[str, Any] = {name: _integer(found[name]) for name in _INTEGERS}
    show = min(max(_integer(found["show"]) or PAGE, 1), MOST)
    box = found["box"] if box_of(found["box"]).key == found["box"] else DEFAULT
    understood |= {name: found[name][:200] for name in ("q", "outcome", "audio", "after")}
    understood |= {name: found[name] if _day(found[name]) else "" for name in ("since", "until")}
    return Asked(box=box, show=show, **understood)


def _integer(text: str) -> int | None:
    # the id of no row is longer
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year < 2200 else None
