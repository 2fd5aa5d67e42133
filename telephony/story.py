"""A call's events, its story and its verdict as plain sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import phone, spans
from scheduling import whens
from telephony import cut_off, labels, story_words, telling
from telephony.enums import Direction, Outcome
from telephony.models import Call, CallEvent, Leg
from telephony.types.visits import Happening, Line, Params, Rung, Verdict, Visit

_UNSAID = ("reason", "result", "what", "status", "of", "until", "by", "key", "language", "due")
_LINE_UNSAID = ("name", "after", "seconds", "key", "language")
_SPANS = ("after", "seconds", "talked", "waited")


def stage_words(reason: str) -> str:
    """Return why a phone was rung, as a short remark beside its line."""
    return str(story_words.STAGES.get(reason) or capfirst(reason_words(reason)))


def reason_words(reason: str) -> str:
    """Return a reason's words in the reader's language; an unknown code stays."""
    if reason.startswith("level_"):
        return _("level %(level)s") % {"level": reason.removeprefix("level_")}
    return str(story_words.REASONS.get(reason, reason))


def language_words(code: str) -> str:
    """Return a language's name in the reader's language; an unknown code stays."""
    return str(dict(settings.LANGUAGES).get(code, code))


def _wall(instant: str, zone: str) -> str:
    """Return an instant (ISO-8601) in words of the reader's language, by the clock of `zone`."""
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
    return whens.said(local, "D j M, H:i")


def sentence(code: str, params: Mapping[str, str], leg_name: str = "") -> str:
    """Return what an event says; `leg_name` is whose phone it is about, an unknown code stays."""
    unsaid = dict.fromkeys(_UNSAID, "")
    words = {"name": leg_name, **unsaid, **params}
    words["reason"] = reason_words(words["reason"])
    words["result"] = str(labels.LEG_RESULT.get(words["result"], words["result"]))
    if words["what"]:
        words["what"] = sentence(words["what"], {}, leg_name)
    template = story_words.SENTENCES.get(code)
    if code == "key_pressed" and not words["name"]:
        template = story_words.KEY_PRESSED if words.get("key") else story_words.NO_KEY_PRESSED
    if code == "language_chosen":
        words["language"] = language_words(words["language"])
    if code == "diverted" and words["until"]:
        words["until"] = _wall(words["until"], words["zone"])
        template = story_words.DIVERTED_BY if words["by"] else template
    if code.startswith("promise_"):
        words = {**words, **_of_promise(words)}
    if code == "unanswered" and params.get("reason") == "nobody_answered":
        template = story_words.NOBODY_ANSWERED  # the reason would say it again
    return str(template) % words if template else code


def _of_promise(words: Mapping[str, str]) -> dict[str, str]:
    """Return what an event of a promise names: by when, how long after, by whom."""
    due, after = words["due"], words.get("after", "")
    return {
        "due": _wall(due, words["zone"]) if due else "",
        "after": spans.words(int(after)) if after else "",
        "by": words["by"] or gettext("The portal"),
        "name": words["name"] or gettext("nobody"),
    }


# --- the verdict and the story -----------------------------------------------------------------


def visit_of(
    call: Call,
    legs: Iterable[Leg],
    events: Iterable[CallEvent] = (),
    message: tuple[datetime, float | None] | None = None,
) -> Visit:
    """Return a call's rows as facts of `narrative`; `events` in order.

    `message` is when the caller began to speak, and for how many seconds.
    """
    state = call.state or {}
    began, seconds = message or (None, None)
    plan = state.get("plan", {})
    ending = plan.get("ending", {})
    rows = list(legs)
    ordinals = {leg.pk: leg.ordinal for leg in rows}
    ended_here = _ended_here(call)
    return Visit(
        started_at=call.started_at,
        phase=call.phase,
        ended_at=call.ended_at,
        outcome=call.outcome,
        accepted_leg=ordinals.get(call.accepted_by_id or 0),
        accepted_at=call.accepted_at,
        connected_at=call.connected_at,
        # ended by us, the ringing led to nothing else
        ending_at=None if ended_here else _instant(state.get("ending_at")),
        takes_messages=ending.get("message", True),
        message_may_exist=call.message_may_exist,
        message_at=began,
        message_seconds=None if seconds is None else round(seconds),
        phones=tuple(_rung(leg) for leg in sorted(rows, key=lambda leg: leg.ordinal)),
        happenings=tuple(
            Happening(event.at, event.code, ordinals.get(event.leg_id or 0), event.params)
            for event in events
        ),
        outgoing=call.direction == Direction.OUT,
        ended_here=ended_here,
        records=plan.get("records", False),
    )


