"""The sentences of a call's story: every code of an event, a reason, a verdict, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from scheduling import labels as scheduling_labels
from telephony import labels
from telephony.enums import EndKind, Outcome

SENTENCES = {
    "not_reached": _("Nobody came to the phone: %(result)s"),
    "call_back_over": _("The call back was over"),
    "ended_by_us": _("%(name)s ended the call"),
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
    "closed": _("The number was closed"),
    "menu_entered": _("The caller entered the menu"),
    "language_chosen": _("The caller chose a language: %(language)s"),
    "key_pressed": _("The caller pressed %(key)s: %(name)s"),
    "keys_pressed": _("The caller pressed keys"),
    "call_back_requested": _("The caller asked to be called back"),
    "unknown_extension": _("Nobody has the extension that the caller dialled"),
    "refused": _("The call was not taken (%(reason)s)"),
    "gone_before_answer": _("The caller hung up before hearing anything"),
    "talk_over": _("The conversation is over"),
    "team_unanswered": _("A supervisor took the call, nobody of those on call did"),
    "unanswered": _("Nobody took the call (%(reason)s)"),
    "triage_job": _("%(name)s made a job of the call"),
    "triage_spam": _("%(name)s marked the call as spam"),
    "triage_closed": _("%(name)s closed the call"),
    "triage_deleted": _("%(name)s deleted the call"),
    "triage_reopened": _("%(name)s reopened the call"),
    "job_open": _("%(name)s opened the job again"),
    "job_in_progress": _("%(name)s started the job"),
    "job_done": _("%(name)s finished the job"),
    "job_cancelled": _("%(name)s cancelled the job"),
}
DIVERTED_BY = _("%(of)s is diverted to %(name)s until %(until)s, set by %(by)s")
NO_KEY_PRESSED = _("The caller pressed no key")
KEY_PRESSED = _("The caller pressed %(key)s")
NOBODY_ANSWERED = _("Nobody took the call")
REASONS = {
    **scheduling_labels.GAP_REASON,
    **labels.STEP_KIND,
    "divert": _("as diverted"),
    "transfer": _("as the number transfers its calls"),
    "empty_step": _("a step of the scenario finds nobody to ring"),
    "no_schedule": _("the number has no schedule"),
    "nobody_on_call": _("nobody is on call"),
    "own_number": _("one of our own numbers"),
    "not_allowed": _("a number that may not be called"),
    "call_from_own_number": _("the call came from one of our own numbers"),
    "ring_too_short": _("its ring time is too short to dial"),
    "same_number": _("the same number again"),
    "hard_stop": _("no time left before the longest wait"),
    "nobody_answered": _("nobody took the call"),
    "nobody_to_ring": _("there was nobody to ring"),
    "caller_hung_up": _("the caller hung up"),
    "caller_chose_message": _("the caller chose to leave a message"),
    "message_left_waiting": _("the caller left a message while waiting"),
    "blocked": _("the caller is on the block list"),
    "line_full": _("all lines of the number were in use"),
}


VERDICTS = {
    "placed_own_rings": _("%(name)s calls back: their own phone is ringing"),
    "placed_calls": _("%(name)s calls back: the other phone is ringing"),
    "placed_and_spoke": _("%(name)s called back and spoke for %(talked)s"),
    "placed_not_reached": _("%(name)s called back and reached nobody"),
    "placed_given_up": _("%(name)s called back; the call was ended before anybody answered"),
    "placed_not_taken": _("%(name)s wanted to call back and did not take the call"),
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
    "gave_up_in_menu": _("The caller hung up in the menu after %(waited)s"),
    "call_back_requested": _("The caller asked to be called back"),
    "line_full": _("The caller heard that all lines are busy"),
    "blocked": _("The call was not taken: the caller is on the block list"),
    "live_menu": _("The caller is in the menu"),
    "gave_up_doubt": _("Nobody answered for %(waited)s; a message may exist that is not here"),
    "no_message": _("Nobody answered; the caller left no message"),
    "no_message_doubt": _("Nobody answered; a message may exist that is not here"),
    "ended_here": _("The call was ended here after %(waited)s"),
    "other": _("The call ended: %(outcome)s"),
    "live": _("The call is in progress"),
    "live_ringing": _("The caller is waiting"),
    "live_ringing_who": _("Ringing now: %(names)s"),
    "live_connecting": _("%(name)s has taken the call and is being connected"),
    "live_talking": _("%(name)s is speaking with the caller"),
    "live_message": _("Nobody answered; the caller is leaving a message"),
    "live_announcement": _("Nobody answered; the caller hears the announcement"),
}
LINES = {
    "placed": _("%(name)s asked to call back."),
    "asker_left": _("%(name)s hung up before anybody answered."),
    "ended_by_us": _("%(name)s ended the call."),
    "came_in": _("The call came in."),
    "closed": _("The number was closed; the call went where callers go outside its hours."),
    "menu_entered": _("The caller heard the menu."),
    "language_chosen": _("The caller chose a language: %(language)s."),
    "key_pressed": _("The caller pressed %(key)s: %(name)s."),
    "key_pressed_unnamed": _("The caller pressed %(key)s."),
    "no_key_pressed": _("The caller pressed no key."),
    "call_back_requested": _("The caller asked to be called back."),
    "unknown_extension": _("Nobody has the extension that the caller dialled."),
    "refused": _("The call was not taken: %(reason)s."),
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
    "not_allowed": _("The phone of %(name)s was not rung: its number may not be called."),
    "lost_track": _("%(name)s was rung; what came of it was never reported."),
    "recorded": _("Both sides were told that the call is recorded, and the recording began."),
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
WITHDRAWN = {
    "ended_by_us": _("the call was ended here"),
    "asker_left": _("whoever called back had hung up"),
    "taken": _("somebody else had taken the call"),
    "caller_hung_up": _("the caller had hung up"),
    "caller_chose_message": _("the caller had chosen to leave a message"),
    "message_left_waiting": _("the caller had left a message"),
    "hard_stop": _("the longest wait was over"),
}
WHY = {
    "nobody_answered": _("Nobody took the call"),
    "nobody_to_ring": _("There was nobody to ring"),
    "caller_chose_message": _("The caller pressed 1"),
    "hard_stop": _("The longest wait was over"),
}
LADDER = {
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
    "not_allowed": _("may not be called"),
    "lost_track": _("unknown"),
    "spoke": _("spoke %(seconds)s"),
    "speaking": _("speaking now"),
    "gave_up": _("hangs up"),
    "asks": _("message asked for"),
    "announces": _("hears announcement"),
    "message_left": _("message %(seconds)s"),
}
STAGES = {
    "supervisors": _("Supervisor"),
    "staff": _("Named in the scenario"),
    "service": _("Named in the scenario"),
    "divert": _("As diverted"),
    "transfer": pgettext_lazy("call", "Transfer"),
}
# A call that is played through beforehand: what the caller is asked, and where it ends.
CLOSED_THEN = _("Closed at this minute: the call goes where callers go outside the opening hours")
PRESSES = _("The caller hears %(asked)s and presses %(keys)s")
PRESSES_NAMED = _("The caller hears %(asked)s and presses %(keys)s: %(name)s")
PRESSES_NOTHING = _("The caller hears %(asked)s and presses nothing")
PRESSES_WAITING = _("The caller presses %(keys)s while waiting")
ENDS = {
    EndKind.VOICEMAIL: _("The caller leaves a message: %(mailbox)s"),
    EndKind.ANNOUNCEMENT: _("The caller hears an announcement; the call ends"),
    EndKind.CALL_BACK: _("The caller is to be called back; the call ends"),
    EndKind.BLOCKED: _("The call is not taken: the caller is on the block list"),
    EndKind.LINE_FULL: _("The call is not taken: all lines are in use"),
    EndKind.HANG_UP: _("The call ends here"),
    EndKind.CONNECTED: _("%(name)s speaks with the caller"),
}
PLACED_LOOKS = {
    Outcome.CONNECTED: ("ok", "phone", _("Called back")),
    Outcome.GAVE_UP_RINGING: ("", "hang-up", _("Call back given up")),
    Outcome.FAILED: ("warn", "missed", _("Not reached")),
}
LOOKS = {
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
