"""Why an operation can be neither undone nor redone: which row is in the way, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Conflict
from scheduling import operation_words as words
from scheduling import operations, snapshots, whens
from scheduling.changes import Values, gone
from scheduling.enums import OperationKind, ShiftState
from scheduling.models import RotaOperation, Service, Shift, Staff
from scheduling.types import Change


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
    return _missing(restored) or _taken(restored, zone)


def _missing(restored: Iterable[Change]) -> Obstacle | None:
    for change in restored:
        values = change.after or {}
        for field, model in (("staff", Staff), ("service", Service)):
            key = values.get(field)
            if key is not None and not model._default_manager.filter(pk=key).exists():
                why = _("%(who)s was deleted.") % {"who": words.who(values)}
                return Obstacle("assignee_deleted", field, key, why)
    return None


def _taken(restored: Iterable[Change], zone: str) -> Obstacle | None:
    restored = [change for change in restored if change.model == snapshots.SHIFT]
    own = [change.id for change in restored]
    for change in restored:
        row = snapshots.shift_of(change.id, change.after or {})
        there = Shift.objects.filter(
            schedule=row.schedule_id,
            staff=row.staff_id,
            service=row.service_id,
            level=row.level,
            period__overlap=row.period,
        )
        others = there.exclude(pk__in=own).exclude(state=ShiftState.CANCELLED.value)
        if found := others.select_related("staff", "service").first():
            return _in_the_way(found, zone)
    return None


def _in_the_way(found: Shift, zone: str) -> Obstacle:
    values = snapshots.of_shift(found)
    by = operations.last_touching(snapshots.SHIFT, found.pk)
    params = {"who": words.who(values), "span": words.span(values, zone), **_blame(by, zone)}
    told = _("%(who)s is on call there: %(span)s, since a change by %(author)s on %(when)s.")
    short = _("%(who)s is on call there: %(span)s.")
    return Obstacle("taken", snapshots.SHIFT, found.pk, (told if by else short) % params, by)


def _blame(by: RotaOperation | None, zone: str) -> dict[str, str]:
    if by is None:
        return {}
    return {"author": words.author_words(by), "when": whens.day(by.at, zone)}
