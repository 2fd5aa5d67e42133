"""Operations of the rota in sentences, in the language that is active."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from oncall_portal.lib import texts
from scheduling import changes, operations, snapshots, whens
from scheduling.enums import OperationKind
from scheduling.models import RotaOperation
from scheduling.types import Change

Values = Mapping[str, Any]


def operation_words(operation: RotaOperation, zone: str) -> str:
    """Return what an operation did, with times on the clock of `zone`.

    Of an undo or redo it reads the `original`: fetch it with the row where there are many.
    """
    if operation.original is None:
        return _all(operation, zone)
    what = {"what": _all(operation.original, zone)}
    if operation.kind == OperationKind.UNDONE.value:
        return _("Undone: %(what)s") % what
    return _("Redone: %(what)s") % what


def author_words(operation: RotaOperation) -> str:
    """Return who did it; without a user, the portal itself."""
    return operation.author_name or _("the portal")


def who(values: Values) -> str:
    """Return what the assignee of a shift, or a stand-in, was called."""
    return _named(values["who"])


def _named(name: Any) -> str:
    return str(texts.choose(name, get_language() or "en") if isinstance(name, dict) else name)


def span(values: Values, zone: str) -> str:
    """Return from when to when a shift lasts: “Tue 24 Nov, 18:00 → Wed 25 Nov, 08:00”."""
    start, end = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    return whens.span(start, end, zone)


def thing(model: str, values: Values, zone: str) -> str:
    """Return what a row is called in the middle of a sentence."""
    if model == snapshots.ROTATION:
        return _("the rotation of %(people)s") % {"people": people(values)}
    if model == snapshots.SWAP:
        return _("the swap of %(who)s") % {"who": who(values)}
    if model == snapshots.OVERRIDE:
        return _("the stand-in by %(who)s, %(span)s,") % _params(values, zone)
    if model == snapshots.INTENDED_GAP:
        return _("the intended hole, %(span)s,") % {"span": span(values, zone)}
    if model == snapshots.TIME_OFF:
        return _("the time off of %(who)s, %(span)s,") % _params(values, zone)
    return _("the shift of %(who)s, %(span)s,") % _params(values, zone)


def people(values: Values) -> str:
    """Return what the participants of a rotation were called, in the order of their turns."""
    return ", ".join(_named(name) for name in values["who"])


def _all(operation: RotaOperation, zone: str) -> str:
    first, *others = _principal(operations.changes_of(operation))
    told = _SENTENCES[first.model](first, zone)
    if first.model == snapshots.OVERRIDE:
        return "; ".join([told, *(_stand_in(change, zone) for change in others)])
    if not others:
        return told
    more = ngettext("%(first)s, and %(count)d more", "%(first)s, and %(count)d more", len(others))
    return more % {"first": told, "count": len(others)}


def _principal(done: list[Change]) -> list[Change]:
    """Return the changes that an operation was made for; what else changed follows from them."""
    first = done[0].model
    if first not in {snapshots.SHIFT, snapshots.OVERRIDE}:
        return done[:1]
    same = [change for change in done if change.model == first]
    if first == snapshots.SHIFT:
        return same
    # a stand-in may have cut another
    return [change for change in same if change.before is None] or same


def instead(values: Values) -> str:
    """Return what the one is called whose place a stand-in has, or the level."""
    level = _("level %(level)s") % {"level": values["replaces_level"]}
    return _named(values["instead"]) or level


def _stand_in(change: Change, zone: str) -> str:
    values = change.after or change.before or {}
    params = {**_params(values, zone), "instead": instead(values)}
    if change.after is None:
        return _("%(who)s no longer stands in for %(instead)s, %(span)s") % params
    if not params["who"]:
        return _("nobody in the place of %(instead)s, %(span)s") % params
    if change.before is None:
        return _("%(who)s stands in for %(instead)s, %(span)s") % params
    return _("%(who)s now stands in for %(instead)s, %(span)s") % params


def _rotation(change: Change, zone: str) -> str:
    before, after = change.before, change.after
    values = after or before or {}
    params = {"people": people(values), "level": values["level"]}
    if after is None or after["retired"]:
        return _("rotation of %(people)s, level %(level)d, deleted") % params
    if before is None or before["retired"]:
        return _("rotation of %(people)s, level %(level)d, added") % params
    return _("rotation of %(people)s, level %(level)d, changed") % params


def _shift(change: Change, zone: str) -> str:
    before, after = change.before, change.after
    if after is None or (before is not None and changes.gone(after)):
        return _("%(who)s, %(span)s, deleted") % _params(before or {}, zone)
    if before is None or changes.gone(before):
        return _("%(who)s, %(span)s, added") % _params(after, zone)
    params = {**_params(after, zone), "old": who(before), "level": after["level"]}
    return _changed(changes.kind_of_shift(change), before, after) % params


def _intended_gap(change: Change, zone: str) -> str:
    params = {"span": span(change.after or change.before or {}, zone)}
    if change.after is None:
        return _("hole no longer intended, %(span)s") % params
    if change.before is None:
        return _("hole intended, %(span)s") % params
    return _("intended hole changed, %(span)s") % params


def _time_off(change: Change, zone: str) -> str:
    params = _params(change.after or change.before or {}, zone)
    if change.after is None:
        return _("%(who)s no longer away, %(span)s") % params
    if change.before is None:
        return _("%(who)s away, %(span)s") % params
    return _("%(who)s now away, %(span)s") % params


def _params(values: Values, zone: str) -> dict[str, Any]:
    return {"who": who(values), "span": span(values, zone)}


def _changed(kind: OperationKind, before: Values, after: Values) -> str:
    """Return the sentence, its places not filled, for a shift that was there and still is."""
    replaced = (before["staff"], before["service"]) != (after["staff"], after["service"])
    level = before["level"] != after["level"]
    if kind is OperationKind.SHIFT_CHANGED:
        if replaced:
            return _("%(who)s for %(old)s, %(span)s")
        return _("%(who)s, %(span)s, note changed")
    if replaced:
        return _("%(who)s for %(old)s, moved to %(span)s, level %(level)d")
    if level:
        return _("%(who)s moved to %(span)s, level %(level)d")
    if kind is OperationKind.SHIFT_RESIZED:
        return _("%(who)s now %(span)s")
    return _("%(who)s moved to %(span)s")


# A sentence for each kind of row that an operation may begin with.
_SENTENCES: dict[str, Callable[[Change, str], str]] = {
    snapshots.ROTATION: _rotation,
    snapshots.SHIFT: _shift,
    snapshots.OVERRIDE: _stand_in,
    snapshots.INTENDED_GAP: _intended_gap,
    snapshots.TIME_OFF: _time_off,
}
