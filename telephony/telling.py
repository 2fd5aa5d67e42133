"""What is told of a call, whichever way it went: a caller's visit, or a call that we placed."""

from __future__ import annotations

from collections.abc import Iterator

from telephony import narrative
from telephony.enums import LegResult, Outcome, Phase
from telephony.types.visits import Line, Rung, Verdict, Visit


def verdict(visit: Visit) -> Verdict:
    """Return what became of the call, or how it stands while it lasts."""
    return _verdict(visit) if visit.outgoing else narrative.verdict(visit)


def story(visit: Visit) -> list[Line]:
    """Return the call in order, reduced to what matters; things of one instant keep their order."""
    return _story(visit) if visit.outgoing else narrative.story(visit)


def _own(visit: Visit) -> Rung | None:
    return visit.phones[0] if visit.phones else None


def _verdict(visit: Visit) -> Verdict:
    own = _own(visit)
    params = {"name": own.name if own else ""}
    if visit.ended_at is None:
        return Verdict(_live(visit), params)
    if visit.outcome == Outcome.CONNECTED:
        talked = narrative.talk_seconds(visit) or 0
        return Verdict("placed_and_spoke", {**params, "talked": talked})
    if visit.outcome == Outcome.FAILED:
        return Verdict("placed_not_reached", params)
    took = own is not None and own.accepted_at is not None
    return Verdict("placed_given_up" if took else "placed_not_taken", params)


def _live(visit: Visit) -> str:
    match visit.phase:
        case Phase.RINGING:
            return "placed_own_rings"
        case Phase.CLAIMED:
            return "placed_calls"
        case Phase.CONNECTED:
            return "live_talking"
    return "placed_not_reached"


def _story(visit: Visit) -> list[Line]:
    own = _own(visit)
    name = own.name if own else ""
    first = Line(visit.started_at, "placed", params={"name": name})
    return sorted([first, *_lines(visit, name)], key=lambda line: line.at)


def _lines(visit: Visit, name: str) -> Iterator[Line]:
    phones = {phone.ordinal: phone for phone in visit.phones}
    ended_by_us = False
    for event in visit.happenings:
        match event.code:
            case "leg_dialled" if event.leg in phones:
                yield narrative.rung_line(visit, phones[event.leg], "")
            case "connected":
                yield from narrative.talk_lines(visit, event.leg)
            case "talk_over" if not ended_by_us:
                yield Line(event.at, "over")
            case "ended_by_us":
                ended_by_us = True
                yield Line(event.at, event.code, params=dict(event.params))
            case "call_back_over" if not ended_by_us and _left_early(visit):
                yield Line(event.at, "asker_left", params={"name": name})


def _left_early(visit: Visit) -> bool:
    """Tell whether whoever called hung up while the other phone rang."""
    return any(phone.result == LegResult.WITHDRAWN for phone in visit.phones[1:])
