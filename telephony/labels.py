"""Words for the closed lists of telephony."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from telephony.enums import (
    ActionKind,
    ActionState,
    Ask,
    Behaviour,
    BlockKind,
    Direction,
    GoalKind,
    JobEvent,
    JobState,
    LegResult,
    Outcome,
    Phase,
    Problem,
    PromiseKind,
    PromiseState,
    RequestState,
    StepKind,
    Strategy,
    TestState,
    TextState,
    Triage,
)
from telephony.number_warnings import NumberWarning

BEHAVIOUR = {
    Behaviour.ON_CALL.value: _("on-call schedule"),
    Behaviour.SMART_VOICEMAIL.value: _("smart voicemail"),
    Behaviour.TRANSFER.value: _("transfer only"),
    Behaviour.TRANSFER_THEN_VOICEMAIL.value: _("transfer, then smart voicemail"),
}
GOAL = {
    GoalKind.SERVICE.value: _("whoever is on call for a service"),
    GoalKind.SCHEDULE.value: _("whoever is on call in a schedule"),
    GoalKind.MENU.value: _("another menu"),
    GoalKind.TRANSFER.value: _("transfer to a number"),
    GoalKind.VOICEMAIL.value: _("leave a message"),
    GoalKind.CALL_BACK.value: _("ask to be called back"),
    GoalKind.ANNOUNCEMENT.value: _("hear an announcement"),
    GoalKind.DIAL_EXTENSION.value: _("dial an extension"),
    GoalKind.REPEAT.value: _("hear it again"),
    GoalKind.BACK.value: _("go back"),
    GoalKind.HANG_UP.value: _("hang up"),
}
ASK = {
    Ask.LANGUAGE.value: _("the choice of languages"),
    Ask.MENU.value: _("the menu"),
    Ask.NUMBER.value: _("the question where to call back"),
    Ask.CONFIRM.value: _("their number read back"),
    Ask.EXTENSION.value: _("the question for an extension"),
    Ask.OFFER.value: _("the offer of a message"),
}
OTHERWISE = {
    "no_key": _("no key"),
    "wrong_key": _("wrong key"),
    "too_many": _("too many tries"),
}
BLOCK = {
    BlockKind.EXACT.value: _("this number"),
    BlockKind.PREFIX.value: _("numbers that begin so"),
    BlockKind.WITHHELD.value: _("withheld numbers"),
}
DIRECTION = {
    Direction.IN.value: pgettext_lazy("call or text", "received"),
    Direction.OUT.value: pgettext_lazy("call or text", "sent"),
}
TEXT_STATE = {
    TextState.RECEIVED.value: pgettext_lazy("text", "received"),
    TextState.QUEUED.value: pgettext_lazy("text", "waiting"),
    TextState.SENT.value: pgettext_lazy("text", "sent"),
    TextState.DELIVERED.value: pgettext_lazy("text", "delivered"),
    TextState.FAILED.value: pgettext_lazy("text", "failed"),
}
REQUEST_STATE = {
    RequestState.OPEN.value: pgettext_lazy("request", "open"),
    RequestState.DONE.value: pgettext_lazy("request", "done"),
}
PROBLEM = {
    Problem.NOBODY.value: _("a caller would reach nobody"),
    Problem.MISSING_PROMPT.value: _("a prompt is missing"),
    Problem.DISABLED_NUMBER.value: _("a number is not rung"),
    Problem.UNREACHABLE_SUPERVISOR.value: _("a supervisor cannot be reached"),
}
STEP_KIND = {
    StepKind.LEVEL.value: _("ring a level"),
    StepKind.STAFF.value: _("ring a person"),
    StepKind.SERVICE.value: _("ring a service"),
    StepKind.SUPERVISORS.value: _("ring the supervisors"),
    StepKind.VOICEMAIL.value: _("take a message"),
    StepKind.ANNOUNCEMENT.value: _("play an announcement"),
}
STRATEGY = {
    Strategy.TOGETHER.value: _("all together"),
    Strategy.IN_ORDER.value: _("one after the other"),
}
PHASE = {
    Phase.MENU.value: _("in the menu"),
    Phase.RINGING.value: _("ringing"),
    Phase.CLAIMED.value: _("taken, being connected"),
    Phase.CONNECTED.value: _("connected"),
    Phase.MESSAGE.value: _("leaving a message"),
    Phase.ANNOUNCEMENT.value: _("hearing an announcement"),
    Phase.ENDED.value: _("ended"),
}
OUTCOME = {
    Outcome.CONNECTED.value: _("connected"),
    Outcome.PICKED_UP.value: _("picked up"),
    Outcome.MESSAGE_LEFT.value: _("message left"),
    Outcome.ANNOUNCEMENT.value: _("announcement heard"),
    Outcome.CALL_BACK_REQUESTED.value: _("call back requested"),
    Outcome.GAVE_UP_IN_MENU.value: _("gave up in the menu"),
    Outcome.GAVE_UP_RINGING.value: _("gave up while it rang"),
    Outcome.GAVE_UP_IN_VOICEMAIL.value: _("gave up before leaving a message"),
    Outcome.LINE_FULL.value: _("line full"),
    Outcome.BLOCKED.value: _("blocked"),
    Outcome.FAILED.value: _("failed"),
}
LEG_RESULT = {
    LegResult.ACCEPTED.value: _("took the call"),
    LegResult.PICKED_UP.value: _("picked up"),
    LegResult.PASSED.value: _("passed it on"),
    LegResult.NO_KEY.value: _("picked up without taking the call"),
    LegResult.BUSY.value: _("busy"),
    LegResult.REJECTED.value: _("rejected"),
    LegResult.UNREACHABLE.value: _("unreachable"),
    LegResult.TIMEOUT.value: _("no answer"),
    LegResult.HUNG_UP.value: _("hung up"),
    LegResult.WITHDRAWN.value: _("no longer needed"),
    LegResult.NOT_DIALLED.value: _("could not be dialled"),
    LegResult.NOT_ALLOWED.value: _("may not be called"),
    LegResult.UNKNOWN.value: _("unknown"),
}
ACTION_KIND = {
    ActionKind.DIAL.value: _("dial"),
    ActionKind.HANG_UP.value: _("hang up"),
    ActionKind.TRANSFER.value: _("move the caller"),
    ActionKind.CHECK_JOINED.value: _("check that both are connected"),
    ActionKind.CHECK_LEG.value: _("check a phone"),
}
ACTION_STATE = {
    ActionState.PENDING.value: _("waiting"),
    ActionState.SENDING.value: _("being sent"),
    ActionState.DONE.value: _("done"),
    ActionState.FAILED.value: _("failed"),
    ActionState.DROPPED.value: pgettext_lazy("request", "no longer needed"),
}
TRIAGE = {
    Triage.NEW.value: _("new"),
    Triage.JOB.value: _("made a job"),
    Triage.SPAM.value: _("spam"),
    Triage.CLOSED.value: _("closed"),
    Triage.DELETED.value: _("deleted"),
}
JOB_STATE = {
    JobState.OPEN.value: pgettext_lazy("job", "open"),
    JobState.IN_PROGRESS.value: pgettext_lazy("job", "in progress"),
    JobState.DONE.value: pgettext_lazy("job", "done"),
    JobState.CANCELLED.value: pgettext_lazy("job", "cancelled"),
}
JOB_EVENT = {
    JobEvent.CREATED.value: _("job made"),
    JobEvent.CHANGED.value: _("job changed"),
    JobEvent.DELETED.value: _("job deleted"),
    JobEvent.TEST.value: _("test of the connection"),
}
PROMISE_KIND = {
    PromiseKind.MESSAGE.value: _("message"),
    PromiseKind.CALL_BACK.value: _("request to be called back"),
}
PROMISE_STATE = {
    PromiseState.OPEN.value: pgettext_lazy("promise", "open"),
    PromiseState.KEPT.value: pgettext_lazy("promise", "called back"),
    PromiseState.WAIVED.value: pgettext_lazy("promise", "not called back"),
}
TEST_STATE = {
    TestState.WAITING.value: _("is being dialled"),
    TestState.RINGING.value: _("the phone rings"),
    TestState.PICKED_UP.value: _("picked up, waiting for key 1"),
    TestState.CONFIRMED.value: _("works: key 1 was pressed"),
    TestState.NO_KEY.value: _("picked up, but key 1 was not pressed"),
    TestState.BUSY.value: _("busy"),
    TestState.REJECTED.value: _("rejected"),
    TestState.UNREACHABLE.value: _("unreachable"),
    TestState.NO_ANSWER.value: _("no answer"),
    TestState.NOT_DIALLED.value: _("could not be dialled"),
    TestState.GAVE_WAY.value: _("gave way to a caller"),
    TestState.UNKNOWN.value: _("nothing was heard of it"),
}
NUMBER_WARNING = {
    NumberWarning.STRAIGHT_ON.value: _(
        "Under 5 seconds no phone is dialled: callers go practically straight to the voicemail."
    ),
    NumberWarning.STRAIGHT_OUT.value: _(
        "Under 5 seconds no phone is dialled: callers hear at once that nobody can take their call."
    ),
    NumberWarning.OWN_VOICEMAIL.value: _(
        "From 22 to 40 seconds the mobile's own voicemail may answer first; about 20 seconds "
        "keeps the call from it."
    ),
}
