"""What the page of a call shows: verdict, ladder, story, message, facts, e-mails, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.lib import phone, spans
from oncall_portal.lib.access import can, visible
from oncall_portal.outbox.queries import about
from scheduling import whens
from scheduling.access import ADD, SEE_NUMBER, VIEW, standing_of
from scheduling.queries import house
from telephony import block_list, labels, ladder, narrative, placing, promise_page, telling
from telephony.access import CALL_BACK, END_CALL
from telephony.enums import Direction, LegResult
from telephony.models import BlockedCaller, Call, CallbackRequest, Caller, CallEvent, Leg
from telephony.story import (
    arrow_words,
    caller_with,
    caller_words,
    line_html,
    line_words,
    look,
    sentence,
    stage_words,
    verdict_words,
    visit_of,
    zone_of,
)
from telephony.types.visits import Line, Rung, Visit

LIVE_MS, SETTLING_MS = 2000, 5000
# E-mails leave and recordings are fetched after the end; until then the page looks again.
SETTLES_IN = timedelta(minutes=2)
_ICONS = {
    "came_in": "phone",
    "took": "check",
    "picked_up": "check",
    "spoke": "phone",
    "speaking": "phone",
    "was_connected": "phone",
    "rings": "sound",
    "listens": "sound",
    "to_supervisors": "people",
    "left_out": "person",
    "nobody": "warning",
    "diverted": "divert",
    "withdrawn": "close",
    "too_late": "close",
    "passed_on": "arrow-right",
    "message_offered": "voicemail",
    "message_left": "voicemail",
    "announced": "sound",
    "stopped_ringing": "close",
    "message_may_exist": "warning",
    "found_gone": "warning",
    "gave_up": "hang-up",
    "gone_at_once": "hang-up",
    "hung_up_caller": "hang-up",
    "over": "hang-up",
}
_WELL = frozenset({"took", "picked_up", "spoke", "speaking", "was_connected"})
_AMBER = frozenset({"message_may_exist", "diverted", "found_gone", "nobody"})
_BAD = frozenset(
    {
        *("no_answer", "no_key", "busy", "rejected", "unreachable", "hung_up", "dropped"),
        *("not_dialled", "not_allowed", "lost_track", "gave_up", "gone_at_once"),
    }
)


@dataclass(frozen=True)
class Told:
    """One line of the story: when, a symbol with its tone, the sentence, what explains it."""

    at: str
    icon: str
    tone: str
    html: str
    detail: str = ""
    took: str = ""


@dataclass(frozen=True)
class Tried:
    """One phone rung, as the list says it that stands for the ladder."""

    at: str
    name: str
    number: str
    result: str
    tone: str
    took: str


def context(call: Call, user: Any, now: datetime) -> dict[str, Any]:
    """Return all that the page shows of a call to `user`; a fixed number of queries."""
    legs = list(call.legs.select_related("staff", "service").order_by("ordinal"))
    events = list(call.events.select_related("leg").order_by("at", "pk"))
    messages = voice_messages(call, user)
    left = next((each for each in reversed(messages) if each.counts), None)
    spoken = (left.left_at, left.recording.duration_seconds) if left else None
    visit = visit_of(call, legs, events, spoken)
    house_zone, caller = house().time_zone, caller_of(call, user)
    zone, own_zone = zone_of(call, house_zone), standing_of(user).time_zone or house_zone
    by_ordinal = {leg.ordinal: leg for leg in legs}
    numbers = {leg.ordinal: _number(leg, user) for leg in legs}
    return {
        "call": call,
        "live": call.ended_at is None,
        "may_call_back": call.ended_at is not None
        and bool(placing.number_of(call))
        and can(user, CALL_BACK, call),
        "may_hang_up": call.ended_at is None and can(user, END_CALL, call),
        **_blocking(call, user),
        "wish": _wish(call, user),
        **promise_page.context(call, user, now, zone.key),
        "calls_back": list(call.calls_back.order_by("pk").values_list("pk", flat=True)),
        "live_ms": _live_ms(call, now),
        "verdict": verdict_words(telling.verdict(visit)),
        "look": look(call),
        "line": _line(call, caller.name if caller else "", zone, own_zone),
        "day": capfirst(_day(call.started_at.astimezone(zone))),
        "time": formats.date_format(call.started_at.astimezone(zone), "H:i"),
        "zone": zone.key if zone.key != own_zone else "",
        "story": [_told(line, zone, numbers) for line in telling.story(visit)],
        "left_out": _left_out(visit),
        "tried": [_tried(visit, rung, zone, numbers) for rung in visit.phones],
        "ladder": _ladder(visit, call, zone, by_ordinal, numbers),
        "waited": _waited(visit, call, now),
        "events": [_event(event, zone) for event in events],
        "voicemails": messages,
        "recordings": conversations([call], user).get(call.pk, []),
        "mails": about(user, _causes(call, messages)),
        "facts": list(_facts(visit, call, now)),
        "caller_pk": caller.pk if caller else None,
        "taker": by_ordinal.get(narrative.taker(visit) or -1),
    }


def caller_of(call: Call, user: Any) -> Caller | None:
    """Return who is known behind a call as far as `user` may see them, None while nobody is."""
    if not call.caller:
        return None
    return visible(user, Caller.objects.filter(number=call.caller)).first()


def may_block(call: Call, user: Any) -> bool:
    """Tell whether `user` may put the caller of a call on the block list; not who is unknown."""
    theirs = call.direction == Direction.IN and bool(call.caller)
    return theirs and can(user, ADD, BlockedCaller)


def _blocking(call: Call, user: Any) -> dict[str, Any]:
    """Return the entry by which the caller is blocked at every number, and if it can be made."""
    seen = bool(call.caller) and can(user, VIEW, BlockedCaller)
    entry = block_list.entry_for(call.caller, None) if seen else None
    return {"blocked_by": entry, "may_block": entry is None and may_block(call, user)}


def _wish(call: Call, user: Any) -> CallbackRequest | None:
    """Return the caller's request to be called back, None when there is none to see."""
    rows = CallbackRequest.objects.filter(call=call).select_related("service", "mailbox")
    return visible(user, rows).first()