def _ended_here(call: Call) -> bool:
    """Tell whether somebody of the house ended a caller's call before anybody had the caller."""
    closing = (call.state or {}).get("closing")
    return call.outcome == Outcome.FAILED and closing == cut_off.WORDS


def _rung(leg: Leg) -> Rung:
    return Rung(
        ordinal=leg.ordinal,
        name=leg.name,
        screened=leg.screened,
        dialled_at=leg.dialled_at,
        rang_at=leg.rang_at,
        picked_up_at=leg.picked_up_at,
        accepted_at=leg.accepted_at,
        ended_at=leg.ended_at,
        result=leg.result,
        number=leg.number,
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def verdict(call: Call) -> str:
    """Return what became of a call in one sentence, without its full stop.

    Reads `call.legs`: prefetch them where there are many calls.
    """
    return verdict_words(telling.verdict(visit_of(call, call.legs.all())))


def verdict_words(found: Verdict) -> str:
    """Return a verdict in the reader's language."""
    words = _words(found.params)
    if "outcome" in words:
        words["outcome"] = str(labels.OUTCOME.get(words["outcome"], words["outcome"]))
    return str(story_words.VERDICTS[found.code]) % words


def line_words(line: Line) -> str:
    """Return one line of the story in the reader's language."""
    words = _line_params(line)
    if line.code == "diverted":
        return f"{sentence(line.code, words)}."
    return str(story_words.LINES[line.code]) % words


def line_html(line: Line) -> str:
    """Return one line of the story as HTML, the person's name in bold."""
    if line.code == "diverted":
        return escape(line_words(line))
    words = {name: escape(value) for name, value in _line_params(line).items()}
    words["name"] = format_html("<b>{}</b>", line.params.get("name", ""))
    return SafeString(str(escape(story_words.LINES[line.code])) % words)


def arrow_words(code: str, seconds: int | None) -> str:
    """Return the few words on an arrow of the ladder."""
    length = "" if seconds is None else spans.words(seconds)
    return (str(story_words.LADDER[code]) % {"seconds": length}).strip()


def _line_params(line: Line) -> dict[str, str]:
    words = {**dict.fromkeys(_LINE_UNSAID, ""), **_words(line.params)}
    reason = str(line.params.get("reason", ""))
    words["language"] = language_words(words["language"])
    words["why"] = str(story_words.WHY.get(reason, story_words.WHY["nobody_answered"]))
    withdrawn = line.code in ("withdrawn", "too_late")
    words["reason"] = (
        str(story_words.WITHDRAWN.get(reason, _("it was no longer needed")))
        if withdrawn
        else reason_words(reason)
    )
    return words


def _words(params: Params) -> dict[str, str]:
    return {
        name: spans.words(int(value)) if name in _SPANS else str(value)
        for name, value in params.items()
    }


def zone_of(call: Call, house_zone: str) -> ZoneInfo:
    """Return the zone in which a call is told: its schedule's, else the house's."""
    schedule = call.phone_number.schedule if call.phone_number else None
    return ZoneInfo(schedule.time_zone if schedule else house_zone)


@dataclass(frozen=True)
class Look:
    """How an outcome stands in a tag: its tone, its symbol, a few words."""

    tone: str
    icon: str
    words: str


def look(call: Call) -> Look:
    """Return how the outcome of a call, or that it is under way, is shown in a tag."""
    if call.ended_at is None:
        return Look("new", "phone", gettext("In progress"))
    if call.direction == Direction.OUT:
        tone, icon, words = story_words.PLACED_LOOKS[Outcome(call.outcome)]
        return Look(tone, icon, str(words))
    if call.message_may_exist and call.outcome != Outcome.MESSAGE_LEFT:
        return Look("warn", "warning", gettext("A message may exist"))
    if _ended_here(call):
        return Look("", "hang-up", gettext("Ended here"))
    tone, icon, words = story_words.LOOKS[Outcome(call.outcome)]
    return Look(tone, icon, str(words))


def caller_with(name: str, call: Call) -> str:
    """Return who called with the name that is known, "" for none: “Anaïs (+33 6 …)”."""
    return f"{name} ({caller_words(call)})" if name else caller_words(call)


def caller_words(call: Call) -> str:
    """Return who called, for reading; their number is kept on one line."""
    if not call.caller:
        erased = call.numbers_erased_at is not None
        return gettext("number erased") if erased else gettext("withheld number")
    return phone.spaced(call.caller).replace(" ", "\N{NO-BREAK SPACE}")
