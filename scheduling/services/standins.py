"""What hangs on a shift, its stand-ins and the offers of it, goes where the shift goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet

from oncall_portal.lib import acting, rows
from scheduling import changes as pure
from scheduling import duties, periods, snapshots
from scheduling.enums import SwapState
from scheduling.models import Override, Shift, Staff, SwapRequest
from scheduling.snapshots import OVERRIDE, SHIFT, SWAP
from scheduling.types import Change, Period

Moved = Mapping[int, Change]


def follow(changed: Iterable[Change]) -> list[Change]:
    """Let stand-ins and open offers follow these changes of shifts; return what it did.

    Call it in the same transaction, under the lock of the schedule, and before rows are deleted;
    keep its changes in the same operation. A stand-in for all of a shift gets its new period, one
    for a part is cut to it, or goes. Whoever gets the shift needs no stand-in of their own. A
    shift off the rota takes its stand-ins along; its open offers are withdrawn, as when it is
    given to somebody else. A fixed number of queries, however many shifts.
    """
    moved = {c.id: c for c in changed if c.model == SHIFT and c.before is not None}
    if not moved:
        return []
    return _stand_ins(moved) + _offers(moved)


def put(
    shift: Shift, person: Staff, period: Period, swap: SwapRequest | None = None
) -> list[Change]:
    """Let `person` stand in for a shift during `period`, whoever did before; return the changes.

    Whose shift it is anyway only takes it back: no stand-in is written.
    """
    done = make_room({"replaces_shift": shift}, period)
    if shift.staff_id == person.pk:
        return done
    row = Override(
        schedule_id=shift.schedule_id,
        replaces_shift=shift,
        staff=person,
        period=DateTimeTZRange(period.starts_at, period.ends_at),
        whole=period == Period(shift.starts_at, shift.ends_at),
        swap=swap,
    )
    rows.save(row)
    return [*done, Change(OVERRIDE, row.pk, None, snapshots.of_override(row))]


def withdraw_offers(shifts: Sequence[int]) -> list[Change]:
    """Withdraw the open offers of these shifts, and those in return for one, which changed hands.

    Return the changes, for the operation that did it.
    """
    concerned = Q(shift__in=shifts) | Q(in_return_for__in=shifts)
    done, now = [], acting.act().at
    for row in _locked_swaps().filter(concerned, state=SwapState.OPEN.value):
        before = snapshots.of_swap(row)
        rows.change(row, {"state": SwapState.WITHDRAWN.value, "decided_at": now})
        done.append(Change(SWAP, row.pk, before, snapshots.of_swap(row)))
    return done


def offers_left_behind(done: Iterable[Change]) -> list[Change]:
    """Return what becomes of open offers that these changes of shifts leave without ground.

    Nothing is written. An undo needs it: offers are not in its line, so they may be newer.
    """
    done = list(done)
    known = {(change.model, change.id) for change in done}
    moved = {c.id: c for c in done if c.model == SHIFT and c.before is not None}
    found = _of_swaps(_swaps(moved), moved) if moved else []
    return [change for change in found if (change.model, change.id) not in known]


def _stand_ins(moved: Moved) -> list[Change]:
    vanishing = [pk for pk, change in moved.items() if change.after is None]
    wanted = Q(replaces_shift__in=list(moved))
    if vanishing:
        wanted |= Q(swap__shift__in=vanishing)
    table = snapshots.TABLES[OVERRIDE].rows().select_related("swap")
    found = table.select_for_update(of=("self",)).filter(wanted)
    done, kept, gone = [], [], []
    for row in found.order_by("pk"):
        before = snapshots.of_override(row)
        if not _fits(row, moved):
            gone.append(row.pk)
            done.append(Change(OVERRIDE, row.pk, before, None))
            continue
        if row.swap is not None and row.swap.shift_id in vanishing:
            row.swap = None
        if not pure.same(before, snapshots.of_override(row)):
            row.version += 1
            kept.append(row)
            done.append(Change(OVERRIDE, row.pk, before, snapshots.of_override(row)))
    Override.objects.bulk_update(kept, ["period", "swap", "version"])
    Override.objects.filter(pk__in=gone).delete()
    return done


def _fits(row: Override, moved: Moved) -> bool:
    """Give a stand-in the period that its shift leaves it; tell whether there is any."""
    change = moved.get(row.replaces_shift_id or 0)
    if change is None:
        return True
    after = change.after
    if after is None or pure.gone(after):
        return False
    if (row.staff_id, row.service_id) == (after["staff"], after["service"]):
        return False
    left = duties.followed(_own(row), _told(after), whole=row.whole)
    row.period = _range(left) if left else row.period
    return left is not None


def _offers(moved: Moved) -> list[Change]:
    done = _of_swaps(_swaps(moved), moved)
    made = [snapshots.swap_of(c.id, c.after) for c in done if c.after is not None]
    fields = ["period", "in_return_for", "state", "decided_at", "version"]
    SwapRequest.objects.bulk_update(made, fields)
    SwapRequest.objects.filter(pk__in=[c.id for c in done if c.after is None]).delete()
    return done


def _swaps(moved: Moved) -> list[SwapRequest]:
    """Return the swaps that changes of these shifts may concern, locked."""
    known = Q(shift__in=list(moved)) | Q(in_return_for__in=list(moved))
    vanishing = [pk for pk, change in moved.items() if change.after is None]
    lost = Q(shift__in=vanishing) | Q(in_return_for__in=vanishing)
    return list(_locked_swaps().filter(known & (Q(state=SwapState.OPEN.value) | lost)))


def _locked_swaps() -> QuerySet[SwapRequest]:
    return snapshots.TABLES[SWAP].rows().select_for_update(of=("self",)).order_by("pk")


def _of_swaps(found: Iterable[SwapRequest], moved: Moved) -> list[Change]:
    """Return what the changes of shifts make of these swaps; nothing is written."""
    now = acting.act().at
    done = []
    for row in found:
        before = snapshots.of_swap(row)
        own = moved.get(row.shift_id)
        if own is not None and own.after is None:
            done.append(Change(SWAP, row.pk, before, None))
            continue
        _adapt(row, moved, now)
        # whoever read the offer before the shift moved has not accepted this one
        row.version += 1
        done.append(Change(SWAP, row.pk, before, snapshots.of_swap(row)))
    return done


def _adapt(row: SwapRequest, moved: Moved, now: datetime) -> None:
    ours, theirs = moved.get(row.shift_id), moved.get(row.in_return_for_id or 0)
    if theirs is not None and theirs.after is None:
        row.in_return_for = None
    if row.state != SwapState.OPEN.value:
        return
    stands = all(each is None or _same_hands(each) for each in (ours, theirs))
    if stands and ours is not None and ours.after is not None and row.period is not None:
        left = periods.intersect([Period(row.period.lower, row.period.upper)], [_told(ours.after)])
        stands = bool(left)
        row.period = _range(left[0]) if left else row.period
    if not stands:
        row.state, row.decided_at = SwapState.WITHDRAWN.value, now


def _same_hands(change: Change) -> bool:
    before, after = change.before or {}, change.after
    return after is not None and not pure.gone(after) and before.get("staff") == after["staff"]


def make_room(target: Mapping[str, Any], period: Period, but: int | None = None) -> list[Change]:
    """Cut whoever stands in for `target`, but the one with id `but`, out of `period`."""
    table = snapshots.TABLES[OVERRIDE].rows().select_for_update(of=("self",))
    span = _range(period)
    done = []
    for row in table.filter(**target, period__overlap=span).exclude(pk=but).order_by("pk"):
        before = snapshots.of_override(row)
        left = periods.subtract([_own(row)], [period])
        if not left:
            done.append(Change(OVERRIDE, row.pk, before, None))
            row.delete()
            continue
        rows.change(row, {"period": _range(left[0]), "whole": False})
        done.append(Change(OVERRIDE, row.pk, before, snapshots.of_override(row)))
        done += [_copied(before, piece) for piece in left[1:]]
    return done


def _copied(values: Mapping[str, Any], piece: Period) -> Change:
    kept = {**values, "whole": False, "version": 1}
    row = snapshots.override_of(0, kept)
    row.pk, row.period = None, _range(piece)
    rows.save(row)
    return Change(OVERRIDE, row.pk, None, snapshots.of_override(row))


def _own(row: Override) -> Period:
    return Period(row.starts_at, row.ends_at)


def _told(values: Mapping[str, Any]) -> Period:
    ends = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    return Period(*ends)


def _range(period: Period) -> DateTimeTZRange:
    return DateTimeTZRange(period.starts_at, period.ends_at)
