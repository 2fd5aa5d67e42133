"""Words for the closed lists of scheduling."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from scheduling.enums import (
    AlertKind,
    AnsweredBy,
    CallProcess,
    CopyClash,
    CoverageKind,
    GapReason,
    IfUnanswered,
    OnHolidays,
    OperationKind,
    OperationState,
    PersonWarning,
    Role,
    ShiftState,
    ShiftWarning,
    SwapState,
    TurnUnit,
)

SHIFT_STATE = {
    ShiftState.MANUAL.value: _("by hand"),
    ShiftState.GENERATED.value: _("from a rotation"),
    ShiftState.DETACHED.value: _("from a rotation, edited by hand"),
    ShiftState.CANCELLED.value: _("deleted by hand"),
}
ANSWERED_BY = {
    AnsweredBy.NUMBERS.value: _("its own numbers"),
    AnsweredBy.MEMBERS.value: _("its members"),
    AnsweredBy.SCHEDULE.value: _("a schedule"),
}
CALL_PROCESS = {
    CallProcess.CASCADE.value: _("the numbers in their order"),
    CallProcess.TRANSFER.value: _("plain transfer to the first number"),
    CallProcess.CALL_CENTRE.value: _("call centre: plain transfer, with time to queue"),
}
IF_UNANSWERED = {
    IfUnanswered.DEFAULT.value: _("as the number says"),
    IfUnanswered.MESSAGE_OR_CALL_LATER.value: _("leave a message or call again later"),
    IfUnanswered.CALL_BACK_REQUEST.value: _("ask to be called back"),
}
COVERAGE_KIND = {
    CoverageKind.ALWAYS.value: _("round the clock"),
    CoverageKind.WEEKLY.value: _("at set hours of the week"),
    CoverageKind.NONE.value: _("nobody needs to be reachable"),
}
GAP_REASON = {
    GapReason.NOBODY_SCHEDULED.value: _("nobody scheduled"),
    GapReason.NO_NUMBER.value: _("no usable number"),
    GapReason.TIME_OFF.value: _("time off"),
    GapReason.INACTIVE.value: _("inactive"),
}
TURN_UNIT = {
    TurnUnit.SHIFT.value: _("shifts"),
    TurnUnit.HOUR.value: _("hours"),
    TurnUnit.DAY.value: _("days"),
    TurnUnit.WEEK.value: _("weeks"),
    TurnUnit.MONTH.value: _("months"),
}
ON_HOLIDAYS = {
    OnHolidays.AS_USUAL.value: _("as on other days"),
    OnHolidays.SKIP.value: _("not on public holidays"),
    OnHolidays.ONLY.value: _("only on public holidays"),
}
SWAP_STATE = {
    SwapState.OPEN.value: _("waiting for an answer"),
    SwapState.ACCEPTED.value: _("accepted"),
    SwapState.DECLINED.value: _("declined"),
    SwapState.WITHDRAWN.value: _("withdrawn"),
}
SHIFT_WARNING = {
    ShiftWarning.REST_TOO_SHORT.value: _("too little rest before it"),
    ShiftWarning.TOO_MANY_IN_A_ROW.value: _("too many shifts in a row"),
    ShiftWarning.TWICE_AT_ONCE.value: _("on call twice at the same time"),
    ShiftWarning.TIME_OFF.value: _("time off"),
    ShiftWarning.NO_NUMBER.value: _("no usable number"),
    ShiftWarning.INACTIVE.value: _("inactive"),
    ShiftWarning.NOT_VERIFIED.value: _("no number verified"),
}
ALERT_KIND = {
    AlertKind.GAP.value: _("hole"),
    AlertKind.FILLED.value: _("filled"),
}
OPERATION_KIND = {
    OperationKind.SHIFT_CREATED.value: _("shift added"),
    OperationKind.SHIFT_MOVED.value: _("shift moved"),
    OperationKind.SHIFT_RESIZED.value: _("shift lengthened or shortened"),
    OperationKind.SHIFT_CHANGED.value: _("shift changed"),
    OperationKind.SHIFT_DELETED.value: _("shift deleted"),
    OperationKind.SHIFTS_COPIED.value: _("shifts copied"),
    OperationKind.SHIFTS_IMPORTED.value: _("shifts imported"),
    OperationKind.ROTATION_CREATED.value: _("rotation added"),
    OperationKind.ROTATION_CHANGED.value: _("rotation changed"),
    OperationKind.ROTATION_DELETED.value: _("rotation deleted"),
    OperationKind.ROTATION_SPLIT.value: _("rotation changed from a day on"),
    OperationKind.ROTATION_EXTENDED.value: _("rotation written further ahead"),
    OperationKind.OVERRIDE_CREATED.value: _("stand-in added"),
    OperationKind.OVERRIDE_CHANGED.value: _("stand-in changed"),
    OperationKind.OVERRIDE_DELETED.value: _("stand-in taken back"),
    OperationKind.SWAP_ACCEPTED.value: _("swap accepted"),
    OperationKind.TAKEN_OVER.value: _("shift taken over"),
    OperationKind.TIME_OFF_CREATED.value: _("time off added"),
    OperationKind.TIME_OFF_CHANGED.value: _("time off changed"),
    OperationKind.TIME_OFF_DELETED.value: _("time off deleted"),
    OperationKind.GAP_INTENDED.value: _("hole marked as intended"),
    OperationKind.GAP_NOT_INTENDED.value: _("hole no longer intended"),
    OperationKind.UNDONE.value: _("undone"),
    OperationKind.REDONE.value: _("redone"),
}
COPY_CLASH = {
    CopyClash.OVERLAP.value: _("is already on call there at this level"),
    CopyClash.INACTIVE.value: _("is not active any more"),
    CopyClash.PAST.value: _("would begin in the past"),
    CopyClash.SKIPPED_BY_CLOCK.value: _("the clocks skip this time"),
    CopyClash.TIME_OFF.value: _("is away then; copied all the same"),
}
OPERATION_STATE = {
    OperationState.DONE.value: _("in force"),
    OperationState.UNDONE.value: _("undone, can be redone"),
    OperationState.DROPPED.value: _("undone for good"),
    OperationState.FIXED.value: _("cannot be undone"),
}
ROLE = {
    Role.NOBODY.value: _("not signed in"),
    Role.STAFF.value: _("staff"),
    Role.SUPERVISOR.value: _("supervisor"),
    Role.MANAGER.value: _("manager"),
    Role.ADMINISTRATOR.value: _("administrator"),
}
# in a word, and what to do about it; `about` are numbers or names
PERSON_WARNING = {
    PersonWarning.NO_NUMBER: _("no number"),
    PersonWarning.NO_USABLE_NUMBER: _("no usable number"),
    PersonWarning.INVALID_NUMBER: _("number that is none"),
    PersonWarning.COUNTRY_NOT_ALLOWED: _("country not called"),
    PersonWarning.SPECIAL_NUMBER: _("special number, not called"),
    PersonWarning.NO_EMAIL: _("no e-mail"),
    PersonWarning.NOT_VERIFIED: _("number not verified"),
    PersonWarning.NEAR_COLOUR: _("hard to tell from %(about)s"),
}
PERSON_ADVICE = {
    PersonWarning.NO_NUMBER: _("Nobody can be rung here: add a number below."),
    PersonWarning.NO_USABLE_NUMBER: _(
        "No number here can be rung: put one in use, or add another below."
    ),
    PersonWarning.INVALID_NUMBER: _("%(about)s is no phone number any more: write it anew."),
    PersonWarning.COUNTRY_NOT_ALLOWED: _(
        "%(about)s lies in a country that the settings do not let you call: allow the country "
        "there, or give another number."
    ),
    PersonWarning.SPECIAL_NUMBER: _(
        "%(about)s is a premium-rate or other special number, which is never called: give another."
    ),
    PersonWarning.NO_EMAIL: _("Messages and warnings cannot be sent here: add an e-mail address."),
    PersonWarning.NOT_VERIFIED: _(
        "Nobody has confirmed %(about)s yet: make a test call, and key 1 confirms it."
    ),
    PersonWarning.NEAR_COLOUR: _(
        "The colour is hard to tell from that of %(about)s: choose another one."
    ),
}
