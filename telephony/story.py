"""A call's events, its story and its verdict as plain sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import phone, spans
from scheduling import labels as scheduling_labels
from telephony import labels, narrative
from telephony.enums import Outcome
from telephony.models import Call, CallEvent, Leg
from telephony.narrative import Happening, Line, Rung, Verdict, Visit

SENTENCES = {
    "diverted": _("%(of)s is diverted to %(name)s until %(until)s"),
    "stage_started": _("Step: %(reason)s"),
    "skipped": _("Left out (%(reason)s): %(name)s"),
    "leg_dialled": _("%(name)s is called"),
    "dial_done": _("The call to %(name)s was placed"),
    "dial_unknown": _("Whether the phone of %(name)s rings is not known yet"),
    "leg_rang": _("The phone of %(name)s rings"),
    "leg_picked_up": _("The phone of %(name)s was picked up"),
    "leg_accepted": _("%(name)s took the call"),
    "leg_result": _("%(name)s: %(result)s"),
    "leg_ended": _("The call to %(name)s ended"),
    "connected": _("%(name)s and the caller are connected"),
    "claim_lost": _("%(name)s took the call but never arrived; it goes on"),
    "taker_left": _("%(name)s left the conversation"),
    "message_recorded": _("The caller left a message"),
    "message_may_exist": _("The caller may have left a message that has not come in"),
    "caller_gone": _("The caller hung up"),
    "caller_found_gone": _("The caller was found to be gone"),
    "caller_arrived": _("The caller arrived"),
    "caller_joined": _("The caller entered the conversation"),
    "leg_joined": _("%(name)s entered the conversation"),
    "out_of_turn": _("Reported late, twice or unasked, and changed nothing: %(what)s"),
    "unrecognised": _("The platform reported “%(status)s”, which changes nothing"),
    "gone_before_answer": _("The caller hung up before hearing anything"),
    "talk_over": _("The conversation is over"),
    "team_unanswered": _("A supervisor took the call, nobody of those on call did"),
    "unanswered": _("Nobody took the call (%(reason)s)"),
}
_DIVERTED_BY = _("%(of)s is diverted to %(name)s until %(until)s, set by %(by)s")
_NOBODY_ANSWERED = _("Nobody took the call")
REASONS = {
    **scheduling_labels.GAP_REASON,
    **labels.STEP_KIND,
    "divert": _("as diverted"),
    "empty_step": _("a step of the scenario finds nobody to ring"),
    "no_schedule": _("the number has no schedule"),
    "nobody_on_call": _("nobody is on call"),
    "own_number": _("one of our own numbers"),
    "call_from_own_number": _("the call came from one of our own numbers"),
    "ring_too_short": _("its ring time is too short to dial"),
    "same_number": _("the same number again"),
    "hard_stop": _("no time left before the longest wait"),
    "nobody_answered": _("nobody took the call"),
    "nobody_to_ring": _("there was nobody to ring"),
    "caller_hung_up": _("the caller hung up"),
    "caller_chose_message": _("the caller chose to leave a message"),
    "message_left_waiting": _("the caller left a message while waiting"),
}


_VERDICTS = {
    "took": _("%(name)s took the call after %(after)s"),
    "took_and_spoke": _("%(name)s took the call after %(after)s and spoke for %(talked)s"),
    "picked_up": _("The phone of %(name)s was picked up after %(after)s"),
    "picked_up_and_spoke": _("The phone of %(name)s was picked up after %(after)s, for %(talked)s"),
    "answered": _("Somebody took the call"),
    "message_left": _("Nobody answered; a message was left"),
    "message_left_nobody": _("There was nobody to ring; a message was left"),
    "announcement": _("Nobody answered; the caller heard the announcement"),
    "announcement_nobody": _("Nobody was rung; the caller heard the announcement"),
    "gave_up": _("The caller hung up after %(waited)s, before anybody answered"),
    "gave_up_doubt": _("Nobody answered for %(waited)s; a message may exist that is not here"),
    "no_message": _("Nobody answered; the caller left no message"),
    "no_message_doubt": _("Nobody answered; a message may exist that is not here"),
    "other": _("The call ended: %(outcome)s"),
    "live": _("The call is in progress"),
    "live_ringing": _("The caller is waiting"),
    "live_ringing_who": _("Ringing now: %(names)s"),
    "live_connecting": _("%(name)s has taken the call and is being connected"),
    "live_talking": _("%(name)s is speaking with the caller"),
    "live_message": _("Nobody answered; the caller is leaving a message"),
    "live_announcement": _("Nobody answered; the caller hears the announcement"),
}
_LINES = {
    "came_in": _("The call came in."),
    "gone_at_once": _("The caller hung up before hearing anything."),
    "left_out": _("%(name)s was left out: %(reason)s."),
    "nobody": _("Nobody could be rung here: %(reason)s."),
    "to_supervisors": _("The supervisors are rung now."),
    "rings": _("The phone of %(name)s is ringing."),
    "listens": _("The phone of %(name)s was picked up after %(after)s; a key is awaited."),
    "took": _("%(name)s was rung, and pressed 1 to take the call after %(seconds)s."),
    "picked_up": _("The phone of %(name)s was picked up after %(after)s."),
    "passed_on": _("%(name)s was rung for %(seconds)s and passed the call on."),
    "no_key": _(
        "%(name)s was rung; the phone was picked up after %(after)s but no key was pressed: "
        "most likely its own voicemail."
    ),
    "busy": _("%(name)s was rung; the phone was busy."),
    "rejected": _("%(name)s was rung for %(seconds)s; the call was rejected."),
    "unreachable": _("%(name)s was rung; the phone could not be reached."),
    "no_answer": _("%(name)s was rung for %(seconds)s and did not answer."),
    "hung_up": _("%(name)s was rung for %(seconds)s, picked up and hung up without a key."),
    "dropped": _("%(name)s was rung, pressed 1 and hung up before the caller was there."),
    "too_late": _("The phone of %(name)s was picked up after %(after)s: too late, %(reason)s."),
    "withdrawn": _("The phone of %(name)s rang for %(seconds)s, until %(reason)s."),
    "not_dialled": _("The phone of %(name)s could not be dialled."),
    "lost_track": _("%(name)s was rung; what came of it was never reported."),
    "speaking": _("%(name)s and the caller are speaking with each other."),
    "spoke": _("%(name)s and the caller spoke for %(seconds)s."),
    "was_connected": _("The caller was connected with the phone of %(name)s for %(seconds)s."),
    "gave_up": _("The caller hung up after %(seconds)s, before anybody answered."),
    "stopped_ringing": _("The ringing stopped: the caller had left a message meanwhile."),
    "message_offered": _("%(why)s after %(seconds)s: the caller was asked to leave a message."),
    "announced": _("%(why)s after %(seconds)s: the caller heard the announcement."),
    "message_left": _("The caller left a message."),
    "message_may_exist": _(
        "A message may exist: the caller may have left one that never came in. "
        "Look for it in the telephone platform's own account."
    ),
    "hung_up_caller": _("The caller hung up."),
    "over": _("The call was over."),
    "found_gone": _("The portal found that the caller had gone; the platform had not reported it."),
}
_WITHDRAWN = {
    "taken": _("somebody else had taken the call"),
    "caller_hung_up": _("the caller had hung up"),
    "caller_chose_message": _("the caller had chosen to leave a message"),
    "message_left_waiting": _("the caller had left a message"),
    "hard_stop": _("the longest wait was over"),
}
_WHY = {
    "nobody_answered": _("Nobody took the call"),
    "nobody_to_ring": _("There was nobody to ring"),
    "caller_chose_message": _("The caller pressed 1"),
    "hard_stop": _("The longest wait was over"),
}
_LADDER = {
    "calls": _("calls"),
    "rings": _("rings"),
    "listens": _("asked for a key"),
    "took": _("pressed 1"),
    "picked_up": _("picked up"),
    "passed_on": _("passed it on"),
    "no_key": _("no key pressed"),
    "busy": pgettext_lazy("phone", "busy"),
    "rejected": _("rejected"),
    "unreachable": _("unreachable"),
    "no_answer": _("no answer"),
    "hung_up": _("hung up"),
    "dropped": _("pressed 1, hung up"),
    "too_late": _("too late"),
    "withdrawn": _("no longer needed"),
    "not_dialled": _("not dialled"),
    "lost_track": _("unknown"),
    "spoke": _("spoke %(seconds)s"),
    "speaking": _("speaking now"),
    "gave_up": _("hangs up"),
    "asks": _("message asked for"),
    "announces": _("hears announcement"),
    "message_left": _("message %(seconds)s"),
}
_SPANS = ("after", "seconds", "talked", "waited")


_STAGES = {
    "supervisors": _("Supervisor"),
    "staff": _("Named in the scenario"),
    "service": _("Named in the scenario"),
    "divert": _("As diverted"),
}


def stage_words(reason: str) -> str:
    """Return why a phone was rung, as a short remark beside its line."""
    return str(_STAGES.get(reason) or capfirst(reason_words(reason)))


def reason_words(reason: str) -> str:
    """Return a reason's words in the reader's language; an unknown code stays."""
    if reason.startswith("level_"):
        return _("level %(level)s") % {"level": reason.removeprefix("level_")}
    return str(REASONS.get(reason, reason))


def _wall(instant: str, zone: str) -> str:
    """Return an instant (ISO-8601) in words of the reader's language, by the clock of `zone`."""
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
    return formats.date_format(local, "D j M, H:i")


