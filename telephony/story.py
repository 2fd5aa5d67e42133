"""A call's events as plain sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from scheduling import labels as scheduling_labels
from telephony import labels

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
    words = {"name": leg_name, "reason": "", "result": "", "what": "", "status": "", **params}
    words["reason"] = reason_words(words["reason"])
    words["result"] = str(labels.LEG_RESULT.get(words["result"], words["result"]))
    if words["what"]:
        words["what"] = sentence(words["what"], {}, leg_name)
    template = SENTENCES.get(code)
    if code == "diverted":
        words["until"] = _wall(words["until"], words["zone"])
        template = _DIVERTED_BY if words["by"] else template
    if code == "unanswered" and params.get("reason") == "nobody_answered":
        template = _NOBODY_ANSWERED  # the reason would say it again
    return str(template) % words if template else code
