"""A call's events and phones as a short story and one verdict: codes here, words in `story`.

Pure: every phone becomes one line that says how it was rung and what came of it, and what only a
technician asks for is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from telephony.enums import LegResult, Outcome, Phase
from telephony.types.visits import Happening, Line, Params, Rung, Verdict, Visit

# How each result of a phone is told, when nothing about it needs more words.
_RUNG = {
    LegResult.ACCEPTED: "took",
    LegResult.PICKED_UP: "picked_up",
    LegResult.PASSED: "passed_on",
    LegResult.NO_KEY: "no_key",
    LegResult.BUSY: "busy",
    LegResult.REJECTED: "rejected",
    LegResult.UNREACHABLE: "unreachable",
    LegResult.TIMEOUT: "no_answer",
    LegResult.HUNG_UP: "hung_up",
    LegResult.NOT_DIALLED: "not_dialled",
    LegResult.NOT_ALLOWED: "not_allowed",
    LegResult.UNKNOWN: "lost_track",
}
_SIMPLE = {
    "gone_before_answer": "gone_at_once",
    "closed": "closed",
    "menu_entered": "menu_entered",
    "call_back_requested": "call_back_requested",
    "unknown_extension": "unknown_extension",
    "message_may_exist": "message_may_exist",
    "talk_over": "over",
    "caller_found_gone": "found_gone",
}
_LIVE = {
    Phase.MENU: "live_menu",
    Phase.RINGING: "live_ringing",
    Phase.CLAIMED: "live_connecting",
    Phase.CONNECTED: "live_talking",
    Phase.MESSAGE: "live_message",
    Phase.ANNOUNCEMENT: "live_announcement",
}


def seconds_between(start: datetime, end: datetime) -> int:
    """Return whole seconds, never less than none."""
    return max(round((end - start).total_seconds()), 0)


# --- one sentence -----------------------------------------------------------------------------


def verdict(visit: Visit) -> Verdict:
    """Return what became of the call, or how it stands while it lasts."""
    if visit.ended_at is None:
        return _live(visit)
    waited = seconds_between(visit.started_at, visit.ended_at)
    if visit.ended_here:
        return Verdict("ended_here", {"waited": waited})
    match visit.outcome:
        case Outcome.CONNECTED | Outcome.PICKED_UP:
            return _answered(visit)
        case Outcome.MESSAGE_LEFT:
            return Verdict("message_left" if visit.phones else "message_left_nobody")
        case Outcome.ANNOUNCEMENT:
            return Verdict("announcement" if visit.phones else "announcement_nobody")
        case Outcome.GAVE_UP_IN_MENU:
            return Verdict("gave_up_in_menu", {"waited": waited})
        case Outcome.CALL_BACK_REQUESTED | Outcome.LINE_FULL | Outcome.BLOCKED:
            return Verdict(visit.outcome)
        case Outcome.GAVE_UP_RINGING:
            code = "gave_up_doubt" if visit.message_may_exist else "gave_up"
            return Verdict(code, {"waited": waited})
        case Outcome.GAVE_UP_IN_VOICEMAIL:
            code = "no_message_doubt" if visit.message_may_exist else "no_message"
            return Verdict(code)
    return Verdict("other", {"outcome": visit.outcome})


def _answered(visit: Visit) -> Verdict:
    taker = _taker(visit)
    if taker is None:
        return Verdict("answered")
    after = seconds_between(visit.started_at, _taken_at(visit, taker))
    params: dict[str, str | int] = {"name": taker.name, "after": after}
    if (talked := talk_seconds(visit)) is not None:
        params["talked"] = talked
    code = "took" if taker.screened else "picked_up"
    return Verdict(code if talked is None else f"{code}_and_spoke", params)


def _live(visit: Visit) -> Verdict:
    code = _LIVE.get(Phase(visit.phase), "live_ringing")
    if code in ("live_connecting", "live_talking"):
        taker = _taker(visit)
        return Verdict(code, {"name": taker.name}) if taker else Verdict("live")
    if code == "live_ringing" and (names := [phone.name for phone in open_phones(visit)]):
        return Verdict("live_ringing_who", {"names": ", ".join(names)})
    return Verdict(code)


def _taker(visit: Visit) -> Rung | None:
    """Return whoever has, or had, the caller: by key, or by picking up a direct call."""
    for phone in visit.phones:
        if phone.ordinal == visit.accepted_leg or phone.result == LegResult.PICKED_UP:
            return phone
    return None


def _taken_at(visit: Visit, taker: Rung) -> datetime:
    return visit.accepted_at or taker.accepted_at or taker.picked_up_at or taker.dialled_at


def open_phones(visit: Visit) -> list[Rung]:
    """Return the phones that ring, or are being asked for a key, at this moment."""
    return [phone for phone in visit.phones if not phone.result and phone.ended_at is None]


def taker(visit: Visit) -> int | None:
    """Return the ordinal of whoever took the call, by key or by picking up, None for nobody."""
    found = _taker(visit)
    return found.ordinal if found else None


def waited_seconds(visit: Visit, now: datetime) -> int:
    """Return how long the caller waited: until somebody was there, a message, or they gave up."""
    found = _taker(visit)
    if found is not None:
        return seconds_between(visit.started_at, _taken_at(visit, found))
    return seconds_between(visit.started_at, visit.ending_at or visit.ended_at or now)


def talk_seconds(visit: Visit) -> int | None:
    """Return how long the caller and whoever took the call spoke, None when they did not yet."""
    taker = _taker(visit)
    start = talk_start(visit, taker)
    end = _talk_end(visit, taker)
    return None if start is None or end is None else seconds_between(start, end)


def talk_start(visit: Visit, taker: Rung | None) -> datetime | None:
    """Return when the caller and `taker` could hear each other, None when they could not."""
    if taker is None:
        return None
    return visit.connected_at if taker.screened else taker.picked_up_at


def _talk_end(visit: Visit, taker: Rung | None) -> datetime | None:
    ends = [taker.ended_at if taker else None, visit.ended_at]
    return min((end for end in ends if end is not None), default=None)


# --- the story --------------------------------------------------------------------------------


def story(visit: Visit) -> list[Line]:
    """Return the call in order, reduced to what matters; things of one instant keep their order."""
    lines = [Line(visit.started_at, "came_in"), *_lines(visit), *_without_events(visit)]
    return sorted(lines, key=lambda line: line.at)


def _lines(visit: Visit) -> Iterator[Line]:
    phones = {phone.ordinal: phone for phone in visit.phones}
    stage = ""
    for index, event in enumerate(visit.happenings):
        match event.code:
            case "stage_started":
                before, stage = stage, event.params.get("reason", "")
                if stage == "supervisors" != before:
                    yield Line(event.at, "to_supervisors")
            case "leg_dialled" if event.leg in phones:
                yield rung_line(visit, phones[event.leg], stage)
            case "diverted":
                yield Line(event.at, "diverted", params=dict(event.params))
            case "skipped":
                yield Line(event.at, _skip_code(event), params=dict(event.params))
            case "connected":
                yield from talk_lines(visit, event.leg)
            case "leg_picked_up" if event.leg in phones and not phones[event.leg].screened:
                yield from talk_lines(visit, event.leg)
            case "key_pressed":
                yield _key(event)
            case "language_chosen" | "refused":
                yield Line(event.at, event.code, params=dict(event.params))
            case "unanswered":
                yield _unanswered(visit, event)
            case "message_recorded":
                yield _message(visit, event)
            case "message_again" | "message_too_short":
                yield Line(event.at, event.code)
            case "ended_by_us":
                yield Line(event.at, event.code, params=dict(event.params))
            case "caller_gone" | "talk_over" if _ended_here(visit.happenings[:index]):
                pass  # that is how it came about
            case "caller_gone" if not _gave_up(visit.happenings[:index]):
                yield Line(event.at, "hung_up_caller")
            case code if code in _SIMPLE:
                yield Line(event.at, _SIMPLE[code])


def _key(event: Happening) -> Line:
    if not event.params.get("key"):
        return Line(event.at, "no_key_pressed")
    code = "key_pressed" if event.params.get("name") else "key_pressed_unnamed"
    return Line(event.at, code, params=dict(event.params))


def _skip_code(event: Happening) -> str:
    return "left_out" if event.params.get("name") else "nobody"


def _without_events(visit: Visit) -> Iterator[Line]:
    """Phones whose dialling left no event are told all the same."""
    told = {event.leg for event in visit.happenings if event.code == "leg_dialled"}
    return (rung_line(visit, phone, "") for phone in visit.phones if phone.ordinal not in told)


def rung_line(visit: Visit, phone: Rung, stage: str) -> Line:
    """Return the one line of a phone: how long it rang, what came of it, and why it was rung."""
    start = phone.rang_at or phone.dialled_at
    params: dict[str, str | int] = {"name": phone.name}
    if stage:
        params["stage"] = stage
    end = settled_at(visit, phone)
    if end is not None:
        params["seconds"] = seconds_between(start, end)
    if phone.picked_up_at is not None:
        params["after"] = seconds_between(start, phone.picked_up_at)
    code = rung_code(phone)
    if code in ("withdrawn", "too_late"):
        params["reason"] = _withdrawn_by(visit, phone)
    return Line(phone.dialled_at, code, phone.ordinal, params)


def rung_code(phone: Rung) -> str:
    """Return what came of ringing a phone, or how it stands, as the code of its line."""
    if not phone.result and phone.ended_at is None:
        return "rings" if phone.picked_up_at is None else "listens"
    if phone.result == LegResult.WITHDRAWN:
        return "withdrawn" if phone.picked_up_at is None else "too_late"
    if phone.result == LegResult.HUNG_UP and phone.accepted_at is not None:
        return "dropped"
    return _RUNG.get(LegResult(phone.result or LegResult.UNKNOWN), "lost_track")


def settled_at(visit: Visit, phone: Rung) -> datetime | None:
    """Return when it was known what comes of a phone; hearing the goodbye takes longer."""
    if phone.result == LegResult.ACCEPTED:
        return phone.accepted_at
    if phone.result == LegResult.PICKED_UP:
        return phone.picked_up_at
    for event in visit.happenings:
        if event.leg == phone.ordinal and event.code in ("leg_result", "claim_lost"):
            return event.at
    return phone.ended_at


def _withdrawn_by(visit: Visit, phone: Rung) -> str:
    """Return what ended the ringing of a phone that was no longer needed: a code."""
    cause = ""
    for event in visit.happenings:
        if event.code == "leg_accepted":
            cause = "taken"
        elif event.code == "unanswered":
            cause = event.params.get("reason", "")
        elif event.code == "ended_by_us":
            cause = event.code
        elif event.code == "call_back_over" and not cause:
            cause = "asker_left"
        elif event.code == "leg_result" and event.leg == phone.ordinal:
            return cause
    return cause


def talk_lines(visit: Visit, leg: int | None) -> Iterator[Line]:
    """Yield that a phone (ordinal) and the other side were recorded, and for how long they spoke.

    Nobody is connected who was not told first.
    """
    taker = next((phone for phone in visit.phones if phone.ordinal == leg), None)
    start = talk_start(visit, taker)
    if taker is None or start is None:
        return
    if visit.records:
        yield Line(start, "recorded")
    end = _talk_end(visit, taker)
    params: dict[str, str | int] = {"name": taker.name}
    if end is None:
        yield Line(start, "speaking", leg, params)
        return
    params["seconds"] = seconds_between(start, end)
    yield Line(start, "spoke" if taker.screened else "was_connected", leg, params)


def _unanswered(visit: Visit, event: Happening) -> Line:
    reason = event.params.get("reason", "")
    params: Params = {"reason": reason}
    waited = {"seconds": seconds_between(visit.started_at, event.at)}
    if reason == "caller_hung_up":
        return Line(event.at, "gave_up", params=waited)
    if reason == "message_left_waiting":
        return Line(event.at, "stopped_ringing", params=waited)
    code = "message_offered" if visit.takes_messages else "announced"
    return Line(event.at, code, params={**params, **waited})


def _message(visit: Visit, event: Happening) -> Line:
    at, known = spoken(visit, event)
    params: Params = {} if known is None else {"seconds": known}
    return Line(at, "message_left", params=params)


def spoken(visit: Visit, recorded: Happening) -> tuple[datetime, int | None]:
    """Return when the caller began to speak, and for how long; we hear of it when it is over.

    That is known of the last recording; those before were recorded again.
    """
    told = [event for event in visit.happenings if event.code == recorded.code]
    if told[-1:] == [recorded]:
        return visit.message_at or recorded.at, visit.message_seconds
    return recorded.at, None


def _gave_up(before: Sequence[Happening]) -> bool:
    return any(
        event.code == "unanswered" and event.params.get("reason") == "caller_hung_up"
        for event in before
    )


def _ended_here(before: Sequence[Happening]) -> bool:
    return any(event.code == "ended_by_us" for event in before)