def voice_messages(call: Any, user: Any) -> list[Any]:
    """Return what the caller said after the tone, as far as `user` may hear it; one query."""
    rows = call.voicemails.select_related("recording", "mailbox").order_by("left_at")
    return list(visible(user, rows)) if can(user, VIEW, rows.model) else []


def conversations(calls: Sequence[Call], user: Any) -> dict[int, list[Any]]:
    """Return what was recorded of these calls, by their ids, as far as `user` may hear it."""
    kept: Any = Call._meta.get_field("recordings").related_model
    rows = kept.objects.filter(call__in=[call.pk for call in calls], kind="conversation")
    found: dict[int, list[Any]] = {}
    for row in visible(user, rows.order_by("recorded_at", "pk")):
        found.setdefault(row.call_id, []).append(row)
    return found


def _causes(call: Call, messages: Sequence[Any]) -> list[str]:
    return [f"call:{call.pk}", *(f"voicemail:{message.pk}" for message in messages)]


def _live_ms(call: Call, now: datetime) -> int:
    if call.ended_at is None:
        return LIVE_MS
    return SETTLING_MS if now < call.ended_at + SETTLES_IN else 0


def _number(leg: Leg, user: Any) -> str:
    # the other side of a call of ours: whoever sees the call sees whom it was to
    whole = can(user, SEE_NUMBER, leg) or leg.number == leg.call.caller
    return phone.spaced(leg.number) if whole else phone.mask(leg.number)


def _line(call: Call, name: str, zone: ZoneInfo, own_zone: str) -> str:
    start = call.started_at.astimezone(zone)
    placed = call.direction == Direction.OUT
    words = {
        "caller": caller_with(name, call),
        "line": line_name(call),
        "day": formats.date_format(start, "l j F Y"),
        "time": whens.with_zone(f"{start:%H:%M:%S}", start, zone.key, own_zone),
    }
    if placed:
        text = _("A call to %(caller)s, shown as %(line)s, on %(day)s at %(time)s.")
        return text % words
    return capfirst(_("%(caller)s called %(line)s on %(day)s at %(time)s.") % words)


def line_name(call: Call) -> str:
    """Return the number called by its name, with the number itself where it has none."""
    return call.label or phone.spaced(call.dialled)


def _day(local: datetime) -> str:
    return whens.said(local, "D j M Y")


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M:%S}"


def _told(line: Line, zone: ZoneInfo, numbers: Mapping[int, str]) -> Told:
    code = line.code
    tone = "ok" if code in _WELL else "bad" if code in _BAD else "warn" if code in _AMBER else ""
    stage = str(line.params.get("stage", ""))
    detail = [stage_words(stage) if stage else "", numbers.get(line.leg or -1, "")]
    seconds = line.params.get("seconds") if line.leg is not None or code == "message_left" else None
    return Told(
        at=_clock(line.at, zone),
        icon=_ICONS.get(code, "missed"),
        tone=tone,
        html=line_html(line),
        detail=" · ".join(part for part in detail if part) if code not in _SPEECH else "",
        took="" if seconds is None else spans.words(int(seconds)),
    )


_SPEECH = frozenset({"spoke", "speaking", "was_connected"})


def _left_out(visit: Visit) -> list[str]:
    lines = telling.story(visit)
    return [line_words(line) for line in lines if line.code in ("left_out", "nobody", "diverted")]


def _tried(visit: Visit, rung: Rung, zone: ZoneInfo, numbers: Mapping[int, str]) -> Tried:
    code = narrative.rung_code(rung)
    start, end = rung.rang_at or rung.dialled_at, narrative.settled_at(visit, rung)
    took = "" if end is None else spans.words(narrative.seconds_between(start, end))
    tone = "ok" if code in _WELL else "bad" if code in _BAD else ""
    words = capfirst(arrow_words(code, None))
    return Tried(_clock(start, zone), rung.name, numbers[rung.ordinal], words, tone, took)


