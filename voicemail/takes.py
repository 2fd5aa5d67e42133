"""Which recordings of a call are messages: the last that is long enough for one."""

from __future__ import annotations

from datetime import datetime, timedelta

from telephony import engine, promises
from telephony.models import Call
from telephony.types import MessageMeasured
from voicemail.enums import UNTOLD, DeliveryState, RecordingState, TranscriptionState
from voicemail.models import Mailbox, Recording, VoicemailMessage

ANNOUNCE_MESSAGES = "voicemail.announce_messages"
ANNOUNCE_AFTER = timedelta(minutes=10)
# Mostly the platform has written a message down by then: longer no e-mail waits for the words.
WORDS_AFTER = timedelta(minutes=1)
# The platform tells in whole seconds when a recording began and ended.
_UNSURE_S = 1.0


def surely_too_short(seconds: float | None, mailbox: Mailbox | None) -> bool:
    """Say whether a recording is no message, by a length that may be a second more or less.

    In doubt, or where the length is not known (None), the decoded audio tells.
    """
    if seconds is None or mailbox is None:
        return False
    return seconds + _UNSURE_S <= mailbox.min_seconds


def may_be_told(message: VoicemailMessage, now: datetime) -> bool:
    """Say whether people are to be told of a message now that its recording is here, or lost.

    What its caller may still record again is looked at once more when that time is over.
    """
    if message.delivery in UNTOLD:
        return False
    if message.held_until is not None and message.held_until > now:
        message.announce_at = message.held_until
        message.save(update_fields=["announce_at"])
        return False
    return True


def choose(call_id: int, now: datetime) -> None:
    """Let the last recording of a call that is long enough be the message; the others are kept.

    One that people were told of already stays so.
    """
    rows = VoicemailMessage.objects.filter(call=call_id).exclude(
        delivery=DeliveryState.TOO_SHORT.value
    )
    found = list(rows.select_for_update(of=("self",)).select_related("recording").order_by("pk"))
    last = max((message.take for message in found), default=0)
    for message in found:
        if message.take < last and message.delivery == DeliveryState.WAITING:
            message.delivery = DeliveryState.SUPERSEDED.value
            message.announce_at = None
        elif message.take == last and message.delivery == DeliveryState.SUPERSEDED:
            message.delivery = DeliveryState.WAITING.value
            message.announce_at = message.held_until or due_at(message, now)
        message.save(update_fields=["delivery", "announce_at"])


def settle(call_id: int, now: datetime, *, awaited_seconds: int) -> None:
    """Hold the message of a call no longer, which its caller kept.

    `awaited_seconds`: another recording was begun and is waited for so long.
    """
    held = VoicemailMessage.objects.filter(call=call_id, held_until__isnull=False)
    until = now + timedelta(seconds=awaited_seconds) if awaited_seconds else None
    for message in held.select_for_update(of=("self",)).select_related("recording").order_by("pk"):
        message.held_until = until
        if message.delivery == DeliveryState.WAITING:
            message.announce_at = max(due_at(message, now), until or now)
        message.save(update_fields=["held_until", "announce_at"])


def due_at(message: VoicemailMessage, now: datetime) -> datetime:
    """Return when people are to be told: at once, or when the recording keeps them waiting."""
    if message.recording.state == RecordingState.AWAITED:
        return now + ANNOUNCE_AFTER
    return now + WORDS_AFTER if waits_for_words(message) else now


def waits_for_words(message: VoicemailMessage) -> bool:
    """Say whether an e-mail would lack only what the platform is about to write down."""
    recording = message.recording
    return (
        message.delivery == DeliveryState.WAITING
        and recording.state == RecordingState.STORED
        and recording.transcription == TranscriptionState.AWAITED
    )


def lock_call(recording: Recording) -> None:
    """Lock the call before its messages, as the platform's reports do."""
    if recording.call_id is not None:
        Call.objects.select_for_update().filter(pk=recording.call_id).values_list("pk").first()


def measured(recording: Recording, now: datetime) -> None:
    """Decide by the decoded length whether a recording is a message, and tell its call.

    Whatever people were told of stays one, however short. Call this in the transaction that stores
    the recording, which locked the call.
    """
    message = (
        VoicemailMessage.objects.select_for_update(of=("self",))
        .select_related("mailbox")
        .filter(recording=recording)
        .first()
    )
    if message is None or message.mailbox is None:
        return
    short = (recording.duration_seconds or 0.0) < message.mailbox.min_seconds
    was_short = message.delivery == DeliveryState.TOO_SHORT
    is_told = message.delivery not in (*UNTOLD, DeliveryState.WAITING)
    if short == was_short or is_told:
        return
    message.delivery = (DeliveryState.TOO_SHORT if short else DeliveryState.WAITING).value
    message.announce_at = None if short else message.held_until or now
    message.save(update_fields=["delivery", "announce_at"])
    if message.call_id is not None:
        choose(message.call_id, now)
        _tell_call(message.call_id, now)


def _tell_call(call_id: int, now: datetime) -> None:
    """Let the call be one in which a message was left, or not, with what was promised for it."""
    messages = VoicemailMessage.objects.filter(call=call_id).select_related("mailbox")
    left = messages.exclude(delivery=DeliveryState.TOO_SHORT.value).order_by("pk").last()
    engine.advance(call_id, MessageMeasured(left is not None), now)
    if left is not None:
        whose = left.mailbox.staff_id if left.mailbox else None
        promises.make_for_message(call_id, now, whose=whose)
    else:
        promises.withdraw(call_id, now)
