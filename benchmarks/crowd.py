"""Five hundred callers at once: how long each waits for a ring, and how late each step is.

Ten callers arrive a second. Each line rings two people in turn, twice, and then takes a message; on
every third the first of them takes the call. Once with the platform's limit raised to 60 new calls
a second, as it does on request; once with its own three, where what counts is that first phones go
before those of a cascade, and that no caller is lost.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any

from benchmarks.portal import said
from tests.whole import Whole

PER_SECOND = 10
RAISED, USUAL = 60, 3
FIRST_RING_S, LATE_S = 2.0, 1.0
_TAKES, _IGNORES = "answers:4,press=1,press_after_s=2,talks=70,hangs_up=70", "ignores"
# The platform tells of a recording a moment after the call is over.
_RECORDED_S = 5
_LIVE = "SELECT count(*) FROM telephony_call WHERE ended_at IS NULL"
_DIALS = """
    SELECT json_agg(json_build_array(call.leg_uuid, leg.number, action.created_at, leg.uuid))::text
    FROM telephony_callaction action
    JOIN telephony_leg leg ON leg.id = action.leg_id
    JOIN telephony_call call ON call.id = action.call_id
    WHERE action.kind = 'dial' AND call.started_at >= '{since}'
"""
_TAKEN = """
    SELECT json_object_agg(leg_uuid, accepted_at)::text FROM telephony_call
    WHERE accepted_at IS NOT NULL AND started_at >= '{since}'
"""
_OUTCOMES = """
    SELECT json_agg(outcome)::text FROM telephony_call WHERE started_at >= '{since}'
