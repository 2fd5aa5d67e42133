"""What a rotation may be: its values checked and put in the form in which they are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused
from scheduling import recurrence, rule_words
from scheduling.enums import TurnUnit
from scheduling.models import Rotation, Schedule, Service, Staff
from scheduling.rules import BadRule

Teams = Sequence[Sequence[Staff | Service]]
MOST_TURNS, LARGEST_TEAM = 200, 20
FIRST_DAY = date(1950, 1, 1)  # since then public holidays are reckoned with, for good
_MINUTES_A_DAY = 24 * 60


def prepare(values: Mapping[str, Any], row: Rotation | None) -> tuple[Teams | None, dict[str, Any]]:
    """Return the participants, None where they stay, and the columns to set.

    An UNTIL or COUNT in the rule becomes the last day, the end of a turn in hours that of its
    shift; no zone of one's own is None, however it is told. Raises Refused.
    """
    given = dict(values)
    if given.get("time_zone") == "":
        given["time_zone"] = None
    teams: Teams | None = given.pop("participants", None)
    _check_teams(teams, row)
    if row is not None and given.get("schedule", row.schedule) != row.schedule:
        message = _("A rotation stays on its schedule: delete it, and create it on the other.")
        raise Refused("schedule_fixed", message, "schedule")
    _count_from(given, row)
    whole = {name: given.get(name, getattr(row, name, None)) for name in _LOOKED_AT}
    _check_there(whole)
    given |= _without_end(whole)
    whole |= given
    given |= _length(whole, given, row)
    _check_rule(whole)
    if "first_participant" not in given and _first_left(teams, whole):
        given["first_participant"] = 0
    _check_first(teams, {**whole, **given}, row)
    return teams, given


_LOOKED_AT = (
    *("schedule", "recurrence", "counted_from", "starts_on", "ends_on", "start_time"),
    *("end_time", "end_day_offset", "turn_count", "turn_unit", "time_zone", "first_participant"),
)


def _check_there(whole: Mapping[str, Any]) -> None:
    for name in ("schedule", "recurrence", "starts_on", "start_time"):
        if whole[name] is None:
            message = _("Say from which day on, on which days, and at what time.")
            raise Refused("required", message, name)
    if whole["starts_on"] < FIRST_DAY:
        raise Refused("too_early", _("This is too long ago: begin later."), "starts_on")


def _check_teams(teams: Teams | None, row: Rotation | None) -> None:
    if teams is None and row is not None:
        return
    if not teams or not all(teams):
        message = _("Say who takes turns: each turn has one participant at least.")
        raise Refused("no_participants", message, "participants")
    if len(teams) > MOST_TURNS or any(len(team) > LARGEST_TEAM for team in teams):
        message = _("A rotation has at most %(turns)d turns of at most %(members)d participants.")
        limits = {"turns": MOST_TURNS, "members": LARGEST_TEAM}
        raise Refused("too_many_participants", message % limits, "participants")
    for team in teams:
        if len({(type(member), member.pk) for member in team}) < len(team):
            message = _("Name each participant once in a turn.")
            raise Refused("duplicate", message, "participants")


def _count_from(given: dict[str, Any], row: Rotation | None) -> None:
    """Count from the first day, unless the rotation was split and its first day stays."""
    if "starts_on" in given and (row is None or given["starts_on"] != row.starts_on):
        given["counted_from"] = given["starts_on"]


def _without_end(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rule without an end of its own, and the last day it amounts to."""
    zone = whole["time_zone"] or _zone(whole["schedule"])
    try:
        text, last = recurrence.split_end(
            rule_words.text_of(whole["recurrence"]), whole["counted_from"], zone
        )
    except BadRule as error:
        raise rule_words.refused(error) from error
    ends: list[date] = [day for day in (whole["ends_on"], last) if day is not None]
    return {"recurrence": text, "ends_on": min(ends, default=None)}


def _zone(schedule: Schedule) -> str:
    return schedule.time_zone


def _length(
    whole: Mapping[str, Any], given: Mapping[str, Any], row: Rotation | None
) -> dict[str, Any]:
    """Return when a shift ends: a turn in hours says it; else a day later where it must be."""
    start = whole["start_time"]
    if whole["turn_unit"] == TurnUnit.HOUR.value:
        minutes = start.hour * 60 + start.minute + whole["turn_count"] * 60
        end = start.replace(hour=minutes // 60 % 24)
        return {"end_time": end, "end_day_offset": minutes // _MINUTES_A_DAY}
    if whole["end_time"] is None:
        raise Refused("required", _("Say when a shift ends."), "end_time")
    overnight = 1 if whole["end_time"] <= start else 0
    if "end_day_offset" not in given or given["end_day_offset"] is None:
        kept = 0 if row is None or row.end_day_offset == _usual(row) else row.end_day_offset
        return {"end_day_offset": max(kept, overnight)}
    if given["end_day_offset"] == 0 and overnight:
        message = _("It would end before it starts: let it end a day later.")
        raise Refused("ends_before_start", message, "end_day_offset")
    return {}


def _usual(row: Rotation) -> int:
    """Return how many days later it would end by its times alone."""
    return 1 if row.end_time <= row.start_time else 0


def _check_rule(whole: Mapping[str, Any]) -> None:
    try:
        recurrence.check(
            whole["recurrence"], whole["counted_from"], whole["starts_on"], whole["ends_on"]
        )
    except BadRule as error:
        raise rule_words.refused(error) from error


def _first_left(teams: Teams | None, whole: Mapping[str, Any]) -> bool:
    """Tell whether the turn that came first is not among these any more."""
    return teams is not None and (whole["first_participant"] or 0) >= len(teams)


def _check_first(teams: Teams | None, whole: Mapping[str, Any], row: Rotation | None) -> None:
    first = whole["first_participant"] or 0
    turns = len(teams) if teams is not None else _turns_of(row)
    if first >= turns:
        raise no_such_turn(turns, "first_participant")


def no_such_turn(turns: int, field: str) -> Refused:
    """Return what to answer where a turn is named that is not among those there are."""
    message = _("There are %(turns)d turns, counted from 0: choose one of them.")
    return Refused("no_such_turn", message % {"turns": turns}, field)


def _turns_of(row: Rotation | None) -> int:
    entries = row.participants.values_list("turn", flat=True) if row else []
    return len(set(entries))
