"""Words for the closed lists of scheduling."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from scheduling.enums import (
    AlertKind,
    AnsweredBy,
    CoverageKind,
    GapReason,
    IfUnanswered,
    OperationKind,
    OperationState,
    PersonWarning,
    Role,
    ShiftState,
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
IF_UNANSWERED = {
    IfUnanswered.DEFAULT.value: _("as the number says"),
    IfUnanswered.MESSAGE_OR_CALL_LATER.value: _("leave a message or call again later"),
    IfUnanswered.CALL_BACK_REQUEST.value: _("ask to be called back"),
}
COVERAGE_KIND = {
    CoverageKind.ALWAYS.value: _("round the clock"),
    CoverageKind.NONE.value: _("nobody needs to be reachable"),
}
GAP_REASON = {
    GapReason.NOBODY_SCHEDULED.value: _("nobody scheduled"),
    GapReason.NO_NUMBER.value: _("no usable number"),
    GapReason.TIME_OFF.value: _("time off"),
    GapReason.INACTIVE.value: _("inactive"),
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
    OperationKind.UNDONE.value: _("undone"),
    OperationKind.REDONE.value: _("redone"),
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
    PersonWarning.NO_EMAIL: _("Messages and warnings cannot be sent here: add an e-mail address."),
    PersonWarning.NOT_VERIFIED: _(
        "Nobody has confirmed %(about)s yet: make a test call, and key 1 confirms it."
    ),
    PersonWarning.NEAR_COLOUR: _(
        "The colour is hard to tell from that of %(about)s: choose another one."
    ),
}
