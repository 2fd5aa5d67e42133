"""The bars of the calendar: shifts, who stands in for whom, and the result above them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from scheduling import periods, resolve
from scheduling.calendar import panels, times, words
from scheduling.calendar.page import Page, overlap
from scheduling.enums import ShiftState
from scheduling.labels import GAP_REASON
from scheduling.types import OverrideFact, Period, ScheduleFacts, ShiftFact, Standing, Who

Stretch = tuple[Period, Standing]


def shifts(page: Page) -> list[dict[str, Any]]:
    """Return the shifts; those that only a rule says have no id, and cannot be changed."""
    caused = panels.caused(page.doubts)
    return [
        {
            **bar(shift.period, shift.who, page),
            **times.ends(shift.period, page.zone),
            **_row(shift, page),
            "key": key(shift),
            "level": shift.level,
            "warnings": panels.of_shift(shift.id, page.doubts) if shift.id else [],
            "causes": caused.get(shift.id, []) if shift.id else [],
            "away": _away(shift, page),
            "replaced": _replaced(shift, page),
            "rotation": shift.rotation or None,
        }
        for shift in page.facts.shifts
    ]


def key(shift: ShiftFact) -> str:
    """Return what names a shift on the page."""
    return str(shift.id) if shift.id else f"r{shift.rotation}-{shift.day}-{shift.slot}"


def _row(shift: ShiftFact, page: Page) -> dict[str, Any]:
    row = page.shifts.get(shift.id or 0)
    if row is None:
        return {
            "id": None,
            "version": None,
            "note": "",
            "sign": _("From a rotation, not written yet: change the rotation."),
            "generated": False,
        }
    generated = row.state == ShiftState.GENERATED.value
    by_hand = _("From a rotation, changed by hand") if row.rotation_id else ""
    return {
        "id": row.pk,
        "version": row.version,
        "note": row.note,
        "sign": _("From a rotation") if generated else by_hand,
        "generated": generated,
    }


def bar(period: Period, who: Who, page: Page) -> dict[str, Any]:
    """Return what is drawn of a stretch of time that somebody has."""
    face = page.faces.get(who)
    bare = phone.mask(who.number) if who.number else ""  # a divert's
    return {
        **times.shown(period, page.zone),
        "who": face.key if face else "",
        "name": face.name if face else bare,
        "initials": face.initials if face else bare[-2:],
        "colour": face.colour if face else "",
        "kind": face.kind if face else "",
        "words": words.period_words(period, page.zone),
        "past": period.ends_at <= page.now,
        "current": resolve.covers(period, page.now),
    }


def _unreachable(who: Who, page: Page) -> str:
    reason = page.facts.unreachable.get(who)
    return str(GAP_REASON[reason.value]) if reason else ""


def _replaced(shift: ShiftFact, page: Page) -> str:
    """Return whether others stand in for all of a shift (“whole”), for a “part”, or not (“”)."""
    taken = [fact.period for fact in page.facts.overrides if _is_of(fact, shift)]
    left = periods.subtract([shift.period], taken)
    if not left:
        return "whole"
    return "" if left == [shift.period] else "part"


def _away(shift: ShiftFact, page: Page) -> str:
    """Return when whoever has a shift is away during it, "" when they are not."""
    found = page.absences(shift.who, shift.period)
    if not found:
        return ""
    spans = ", ".join(words.period_words(each, page.zone) for each in found)
    return _("away %(period)s") % {"period": spans}


def result(page: Page) -> list[dict[str, Any]]:
    """Return who takes the call, stretch by stretch: the first who can be reached."""

    def first(standings: Iterable[Standing]) -> list[Standing]:
        return list(resolve.reachable(standings))[:1]

    return [
        {**bar(stretch, found.who, page), "reason": found.reason, "level": found.level}
        for stretch, found in _stretches(page.facts, page.period, first, _same_to_a_caller)
    ]


def standins(page: Page) -> list[dict[str, Any]]:
    """Return who stands in for whom, stretch by stretch, as no divert would have it."""
    facts = replace(page.facts, diverts=())

    def put_in(standings: Iterable[Standing]) -> list[Standing]:
        return [standing for standing in standings if standing.override]

    found = [
        _standin(stretch, standing, page)
        for stretch, standing in _stretches(facts, page.period, put_in, lambda a, b: a == b)
    ]
    return found + [each for fact in facts.overrides for each in _removals(fact, page)]


def _standin(stretch: Period, standing: Standing, page: Page) -> dict[str, Any]:
    fact = next(each for each in page.facts.overrides if each.id == standing.override)
    return {
        **bar(stretch, standing.who, page),
        **_of_row(fact, page),
        "level": standing.level,
        "shift": str(standing.shift) if standing.shift else None,
        "warning": _unreachable(standing.who, page),
    }


def _removals(fact: OverrideFact, page: Page) -> list[dict[str, Any]]:
    """Return where an override takes somebody away and puts nobody in."""
    if fact.who is not None:
        return []
    return [
        {
            **bar(_common(fact.period, shift.period), Who(), page),
            **_of_row(fact, page),
            "name": _("nobody"),
            "initials": "\N{EN DASH}",
            "level": shift.level,
            "shift": key(shift),
            "warning": "",
        }
        for shift in page.facts.shifts
        if _is_of(fact, shift) and overlap(fact.period, shift.period)
    ]


def _common(one: Period, other: Period) -> Period:
    return Period(max(one.starts_at, other.starts_at), min(one.ends_at, other.ends_at))


def _is_of(fact: OverrideFact, shift: ShiftFact) -> bool:
    if fact.shift is not None:
        return fact.shift == shift.id
    return fact.assignee == shift.who if fact.assignee else fact.level == shift.level


def _of_row(fact: OverrideFact, page: Page) -> dict[str, Any]:
    row = page.overrides[fact.id]
    return {
        "id": row.pk,
        "version": row.version,
        "note": row.note,
        "instead": _instead(fact, page),
        **times.ends(fact.period, page.zone),
        "whole_words": words.period_words(fact.period, page.zone),
        "over": fact.period.ends_at <= page.now,
    }


def _instead(fact: OverrideFact, page: Page) -> str:
    """Return whose place is taken: a name, or a level."""
    if fact.level is not None:
        return _("level %(level)d") % {"level": fact.level}
    of_shift = (shift.who for shift in page.facts.shifts if shift.id == fact.shift)
    who = fact.assignee or next(of_shift, None)
    face = page.faces.get(who) if who else None
    return face.name if face else ""


def _stretches(
    facts: ScheduleFacts,
    period: Period,
    chosen: Callable[[Iterable[Standing]], list[Standing]],
    same: Callable[[Standing, Standing], bool],
) -> list[Stretch]:
    """Return the chosen standings of a period, joined while they stay the same."""
    found: list[Stretch] = []
    for stretch, standings in resolve.segments(facts, period.starts_at, period.ends_at):
        for standing in chosen(standings):
            at = _goes_on(found, stretch, standing, same)
            if at is None:
                found.append((stretch, standing))
            else:
                found[at] = (Period(found[at][0].starts_at, stretch.ends_at), standing)
    return found


def _goes_on(
    found: list[Stretch],
    stretch: Period,
    standing: Standing,
    same: Callable[[Standing, Standing], bool],
) -> int | None:
    """Return which of the last stretches this one goes on, if any."""
    for at in range(len(found) - 1, max(len(found) - 20, -1), -1):
        last, before = found[at]
        if last.ends_at == stretch.starts_at and same(before, standing):
            return at
    return None


def _same_to_a_caller(one: Standing, other: Standing) -> bool:
    return (one.who, one.reason, one.level) == (other.who, other.reason, other.level)
