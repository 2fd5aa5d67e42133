"""Sends what is due, one row at a time, and records what became of it.

A row that a killed worker left in `sending` is sent again: at least once rather than at most once,
because an alert that comes twice harms less than one that never comes. Every attempt carries the
same Message-ID, by which mail servers and readers recognise the second copy.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from oncall_portal.outbox import channels, failures
from oncall_portal.outbox.enums import Channel, MessageState
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.types import SendError

logger = logging.getLogger(__name__)

STUCK_AFTER = timedelta(minutes=5)
# After the last one, nearly a day after the first attempt, the message has failed.
BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=8),
    timedelta(minutes=30),
    *[timedelta(hours=2)] * 11,
)
WITHOUT_CHANNEL = timedelta(minutes=10)
_INTERRUPTED = "Sending was interrupted."


def deliver_next(now: datetime) -> bool:
    """Send the message that has been due longest; return False when none is due at `now`.

    Several workers may call this at once: each row is claimed by one of them.
    """
    message = _claim(now)
    if message is None:
        return False
    if message.channel == Channel.SMS and channels.sms() is None:
        _wait_for_channel(message, now)
        return True
    try:
        _send(message)
    except SendError as error:
        _note_failure(message, str(error), permanent=error.permanent, now=now)
    except Exception as error:
        logger.exception("outbox_send_crashed message=%s", message.pk)
        _note_failure(message, f"{type(error).__name__}: {error}", permanent=False, now=now)
    else:
        _record(message, state=_taken(message), sent_at=now, error="")
        logger.info("outbox_sent message=%s cause=%s", message.pk, message.cause)
    return True


def rescue_stuck(now: datetime) -> int:
    """Requeue what a killed worker left behind; return how many (see above: may send twice)."""
    stuck = OutgoingMessage.objects.filter(
        state=MessageState.SENDING.value, claimed_at__lte=now - STUCK_AFTER
    )
    for message in stuck:
        if message.attempts > len(BACKOFF):
            _note_failure(message, _INTERRUPTED, permanent=True, now=now)
        else:
            _record(
                message, state=MessageState.QUEUED.value, next_attempt_at=now, error=_INTERRUPTED
            )
            logger.warning("outbox_rescued message=%s cause=%s", message.pk, message.cause)
    return len(stuck)


def _claim(now: datetime) -> OutgoingMessage | None:
    with transaction.atomic():
        message = (
            OutgoingMessage.objects.select_for_update(skip_locked=True)
            .filter(state=MessageState.QUEUED.value, next_attempt_at__lte=now)
            .order_by("next_attempt_at", "pk")
            .first()
        )
        if message is not None:
            message.state = MessageState.SENDING.value
            message.claimed_at = now
            message.attempts += 1
            message.save(update_fields=["state", "claimed_at", "attempts"])
    return message


def _send(message: OutgoingMessage) -> None:
    match message.channel:
        case Channel.EMAIL:
            channels.send_email(message)
        case Channel.WEBHOOK:
            channels.send_webhook(message)
        case _:
            channels.send_sms(message)


def _taken(message: OutgoingMessage) -> str:
    """Return the state of a message that was taken: only a webhook is there at once."""
    there = message.channel == Channel.WEBHOOK
    return (MessageState.DELIVERED if there else MessageState.SENT).value


def _wait_for_channel(message: OutgoingMessage, now: datetime) -> None:
    _record(
        message,
        state=MessageState.QUEUED.value,
        attempts=message.attempts - 1,
        next_attempt_at=now + WITHOUT_CHANNEL,
        error="No SMS channel is connected.",
    )


def _note_failure(message: OutgoingMessage, error: str, *, permanent: bool, now: datetime) -> None:
    if permanent or message.attempts > len(BACKOFF):
        _fail(message, error, now)
        if message.channel == Channel.SMS and (channel := channels.sms()) is not None:
            channel.given_up(reference=message.reference, error=error)
        logger.error("outbox_failed message=%s cause=%s error=%s", message.pk, message.cause, error)
        return
    delay = BACKOFF[message.attempts - 1]
    _record(message, state=MessageState.QUEUED.value, next_attempt_at=now + delay, error=error)
    logger.warning(
        "outbox_delayed message=%s attempt=%s error=%s", message.pk, message.attempts, error
    )


@transaction.atomic
def _fail(message: OutgoingMessage, error: str, now: datetime) -> None:
    if _record(message, state=MessageState.FAILED.value, error=error):
        message.state, message.error = MessageState.FAILED.value, error
        failures.tell(message, now)


def _record(message: OutgoingMessage, **changes: object) -> bool:
    """Write the result of one attempt, unless the row was rescued and claimed again meanwhile."""
    rows = OutgoingMessage.objects.filter(
        pk=message.pk,
        attempts=message.attempts,
        claimed_at=message.claimed_at,  # one that is sent again counts its attempts anew
        state__in=[MessageState.SENDING.value, MessageState.QUEUED.value],
    )
    return bool(rows.update(**changes))
