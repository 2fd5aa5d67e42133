"""A call's events as plain sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from telephony import labels

SENTENCES = {
    "stage_started": _("Step: %(reason)s"),
    "skipped": _("Left out: %(name)s (%(reason)s)"),
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
    "unanswered": _("Nobody answered"),
}


def sentence(code: str, params: Mapping[str, str], leg_name: str = "") -> str:
    """Return what an event says; `leg_name` is whose phone it is about, an unknown code stays."""
    words = {"name": leg_name, "reason": "", "result": "", **params}
    words["result"] = str(labels.LEG_RESULT.get(words["result"], words["result"]))
    template = SENTENCES.get(code)
    return str(template) % words if template else code