"""


@dataclass
class Crowd:
    """What became of so many callers; seconds throughout."""

    callers: int
    most_at_once: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    first_rings: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    cascade_dials: int = 0
    overtaken: int = 0
    """Dials of a cascade that were placed while a first dial had waited for a second or more."""

    def report(self, limit: int) -> str:
        """Return the lines that are printed."""
        outcomes = ", ".join(f"{count} {name}" for name, count in sorted(self.outcomes.items()))
        lost = self.callers - sum(self.outcomes.values())
        return (
            f"{self.callers} callers, {PER_SECOND} a second, {limit} new calls a second:"
            f" {self.most_at_once} at once; {outcomes}, {lost} lost\n"
            f"  arrival to first ring: {_spread(self.first_rings)}\n"
            f"  lateness of {len(self.late)} steps: {_spread(self.late)}\n"
            f"  {self.cascade_dials} dials of a cascade, {self.overtaken} of them before a first"
            " dial that had waited for a second"
        )


def _spread(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return "none"
    return (
        f"p50 {median(seconds):.2f} s, p95 {_percentile(seconds, 95):.2f} s,"
        f" p99 {_percentile(seconds, 99):.2f} s, longest {max(seconds):.2f} s"
    )


def _percentile(seconds: list[float], percent: int) -> float:
    return quantiles(seconds, n=100, method="inclusive")[percent - 1]


def gather(whole: Whole, limit: int) -> Crowd:
    """Let them all call at this limit, wait until the last has gone, and look at what happened."""
    lines = _house(whole, limit)
    for n, (_line, first, second) in enumerate(lines):
        whole.phone(first, _IGNORES if n % 3 else _TAKES)
        whole.phone(second, _IGNORES)
    since = datetime.fromisoformat(str(whole.portal.query("SELECT now()::text")))
    crowd = Crowd(len(lines))
    callers = _arrive(whole, [line for line, *_phones in lines])
    while live := int(str(whole.portal.query(_LIVE))):
        crowd.most_at_once = max(crowd.most_at_once, live)
        time.sleep(0.5)
    time.sleep(_RECORDED_S)
    _look(whole, crowd, callers, since)
    return crowd


def _house(whole: Whole, limit: int) -> list[list[str]]:
    lines: list[list[str]] = said(whole, "benchmarks.crowd_house", str(limit))
    whole.control("PUT", "limit", calls_per_second=limit)
    return lines


def _arrive(whole: Whole, lines: list[str]) -> list[str]:
    """Let somebody call each line, so many a second; return the ids of their legs."""
    began, callers = time.monotonic(), []
    for n, line in enumerate(lines):
        time.sleep(max(0.0, began + n / PER_SECOND - time.monotonic()))
        callers.append(whole.dial(line, speaks_s=5))
    return callers


def _look(whole: Whole, crowd: Crowd, callers: list[str], since: datetime) -> None:
    legs = {leg["uuid"]: leg for leg in whole.control("GET", "legs")["legs"]}
    calls = {call["id"]: call for call in whole.control("GET", "calls")["calls"]}
    phones = {phone["number"]: phone for phone in whole.control("GET", "phones")["phones"]}
    stamp = since.isoformat()
    outcomes = json.loads(str(whole.portal.query(_OUTCOMES.format(since=stamp))))
    crowd.outcomes.update(outcome or "no outcome" for outcome in outcomes)
    dials = _dials(json.loads(str(whole.portal.query(_DIALS.format(since=stamp)))), legs)
    taken = json.loads(str(whole.portal.query(_TAKEN.format(since=stamp))))
    for caller in callers:
        mine = [each for each in dials if each.caller == caller]
        if mine:
            arrived = _instant(legs[caller]["created_at"])
            crowd.first_rings.append((mine[0].rang - arrived).total_seconds())
        crowd.late += _steps(mine, calls[caller], taken.get(caller), phones)
    compare(crowd, dials)


@dataclass(frozen=True)
class Dialled:
    """A phone rung for a caller: when it was decided, when it rang, until when."""

    caller: str
    decided: datetime
    rang: datetime
    ended: datetime


def _dials(rows: list[list[str]], legs: dict[str, dict[str, Any]]) -> list[Dialled]:
    """Return every phone that rang, in the order in which they did."""
    found = [
        Dialled(
            caller,
            _instant(decided),
            _instant(legs[uuid]["created_at"]),
            _instant(legs[uuid]["ended_at"]),
        )
        for caller, _number, decided, uuid in rows
        if uuid in legs
    ]
    return sorted(found, key=lambda each: each.rang)


def _steps(
    mine: list[Dialled], call: dict[str, Any], taken: str | None, phones: dict[str, Any]
) -> list[float]:
    """Return how late each step was: the next phone, the talk, or the words for a message."""
    late = [(b.rang - a.ended).total_seconds() for a, b in itertools.pairwise(mine)]
    if taken and call["connections"]:
        talk = call["connections"][0]
        told = _told(phones[talk["with"]], _instant(taken))
        return [*late, (_instant(talk["start"]) - _instant(taken) - told).total_seconds()]
    words = [_instant(each["at"]) for each in call["heard"] if each["kind"] == "said"]
    after = [at for at in words if mine and at >= mine[-1].ended]
    return [*late, *((at - mine[-1].ended).total_seconds() for at in after[:1])]


def _told(phone: dict[str, Any], since: datetime) -> timedelta:
    """Return how long whoever took the call was spoken to before the talk, as they should be."""
    words = [each for each in phone["heard"] if each["kind"] == "said"]
    said = [each for each in words if _instant(each["at"]) >= since]
    spoken = (_instant(each["until"]) - _instant(each["at"]) for each in said)
    return sum(spoken, timedelta())


def compare(crowd: Crowd, dials: list[Dialled]) -> None:
    """Note the cascade's dials, and those placed while a first one had waited for a second."""
    rung: set[str] = set()
    first: list[Dialled] = []
    cascade: list[Dialled] = []
    for each in dials:
        (cascade if each.caller in rung else first).append(each)
        rung.add(each.caller)
    second = timedelta(seconds=1)
    crowd.cascade_dials = len(cascade)
    crowd.overtaken = sum(
        any(one.decided + second < each.rang < one.rang for one in first) for each in cascade
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def run(whole: Whole) -> bool:
    """Measure both, print; return whether the goals are met and nobody was lost."""
    raised, usual = gather(whole, RAISED), gather(whole, USUAL)
    for limit, crowd in ((RAISED, raised), (USUAL, usual)):
        sys.stdout.write(crowd.report(limit) + "\n")
    sys.stdout.write(
        f"  goals at {RAISED}: first ring p95 under {FIRST_RING_S:g} s, steps p99 under"
        f" {LATE_S:g} s late; at both: nobody lost; at {USUAL}: none overtaken\n"
    )
    return (
        _percentile(raised.first_rings, 95) < FIRST_RING_S
        and _percentile(raised.late, 99) < LATE_S
        and usual.overtaken == 0
        and all(_kept(crowd) for crowd in (raised, usual))
    )


def _kept(crowd: Crowd) -> bool:
    helped = crowd.outcomes["connected"] + crowd.outcomes["message_left"]
    return helped == crowd.callers
