"""Closed lists of telephony."""

from __future__ import annotations

from enum import StrEnum


class Behaviour(StrEnum):
    """What a number does when it rings."""

    ON_CALL = "on_call"
    SMART_VOICEMAIL = "smart_voicemail"
    TRANSFER = "transfer"
    TRANSFER_THEN_VOICEMAIL = "transfer_then_voicemail"


class StepKind(StrEnum):
    """What one step of an escalation scenario tries."""

    LEVEL = "level"
    STAFF = "staff"
    SERVICE = "service"
    SUPERVISORS = "supervisors"
    VOICEMAIL = "voicemail"
    ANNOUNCEMENT = "announcement"


class GoalKind(StrEnum):
    """Where a key of a menu leads."""

    SERVICE = "service"
    SCHEDULE = "schedule"
    MENU = "menu"
    TRANSFER = "transfer"
    VOICEMAIL = "voicemail"
    CALL_BACK = "call_back"
    ANNOUNCEMENT = "announcement"
    DIAL_EXTENSION = "dial_extension"
    REPEAT = "repeat"
    BACK = "back"
    HANG_UP = "hang_up"


class Ask(StrEnum):
    """What a caller in a menu is asked for."""

    LANGUAGE = "language"
    MENU = "menu"
    NUMBER = "number"
    CONFIRM = "confirm"
    EXTENSION = "extension"
    OFFER = "offer"


class Strategy(StrEnum):
    """How several people of one step are tried."""

    TOGETHER = "together"
    IN_ORDER = "in_order"


class Phase(StrEnum):
    """Where a live call stands; ENDED is final."""

    MENU = "menu"
    RINGING = "ringing"
    CLAIMED = "claimed"
    CONNECTED = "connected"
    MESSAGE = "message"
    ANNOUNCEMENT = "announcement"
    ENDED = "ended"


class Outcome(StrEnum):
    """What became of a call, each with exactly one follow-up rule."""

    CONNECTED = "connected"
    PICKED_UP = "picked_up"
    MESSAGE_LEFT = "message_left"
    ANNOUNCEMENT = "announcement"
    CALL_BACK_REQUESTED = "call_back_requested"
    GAVE_UP_IN_MENU = "gave_up_in_menu"
    GAVE_UP_RINGING = "gave_up_ringing"
    GAVE_UP_IN_VOICEMAIL = "gave_up_in_voicemail"
    LINE_FULL = "line_full"
    BLOCKED = "blocked"
    FAILED = "failed"


class EndKind(StrEnum):
    """How a call ends that is played through beforehand."""

    VOICEMAIL = "voicemail"
    ANNOUNCEMENT = "announcement"
    CALL_BACK = "call_back"
    BLOCKED = "blocked"
    LINE_FULL = "line_full"
    HANG_UP = "hang_up"
    CONNECTED = "connected"


class LegStatus(StrEnum):
    """Where a leg stands for the machine; LEAVING: its end is decided, not yet reported."""

    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    LEAVING = "leaving"
    ENDED = "ended"


class LegResult(StrEnum):
    """Why ringing one phone ended; the first that is known stays."""

    ACCEPTED = "accepted"
    PICKED_UP = "picked_up"
    PASSED = "passed"
    NO_KEY = "no_key"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    HUNG_UP = "hung_up"
    WITHDRAWN = "withdrawn"
    NOT_DIALLED = "not_dialled"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"


class ActionKind(StrEnum):
    """What the machine may ask of the platform."""

    DIAL = "dial"
    HANG_UP = "hang_up"
    TRANSFER = "transfer"
    CHECK_JOINED = "check_joined"
    CHECK_LEG = "check_leg"


class ActionState(StrEnum):
    """Where a request to the platform stands; the last three are final."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


class TestState(StrEnum):
    """Where a test call to a number stands; all but the first three are its result."""

    WAITING = "waiting"
    RINGING = "ringing"
    PICKED_UP = "picked_up"
    CONFIRMED = "confirmed"
    NO_KEY = "no_key"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    NOT_DIALLED = "not_dialled"
    GAVE_WAY = "gave_way"
    UNKNOWN = "unknown"


class Triage(StrEnum):
    """What the office made of a call."""

    NEW = "new"
    JOB = "job"
    SPAM = "spam"
    CLOSED = "closed"
    DELETED = "deleted"


class TriageAction(StrEnum):
    """What the office may do with a call."""

    JOB = "job"
    SPAM = "spam"
    CLOSE = "close"
    DELETE = "delete"
    REOPEN = "reopen"


class JobState(StrEnum):
    """Where work made from a call stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


class JobEvent(StrEnum):
    """What other systems are told of jobs; TEST is about none."""

    CREATED = "job.created"
    CHANGED = "job.changed"
    DELETED = "job.deleted"
    TEST = "test"


class PromiseKind(StrEnum):
    """What a caller was promised to be called back for."""

    MESSAGE = "message"
    CALL_BACK = "call_back"


class PromiseState(StrEnum):
    """Where a promise stands; KEPT: a call back connected, WAIVED: somebody said why not."""

    OPEN = "open"
    KEPT = "kept"
    WAIVED = "waived"


class PromiseStep(StrEnum):
    """What happens to a promise by itself, as time passes."""

    REMIND = "remind"
    ESCALATE = "escalate"
    REPEAT = "repeat"
    OVERDUE = "overdue"
    WAIT = "wait"


class RungKind(StrEnum):
    """To whom a promise goes on, in this order."""

    LEVEL = "level"
    SCHEDULE = "schedule"
    HOUSE = "house"


class Direction(StrEnum):
    """Which way a call or a text goes, seen from us."""

    IN = "in"
    OUT = "out"


class BlockKind(StrEnum):
    """Whom an entry of the block list means."""

    EXACT = "exact"
    PREFIX = "prefix"
    WITHHELD = "withheld"


class TextState(StrEnum):
    """Where a text stands; the platform tells of the last four."""

    RECEIVED = "received"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class RequestState(StrEnum):
    """Where a request to be called back stands."""

    OPEN = "open"
    DONE = "done"


class Problem(StrEnum):
    """What a caller would find at a number."""

    NOBODY = "nobody"
    MISSING_PROMPT = "missing_prompt"
    DISABLED_NUMBER = "disabled_number"
    UNREACHABLE_SUPERVISOR = "unreachable_supervisor"
