"""What nobody knows of the platform without a real account: one documented choice each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Switches:
    """How the emulated platform behaves where its documentation is silent or contradicts itself.

    The defaults are what is judged most probable; stories run with the other values too.
    """

    conversation_end_continues_ncco: bool = False
    """After endOnExit, the others go on to the actions behind their `conversation`; else the call
    of each of them ends."""

    sync_connect_continues_after_answer: bool = False
    """When an answered synchronous connect is over because the called side left, the caller's next
    action runs; else the caller's call completes, as the tutorials show for any connect."""

    async_connect_next_action_on_answer: bool = True
    """After an answered asynchronous connect the next action runs at once, into the live call; else
    only when the connect is over (the other reading of the documentation)."""

    sync_connect_asks_on_cancelled: bool = False
    """`cancelled` of the called leg counts among the statuses whose reply may be an NCCO."""

    hangup_while_ringing: Literal["cancelled", "completed"] = "cancelled"
    """The status that a REST hang-up of a ringing leg leads to."""

    completed_after_failure: bool = True
    """A leg that ended busy, timeout, unanswered, failed or cancelled also gets `completed`."""

    completed_after_rejected: bool = False
    """A rejected leg gets `completed` too; the documentation says that it does not."""

    completed_before_failure: bool = False
    """`completed` is sent before the failure status that it belongs to."""

    no_answer_status: Literal["timeout", "unanswered"] = "timeout"
    """The status of a leg that rang until its ringing timer ended."""

    ringing_before_started: bool = False
    """`ringing` is delivered before `started` (both carry one timestamp)."""

    answer_before_events: bool = False
    """The answer webhook of an inbound call is delivered before its started and ringing events."""

    input_in_on_answer: bool = True
    """`input` is executed inside an onAnswer NCCO; else it is skipped, as nothing documents it."""

    on_answer_hangup_ends_call: bool = True
    """When the called side hangs up during its onAnswer NCCO, the caller's call completes, as when
    one leg remains; else the caller's next action runs."""

    failed_on_answer_joins: bool = False
    """A called leg whose onAnswer NCCO cannot be had joins without it; else it is hung up."""

    failed_transfer_keeps_flow: bool = True
    """A transfer whose URL gives no NCCO leaves the leg in what it was doing; else the leg ends."""

    transfer_makes_new_conversation: bool = False
    """A REST transfer moves the leg into a fresh conversation and sends a `transfer` event."""

    jti_stable_over_retry: bool = True
    """The one retry of a webhook carries the `jti` of the first attempt."""

    jti_same_on_fallback: bool = False
    """The request to the fallback URL carries the `jti` of the webhook that failed."""

    get_payload_hash: Literal["absent", "empty", "query"] = "empty"
    """What `payload_hash` covers in a GET webhook: no claim, no bytes, or the query string."""

    iat_ahead_s: int = 0
    """How far the `iat` of webhooks is ahead of the clock (some report a second)."""

    no_digits: Literal["empty", "null", "missing"] = "empty"
    """When no key was pressed: `digits` is "", null, or `dtmf` is not there at all."""

    timed_out_with_digits: bool = True
    """`timed_out` is true even when a key was pressed, as captured."""

    empty_reply_with_nothing_left: Literal["end", "silence"] = "end"
    """An empty answer to `input` or `notify` when no action is left: the call ends, or the leg
    stays in silence until somebody ends or transfers it."""

    record_time_out_is_synchronous: bool = True
    """`record` with only `timeOut` blocks the NCCO (2026 text); an older guide says it does not."""

    conversation_record_starts: Literal["with_it", "at_once"] = "with_it"
    """A conversation is recorded from when it starts, as documented; else from when the leg that
    asks for it is in it, even alone with the music."""

    record_survives_transfer: bool = False
    """An asynchronous record goes on when its leg is transferred; else a transfer ends it."""

    transcription_comes: bool = True
    """A recording that was asked for in words is written down; else nothing ever comes of it."""

    error_event_method: Literal["POST", "GET"] = "POST"
    """The method of error events; fixtures show GET with a query too."""

    text_statuses: Literal["in_order", "last_first"] = "in_order"
    """The order in which the statuses of a text are told; nothing promises one."""

    early_hangup_s: float = 2.0
    """A REST hang-up of a leg younger than this many seconds gets 400."""

    calls_per_second: int = 3
    """New calls, over the API and by `connect` together, in any window of one second."""

    requests_per_second: int = 15
    """Other REST requests in any window of one second."""