def sentence(code: str, params: Mapping[str, str], leg_name: str = "") -> str:
    """Return what an event says; `leg_name` is whose phone it is about, an unknown code stays."""
    unsaid = dict.fromkeys(("reason", "result", "what", "status", "of", "until", "by"), "")
    words = {"name": leg_name, **unsaid, **params}
    words["reason"] = reason_words(words["reason"])
    words["result"] = str(labels.LEG_RESULT.get(words["result"], words["result"]))
    if words["what"]:
        words["what"] = sentence(words["what"], {}, leg_name)
    template = SENTENCES.get(code)
    if code == "diverted" and words["until"]:
        words["until"] = _wall(words["until"], words["zone"])
        template = _DIVERTED_BY if words["by"] else template
    if code == "unanswered" and params.get("reason") == "nobody_answered":
        template = _NOBODY_ANSWERED  # the reason would say it again
    return str(template) % words if template else code


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
    ending = state.get("plan", {}).get("ending", {})
    rows = list(legs)
    ordinals = {leg.pk: leg.ordinal for leg in rows}
    return Visit(
        started_at=call.started_at,
        phase=call.phase,
        ended_at=call.ended_at,
        outcome=call.outcome,
        accepted_leg=ordinals.get(call.accepted_by_id or 0),
        accepted_at=call.accepted_at,
        connected_at=call.connected_at,
        ending_at=_instant(state.get("ending_at")),
        takes_messages=ending.get("message", True),
        message_may_exist=call.message_may_exist,
        message_at=began,
        message_seconds=None if seconds is None else round(seconds),
        phones=tuple(_rung(leg) for leg in sorted(rows, key=lambda leg: leg.ordinal)),
        happenings=tuple(
            Happening(event.at, event.code, ordinals.get(event.leg_id or 0), event.params)
            for event in events
        ),
    )


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
    return verdict_words(narrative.verdict(visit_of(call, call.legs.all())))


