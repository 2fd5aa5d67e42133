"""Sees that a message which reached nobody in the end is told to the supervisors, once."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from oncall_portal.outbox.enums import MessageState
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.queries import supervisors_by_mail
from voicemail import notify
from voicemail.enums import DeliveryState
from voicemail.models import VoicemailMessage
from voicemail.types import Addressee

logger = logging.getLogger(__name__)

_CAUSE = re.compile(r"voicemail:(\d{1,18})")


def note(failed: OutgoingMessage, now: datetime) -> None:
    """Hear that an e-mail or text will not arrive; the outbox calls this in its transaction."""
    found = _CAUSE.fullmatch(failed.cause)
    if found is None:
        return
    message = VoicemailMessage.objects.select_for_update().filter(pk=int(found[1])).first()
    tried = reached(int(found[1]))
    # what is still to be written goes out first
    if message is None or message.announce_at is not None or any(tried.values()):
        return
    message.delivery, message.announce_at = DeliveryState.NOBODY.value, None
    message.save(update_fields=["delivery", "announce_at"])
    logger.error("message_reached_nobody message=%s", message.pk)
    _tell_supervisors(message, {to.lower() for _channel, to in tried}, now)


def reached(message: int) -> dict[tuple[str, str], bool]:
    """Return whether the last word to each reader of a message may still arrive, or has."""
    rows = OutgoingMessage.objects.filter(cause=f"voicemail:{message}").order_by("pk")
    states = rows.values_list("channel", "to", "state")
    return {(channel, to): state != MessageState.FAILED.value for channel, to, state in states}


def failures(messages: Iterable[int]) -> Counter[int]:
    """Return how many e-mails and texts about each of `messages` failed; one query, for lists."""
    causes = {f"voicemail:{pk}": pk for pk in messages}
    rows = OutgoingMessage.objects.filter(cause__in=causes, state=MessageState.FAILED.value)
    return Counter(causes[cause] for cause in rows.values_list("cause", flat=True))


def _tell_supervisors(message: VoicemailMessage, tried: set[str], now: datetime) -> None:
    number = message.call.phone_number if message.call else None
    people = supervisors_by_mail((number.schedule_id if number else None) or 0)
    letter = notify.letter_for(message.recording)
    for person in people:
        if person.email.lower() not in tried:
            addressee = Addressee(person.email, person.language, person.pk)
            notify.write_to(message, letter, addressee, now, key_end=notify.TO_SUPERVISORS)
