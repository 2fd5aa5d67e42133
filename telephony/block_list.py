"""Whose calls are not taken: the entries of the block list that mean a caller."""

from __future__ import annotations

from django.db.models import Q

from telephony.blocking import Entry, blocked_by
from telephony.enums import BlockKind
from telephony.models import BlockedCaller


def entry_for(caller: str, number_id: int | None) -> Entry | None:
    """Return the entry that blocks `caller` (E.164, "" withheld) at a number of ours; one query."""
    return blocked_by(entries(caller, number_id), caller, number_id)


def entries(caller: str, number_id: int | None) -> list[Entry]:
    """Return the active entries that mean `caller` at this number or at all; one query."""
    if caller:
        beginnings = [caller[:length] for length in range(2, len(caller) + 1)]
        meant = Q(kind=BlockKind.EXACT.value, pattern=caller)
        meant |= Q(kind=BlockKind.PREFIX.value, pattern__in=beginnings)
    else:
        meant = Q(kind=BlockKind.WITHHELD.value)
    here = Q(phone_number=None) | Q(phone_number=number_id) if number_id else Q(phone_number=None)
    rows = BlockedCaller.objects.filter(meant, here, active=True).select_related("prompt")
    return [_entry(row) for row in rows]


def _entry(row: BlockedCaller) -> Entry:
    return Entry(
        id=row.pk,
        kind=BlockKind(row.kind),
        pattern=row.pattern,
        number=row.phone_number_id,
        prompt=row.prompt_id,
        texts=dict(row.prompt.text) if row.prompt else {},
    )
