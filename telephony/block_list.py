"""Whose calls are not taken: the entries of the block list that mean a caller."""

from __future__ import annotations

import json
from typing import Any

from oncall_portal.lib import prepared
from telephony.blocking import Entry, blocked_by
from telephony.enums import BlockKind

# A withheld number has an empty pattern, and nothing else has.
_MEANT = f"""
SELECT entry.id, entry.kind, entry.pattern, entry.phone_number_id, entry.prompt_id, prompt.text
FROM telephony_blockedcaller entry
LEFT JOIN telephony_prompt prompt ON prompt.id = entry.prompt_id
WHERE entry.active
  AND (entry.phone_number_id IS NULL OR entry.phone_number_id = %(number)s::bigint)
  AND (entry.kind IN ('{BlockKind.EXACT}', '{BlockKind.WITHHELD}') AND entry.pattern = %(caller)s
       OR entry.kind = '{BlockKind.PREFIX}' AND entry.pattern = ANY(%(beginnings)s::text[]))
ORDER BY entry.kind, entry.pattern, entry.id
"""  # noqa: S608  made of the kinds above


def entry_for(caller: str, number_id: int | None) -> Entry | None:
    """Return the entry that blocks `caller` (E.164, "" withheld) at a number of ours; one query."""
    return blocked_by(entries(caller, number_id), caller, number_id)


def entries(caller: str, number_id: int | None) -> list[Entry]:
    """Return the active entries that mean `caller` at this number or at all; one query."""
    beginnings = [caller[:length] for length in range(2, len(caller) + 1)]
    values = {"caller": caller, "beginnings": beginnings, "number": number_id}
    return [_entry(*row) for row in prepared.rows(_MEANT, values)]


def _entry(
    pk: int, kind: str, pattern: str, number: int | None, prompt: int | None, texts: Any
) -> Entry:
    return Entry(
        id=pk,
        kind=BlockKind(kind),
        pattern=pattern,
        number=number,
        prompt=prompt,
        texts=json.loads(texts) if texts else {},
    )