def verdict_words(found: Verdict) -> str:
    """Return a verdict in the reader's language."""
    words = _words(found.params)
    if "outcome" in words:
        words["outcome"] = str(labels.OUTCOME.get(words["outcome"], words["outcome"]))
    return str(_VERDICTS[found.code]) % words


def line_words(line: Line) -> str:
    """Return one line of the story in the reader's language."""
    words = _line_params(line)
    if line.code == "diverted":
        return f"{sentence(line.code, words)}."
    return str(_LINES[line.code]) % words


def line_html(line: Line) -> str:
    """Return one line of the story as HTML, the person's name in bold."""
    if line.code == "diverted":
        return escape(line_words(line))
    words = {name: escape(value) for name, value in _line_params(line).items()}
    words["name"] = format_html("<b>{}</b>", line.params.get("name", ""))
    return SafeString(str(escape(_LINES[line.code])) % words)


def arrow_words(code: str, seconds: int | None) -> str:
    """Return the few words on an arrow of the ladder."""
    length = "" if seconds is None else spans.words(seconds)
    return (str(_LADDER[code]) % {"seconds": length}).strip()


def _line_params(line: Line) -> dict[str, str]:
    words = {"name": "", "after": "", "seconds": "", **_words(line.params)}
    reason = str(line.params.get("reason", ""))
    words["why"] = str(_WHY.get(reason, _WHY["nobody_answered"]))
    withdrawn = line.code in ("withdrawn", "too_late")
    words["reason"] = (
        str(_WITHDRAWN.get(reason, _("it was no longer needed")))
        if withdrawn
        else reason_words(reason)
    )
    return words


def _words(params: narrative.Params) -> dict[str, str]:
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


_LOOKS = {
    Outcome.CONNECTED: ("ok", "check", _("Answered")),
    Outcome.PICKED_UP: ("ok", "check", _("Picked up")),
    Outcome.MESSAGE_LEFT: ("warn", "voicemail", _("Message left")),
    Outcome.ANNOUNCEMENT: ("warn", "sound", _("Heard announcement")),
    Outcome.CALL_BACK_REQUESTED: ("warn", "phone", _("Call back asked for")),
    Outcome.GAVE_UP_IN_MENU: ("bad", "missed", _("Hung up in the menu")),
    Outcome.GAVE_UP_RINGING: ("bad", "missed", _("Hung up waiting")),
    Outcome.GAVE_UP_IN_VOICEMAIL: ("bad", "missed", _("No message left")),
    Outcome.LINE_FULL: ("bad", "warning", _("Line full")),
    Outcome.BLOCKED: ("", "close", _("Blocked")),
    Outcome.FAILED: ("bad", "warning", _("Failed")),
}


def look(call: Call) -> Look:
    """Return how the outcome of a call, or that it is under way, is shown in a tag."""
    if call.ended_at is None:
        return Look("new", "phone", gettext("In progress"))
    if call.message_may_exist and call.outcome != Outcome.MESSAGE_LEFT:
        return Look("warn", "warning", gettext("A message may exist"))
    tone, icon, words = _LOOKS[Outcome(call.outcome)]
    return Look(tone, icon, str(words))


def caller_words(call: Call) -> str:
    """Return who called, for reading; their number is kept on one line."""
    if not call.caller:
        return gettext("withheld number")
    return phone.spaced(call.caller).replace(" ", "\N{NO-BREAK SPACE}")
