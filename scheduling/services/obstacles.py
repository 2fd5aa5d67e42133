"""Why an operation can be neither undone nor redone: which row is in the way, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Conflict
from scheduling import operation_words as words
from scheduling import operations, snapshots, whens
from scheduling.changes import Values, gone
from scheduling.enums import OperationKind, ShiftState, SwapState
from scheduling.models import Override, RotaOperation, Service, Staff, SwapRequest
from scheduling.types import Change

_TARGETS = ("replaces_shift_id", "replaces_staff_id", "replaces_service_id", "replaces_level")


class Obstacle(Exception):
    """Something is in the way: a stable reason, the row, the last operation on it, and words."""

    def __init__(
        self, reason: str, model: str, row: int, why: str, by: RotaOperation | None = None
    ) -> None:
        super().__init__(reason)
        self.why = why
        self.facts = {
            "reason": reason,
            "model": model,
            "id": row,
            "author": (by.author_name or None) if by else None,
            "at": by.at.isoformat() if by else None,
        }


def refuse(kind: OperationKind, obstacle: Obstacle) -> NoReturn:
    """Raise the Conflict that tells of an obstacle."""
    if kind is OperationKind.UNDONE:
        told = _("This cannot be undone any more. %(why)s")
    else:
        told = _("This cannot be redone any more. %(why)s")
    raise Conflict("undo_conflict", told % {"why": obstacle.why}, obstacle.facts)


def not_as_left(change: Change, current: Values | None, since: int, zone: str) -> Obstacle:
    """Return the obstacle that a row is: it is not as the operation with id `since` left it."""
    left = change.before or change.after or {}
    by = operations.last_touching(change.model, change.id)
    if by is not None and by.pk <= since:
        by = None  # whoever changed it did so past the log
    thing = words.thing(change.model, left, zone)
    params = {"thing": thing[0].upper() + thing[1:], **_blame(by, zone)}
    if gone(current):
        told = _("%(thing)s was deleted by %(author)s on %(when)s.")
        short = _("%(thing)s is no longer there.")
        return Obstacle("deleted", change.model, change.id, (told if by else short) % params, by)
    told = _("%(thing)s was changed by %(author)s on %(when)s.")
    short = _("%(thing)s was changed meanwhile.")
    return Obstacle("changed", change.model, change.id, (told if by else short) % params, by)


def refused_by_database(wanted: Iterable[Change], zone: str) -> Obstacle | None:
    """Return why the database did not take `wanted`; None when it is nothing that we foresee."""
    restored = [change for change in wanted if change.after is not None and not gone(change.after)]
    return _missing(restored) or _offered(restored) or _taken(restored, zone)


def _missing(restored: Iterable[Change]) -> Obstacle | None:
    for change in restored:
        values = change.after or {}
        for field, model in (("staff", Staff), ("service", Service)):
            key = values.get(field)
            if key is not None and not model._default_manager.filter(pk=key).exists():
                why = _("%(who)s was deleted.") % {"who": words.who(values)}
                return Obstacle("assignee_deleted", field, key, why)
    return None


def _offered(restored: Iterable[Change]) -> Obstacle | None:
    """Return the offer that took the place of one that is to be open again."""
    for change in restored:
        values = change.after or {}
        if change.model != snapshots.SWAP or values["state"] != SwapState.OPEN.value:
            continue
        others = SwapRequest.objects.filter(shift=values["shift"], state=SwapState.OPEN.value)
        if found := others.exclude(pk=change.id).select_related("requested_by").first():
            why = _("%(who)s offered the shift anew: withdraw that offer first.")
            params = {"who": found.requested_by.name}
            return Obstacle("already_offered", snapshots.SWAP, found.pk, why % params)
    return None


def _taken(restored: Iterable[Change], zone: str) -> Obstacle | None:
    restored = list(restored)
    for name in (snapshots.SHIFT, snapshots.OVERRIDE):
        mine = [change for change in restored if change.model == name]
        own = [change.id for change in mine]
        for change in mine:
            row = snapshots.TABLES[name].make(change.id, change.after or {})
            found = _there(row).exclude(pk__in=own).first()
            if found is not None:
                return _in_the_way(name, found, zone)
    return None


def _there(row: Any) -> QuerySet[Any]:
    """Return the rows that overlap `row` where no two may: shifts, or stand-ins of one target."""
    if isinstance(row, Override):
        same = {name: getattr(row, name) for name in _TARGETS if getattr(row, name) is not None}
        found = snapshots.TABLES[snapshots.OVERRIDE].rows().filter(**same)
    else:
        same = {name: getattr(row, name) for name in ("staff_id", "service_id", "level")}
        found = snapshots.TABLES[snapshots.SHIFT].rows().filter(**same)
        found = found.exclude(state=ShiftState.CANCELLED.value)
    return found.filter(schedule=row.schedule_id, period__overlap=row.period)


def _in_the_way(name: str, found: Any, zone: str) -> Obstacle:
    values = snapshots.TABLES[name].take(found)
    by = operations.last_touching(name, found.pk)
    params = {"who": words.who(values), "span": words.span(values, zone), **_blame(by, zone)}
    told = _("%(who)s is on call there: %(span)s, since a change by %(author)s on %(when)s.")
    short = _("%(who)s is on call there: %(span)s.")
    return Obstacle("taken", name, found.pk, (told if by else short) % params, by)


def _blame(by: RotaOperation | None, zone: str) -> dict[str, str]:
    if by is None:
        return {}
    return {"author": words.author_words(by), "when": whens.day(by.at, zone)}
