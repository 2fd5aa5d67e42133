"""Whose calls are not taken: which entry of the block list means a caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from telephony.enums import BlockKind


@dataclass(frozen=True)
class Entry:
    """An entry of the block list, for one number of ours (its id) or, None, for all.

    `pattern` is E.164, or how it begins, "" for withheld numbers. `texts` by language, and
    `prompt` (its id), are what the caller hears; nothing of their own: the standard words.
    """

    id: int
    kind: BlockKind
    pattern: str = ""
    number: int | None = None
    prompt: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def blocked_by(entries: Iterable[Entry], caller: str, number: int | None) -> Entry | None:
    """Return the entry that means `caller` (E.164, "" withheld) at the number called (its id).

    An exact entry goes before a prefix, a longer prefix before a shorter, and one for this number
    before one for all.
    """
    meant = (entry for entry in entries if entry.number in (None, number) and _means(entry, caller))
    return max(meant, key=_closeness, default=None)


def _means(entry: Entry, caller: str) -> bool:
    match entry.kind:
        case BlockKind.WITHHELD:
            return caller == ""
        case BlockKind.EXACT:
            return caller == entry.pattern
        case BlockKind.PREFIX:
            return caller.startswith(entry.pattern)


def _closeness(entry: Entry) -> tuple[bool, int, bool, int]:
    exact = entry.kind is BlockKind.EXACT
    return exact, len(entry.pattern), entry.number is not None, -entry.id
