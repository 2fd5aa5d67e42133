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


class IfUnanswered(StrEnum):
    """What a service offers a caller whom nobody answered."""

    DEFAULT = "default"
    MESSAGE_OR_CALL_LATER = "message_or_call_later"
    CALL_BACK_REQUEST = "call_back_request"


class CoverageKind(StrEnum):
    """When a schedule must be covered."""

    ALWAYS = "always"
    NONE = "none"


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
    NO_EMAIL = "no_email"
    NOT_VERIFIED = "not_verified"
    NEAR_COLOUR = "near_colour"


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
