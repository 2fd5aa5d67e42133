"""Writes of diverts: one gesture, in force at the next call; the later one wins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling import labels, queries, reach_news
from scheduling.models import Divert
from scheduling.services.ends import refuse_far
from scheduling.services.people import acceptable_number

TARGET = ("schedule", "phone_number")
GOAL = ("to_staff", "to_service", "to_number")


def create_divert(values: Mapping[str, Any], now: datetime, user: User | None = None) -> Divert:
    """Divert a number or a schedule until `ends_at`, from `starts_at` or from `now` on.

    A divert of the same that is in force ends then; one that would begin meanwhile begins when
    this one ends. Refused when its goal cannot be reached, or would lead back here.
    """
    values = dict(values)
    start = max(values.pop("starts_at", None) or now, now)
    end = _end(values.pop("ends_at", None), start)
    values |= _goal(values, None)
    row = Divert(period=DateTimeTZRange(start, end), created_at=now, created_by=user, **values)
    return _write(row)


def change_divert(pk: int, version: int, values: Mapping[str, Any], now: datetime) -> Divert:
    """Change a divert as it was read at `version`; once it is in force, only its end."""
    with transaction.atomic():
        row = rows.lock(Divert, pk, version)
        _refuse_over(row, now)
        changed = {name: new for name, new in values.items() if getattr(row, name) != new}
        if set(changed) & set(TARGET):
            message = _("A divert stays with its number or schedule: end it, and make a new one.")
            raise Refused("target_fixed", message, (set(changed) & set(TARGET)).pop())
        if row.starts_at <= now and set(changed) - {"ends_at"}:
            message = _(
                "This divert is in force: only its end can be changed. To lead calls elsewhere,"
                " make a new one, which ends this one."
            )
            raise Refused("in_force", message)
        start = changed.pop("starts_at", None) or row.starts_at
        end = _end(changed.pop("ends_at", None) or row.ends_at, max(start, now))
        if set(changed) & set(GOAL):
            changed |= _goal(changed, row)
        for name, value in {**changed, "period": DateTimeTZRange(start, end)}.items():
            setattr(row, name, value)
        row.version += 1
        return _write(row)


@transaction.atomic
def end_divert(pk: int, version: int, now: datetime) -> None:
    """End a divert at `now`; one that has not begun is taken away."""
    row = rows.lock(Divert, pk, version)
    _refuse_over(row, now)
    reach_news.changed(row.schedule_id)
    if row.starts_at >= now:
        row.delete()
    else:
        rows.change(row, {"period": DateTimeTZRange(row.starts_at, now)})


def _refuse_over(row: Divert, now: datetime) -> None:
    if row.ends_at <= now:
        raise Refused("over", _("This divert is over."))


def _end(end: datetime | None, start: datetime) -> datetime:
    if end is None:
        raise Refused("required", _("Say until when."), "ends_at")
    if end <= start:
        raise Refused("ends_before_start", _("The end must lie ahead."), "ends_at")
    refuse_far(start, end)
    return end


def _goal(values: Mapping[str, Any], row: Divert | None) -> dict[str, Any]:
    """Return the one goal among `values`, the others emptied; refuse what cannot be reached."""
    chosen = [name for name in GOAL if values.get(name)]
    if len(chosen) != 1:
        raise Refused("one_goal", _("Divert to one person, one service or one number."), GOAL[0])
    (name,) = chosen
    goal = {"to_staff": None, "to_service": None, "to_number": "", name: values[name]}
    if name == "to_number":
        return {**goal, "to_number": _number(str(values[name]))}
    (found,) = queries.load_people([queries.divert_goal(Divert(**goal))]).values()
    if found.unreachable is not None:
        message = _("%(name)s cannot be reached: %(reason)s. Choose somebody else.") % {
            "name": found.name,
            "reason": labels.GAP_REASON[found.unreachable.value],
        }
        raise Refused("unreachable", message, name)
    return goal


def _number(text: str) -> str:
    try:
        return acceptable_number(text)
    except Refused as error:
        raise Refused(error.code, error.message, "to_number") from error


def _write(row: Divert) -> Divert:
    """Save `row` in the place of what overlaps it; one writer at a time for one target."""
    try:
        with transaction.atomic():
            _make_room(row)
            reach_news.changed(row.schedule_id)
            return rows.save(row)
    except IntegrityError as error:
        if "divert_" not in str(error):
            raise
        message = _("Somebody diverted the same meanwhile: look again.")
        raise Refused("overlap", message) from error


def _make_room(row: Divert) -> None:
    target = {f"{name}_id": getattr(row, f"{name}_id") for name in TARGET}
    others = Divert.objects.select_for_update().filter(**target, period__overlap=row.period)
    for other in others.exclude(pk=row.pk):
        if other.starts_at < row.starts_at:
            rows.change(other, {"period": DateTimeTZRange(other.starts_at, row.starts_at)})
        elif other.ends_at > row.ends_at:
            rows.change(other, {"period": DateTimeTZRange(row.ends_at, other.ends_at)})
        else:
            other.delete()
