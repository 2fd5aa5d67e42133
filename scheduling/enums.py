"""Closed lists of scheduling."""

from __future__ import annotations

from enum import StrEnum


class ShiftState(StrEnum):
    """Where a shift comes from; a cancelled one is kept as a tombstone."""

    MANUAL = "manual"
    GENERATED = "generated"
    DETACHED = "detached"
    CANCELLED = "cancelled"


class AnsweredBy(StrEnum):
    """How a service is reached."""

    NUMBERS = "numbers"
    MEMBERS = "members"
    SCHEDULE = "schedule"


class CallProcess(StrEnum):
    """How numbers are rung: all in their order, the first alone, or a call centre's queue."""

    CASCADE = "cascade"
    TRANSFER = "transfer"
    CALL_CENTRE = "call_centre"


class IfUnanswered(StrEnum):
    """What a service offers a caller whom nobody answered."""

    DEFAULT = "default"
    MESSAGE_OR_CALL_LATER = "message_or_call_later"
    CALL_BACK_REQUEST = "call_back_request"


class CoverageKind(StrEnum):
    """When a schedule must be covered."""

    ALWAYS = "always"
    WEEKLY = "weekly"
    NONE = "none"


class TurnUnit(StrEnum):
    """What the turns of a rotation are counted in."""

    SHIFT = "shift"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class OnHolidays(StrEnum):
    """What a rotation does on public holidays: the same, nothing, or only then something."""

    AS_USUAL = "as_usual"
    SKIP = "skip"
    ONLY = "only"


class RuleFault(StrEnum):
    """Why a recurrence rule cannot be taken."""

    UNREADABLE = "unreadable"
    NOT_ONE_RULE = "not_one_rule"
    SINGLE_DATES = "single_dates"
    TOO_FINE = "too_fine"
    BAD_INTERVAL = "bad_interval"
    NEVER_FIRES = "never_fires"
    ENDS_BEFORE_START = "ends_before_start"


class SwapState(StrEnum):
    """How far an offer to exchange or give away a shift has come."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ShiftWarning(StrEnum):
    """What is doubtful about a shift: it stands all the same."""

    REST_TOO_SHORT = "rest_too_short"
    TOO_MANY_IN_A_ROW = "too_many_in_a_row"
    TWICE_AT_ONCE = "twice_at_once"
    TIME_OFF = "time_off"
    NO_NUMBER = "no_number"
    INACTIVE = "inactive"
    NOT_VERIFIED = "not_verified"


class CopyClash(StrEnum):
    """What stands in the way of copying a shift; time off is a warning only."""

    OVERLAP = "overlap"
    INACTIVE = "inactive"
    PAST = "past"
    SKIPPED_BY_CLOCK = "skipped_by_clock"
    TIME_OFF = "time_off"


class GapReason(StrEnum):
    """Why nobody can be reached; also why one assignee is skipped."""

    NOBODY_SCHEDULED = "nobody_scheduled"
    NO_NUMBER = "no_number"
    TIME_OFF = "time_off"
    INACTIVE = "inactive"


class PersonWarning(StrEnum):
    """What is to be put right about a person."""

    NO_NUMBER = "no_number"
    NO_USABLE_NUMBER = "no_usable_number"
    INVALID_NUMBER = "invalid_number"
    COUNTRY_NOT_ALLOWED = "country_not_allowed"
    SPECIAL_NUMBER = "special_number"
    NO_EMAIL = "no_email"
    NOT_VERIFIED = "not_verified"
    NEAR_COLOUR = "near_colour"


class ImportDoubt(StrEnum):
    """Why an event of somebody's calendar is no shift."""

    UNREADABLE_EVENT = "unreadable_event"
    EVENT_TOO_LONG = "event_too_long"
    NO_DURATION = "no_duration"


class ImportResult(StrEnum):
    """What becomes of an event of somebody's calendar."""

    ADDED = "added"
    ALREADY_THERE = "already_there"
    LEFT_OUT = "left_out"
    PAST = "past"


class AlertKind(StrEnum):
    """What a coverage alert told: a hole ahead, or that one was filled."""

    GAP = "gap"
    FILLED = "filled"


class OperationKind(StrEnum):
    """What one operation did to the rota."""

    SHIFT_CREATED = "shift_created"
    SHIFT_MOVED = "shift_moved"
    SHIFT_RESIZED = "shift_resized"
    SHIFT_CHANGED = "shift_changed"
    SHIFT_DELETED = "shift_deleted"
    SHIFTS_COPIED = "shifts_copied"
    SHIFTS_IMPORTED = "shifts_imported"
    ROTATION_CREATED = "rotation_created"
    ROTATION_CHANGED = "rotation_changed"
    ROTATION_DELETED = "rotation_deleted"
    ROTATION_SPLIT = "rotation_split"
    ROTATION_EXTENDED = "rotation_extended"
    OVERRIDE_CREATED = "override_created"
    OVERRIDE_CHANGED = "override_changed"
    OVERRIDE_DELETED = "override_deleted"
    SWAP_ACCEPTED = "swap_accepted"
    TAKEN_OVER = "taken_over"
    TIME_OFF_CREATED = "time_off_created"
    TIME_OFF_CHANGED = "time_off_changed"
    TIME_OFF_DELETED = "time_off_deleted"
    GAP_INTENDED = "gap_intended"
    GAP_NOT_INTENDED = "gap_not_intended"
    UNDONE = "undone"
    REDONE = "redone"


class OperationState(StrEnum):
    """Whether an operation can be undone (done) or redone (undone).

    Neither: it was undone and something else was done since (dropped), or it stands as it is,
    because the portal did it, or because it is an undo or a redo (fixed).
    """

    DONE = "done"
    UNDONE = "undone"
    DROPPED = "dropped"
    FIXED = "fixed"


class Role(StrEnum):
    """What somebody may do, from least to most."""

    NOBODY = "nobody"
    STAFF = "staff"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