def _ladder(
    visit: Visit,
    call: Call,
    zone: ZoneInfo,
    legs: Mapping[int, Leg],
    numbers: Mapping[int, str],
) -> dict[str, Any]:
    drawn = ladder.draw(visit)
    return {
        "drawn": drawn,
        "columns": [
            {"x": column.x, **_column(column, call, legs, numbers)} for column in drawn.columns
        ],
        "arrows": [
            {
                "shape": arrow,
                "at": _clock(arrow.at, zone),
                "words": arrow_words(arrow.code, arrow.seconds),
            }
            for arrow in drawn.arrows
        ],
        "bars": [{"shape": bar, "colour": _colour(legs.get(bar.leg or -1))} for bar in drawn.bars],
    }


def _column(
    column: ladder.Column, call: Call, legs: Mapping[int, Leg], numbers: Mapping[int, str]
) -> dict[str, str]:
    match column.kind:
        case "caller":
            return {"name": _("Caller"), "sub": phone.spaced(call.caller) or caller_words(call)}
        case "portal":
            return {"name": _("Portal"), "sub": _cut(line_name(call))}
        case "voicemail":
            return {"name": _("Voicemail"), "sub": ""}
    name, _open, label = column.name.partition(" (")
    sub = label.rstrip(")") or numbers.get(column.leg or -1, "")
    return {"name": _cut(name), "sub": _cut(sub)}


def _cut(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"


def _colour(leg: Leg | None) -> str:
    """Return the class of the colour of whoever was rung, "" for a bare number."""
    owner = (leg.staff or leg.service) if leg else None
    return f"c-{owner.colour.lower().removeprefix('#')}" if owner else ""


def _event(event: CallEvent, zone: ZoneInfo) -> dict[str, str]:
    words = sentence(event.code, event.params, event.leg.name if event.leg else "")
    return {"at": _clock(event.at, zone), "words": words}


def _waited(visit: Visit, call: Call, now: datetime) -> str:
    """Return the small print of the ladder: how long it took, and what was planned at most."""
    seconds = spans.words(narrative.waited_seconds(visit, now))
    if narrative.taker(visit) is not None:
        first = _("taken after %(seconds)s")
    elif visit.ending_at is not None and visit.takes_messages:
        first = _("message asked for after %(seconds)s")
    elif call.ended_at is not None:
        first = _("waited %(seconds)s")
    else:
        first = ""
    planned = (call.state or {}).get("plan", {}).get("worst_case_seconds")
    parts = [first % {"seconds": seconds}] if first else []
    if planned:
        parts.append(_("planned at most %(seconds)s") % {"seconds": spans.words(planned)})
    return " · ".join(parts)


def _facts(visit: Visit, call: Call, now: datetime) -> Iterator[tuple[str, str]]:
    words = labels.OUTCOME if call.ended_at else labels.PHASE
    found = call.outcome if call.ended_at else call.phase
    yield _("Outcome"), capfirst(str(words.get(found, "")))
    if call.message_may_exist:
        yield _("Message"), _("One may exist that never came in")
    dialled = phone.spaced(call.dialled).replace(" ", "\N{NO-BREAK SPACE}")
    shown = call.direction == Direction.OUT
    yield (
        _("Number shown") if shown else _("Number called"),
        " · ".join(filter(None, [call.label, dialled])),
    )
    yield _("Phones rung"), _phones(visit)
    waited = spans.words(narrative.waited_seconds(visit, now))
    if narrative.taker(visit) is not None and not visit.outgoing:
        yield _("Until taken"), waited
    elif visit.ending_at is not None:
        until = _("Until message") if visit.takes_messages else _("Until announcement")
        yield until, waited
    if (talked := narrative.talk_seconds(visit)) is not None:
        yield _("Conversation"), spans.words(talked)
    if call.ended_at is not None:
        whole = narrative.seconds_between(call.started_at, call.ended_at)
        yield _("Whole call"), spans.words(whole)
    planned = (call.state or {}).get("plan", {}).get("worst_case_seconds")
    if planned:
        yield _("Longest wait planned"), spans.words(planned)
    yield _("Office"), capfirst(str(labels.TRIAGE[call.triage]))


def _phones(visit: Visit) -> str:
    count = len(visit.phones)
    took = sum(rung.result in (LegResult.ACCEPTED, LegResult.PICKED_UP) for rung in visit.phones)
    if not count:
        return _("none")
    if visit.ended_at is None:
        return str(count)
    if not took:
        return ngettext("%(count)d, not answered", "%(count)d, none answered", count) % {
            "count": count
        }
    return ngettext("%(count)d, answered", "%(count)d, one answered", count) % {"count": count}
