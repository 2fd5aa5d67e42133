"""Words for the closed lists of scheduling."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from scheduling.enums import (
    AlertKind,
    AnsweredBy,
    GapReason,
    IfUnanswered,
    OperationKind,
    OperationState,
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
