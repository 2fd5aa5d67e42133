"""Writes to the people of a mailbox: the message, that it follows, or that it is lost."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation

from oncall_portal.outbox.services import send_email
from oncall_portal.outbox.types import Attachment
from scheduling import queries
from voicemail import letters
from voicemail.enums import DeliveryState, Letter, RecordingState
from voicemail.models import Recording, VoicemailMessage
from voicemail.recipients import addressees
from voicemail.types import MessageFacts

logger = logging.getLogger(__name__)

# As base64 it grows by a third; mail servers commonly refuse more than 25 MB.
MAX_ATTACHED_BYTES = 15 * 1024 * 1024
# Somebody may be given an address meanwhile.
NO_READER_RETRY, NO_READER_FOR = timedelta(hours=1), timedelta(days=7)
_STAGES = {
    RecordingState.AWAITED: (Letter.FOLLOWS, DeliveryState.ANNOUNCED),
    RecordingState.STORED: (Letter.RECORDED, DeliveryState.DELIVERED),
    RecordingState.FAILED: (Letter.LOST, DeliveryState.ANNOUNCED),
}
_KEY_ENDS = {Letter.RECORDED: "", Letter.FOLLOWS: ":follows", Letter.LOST: ":lost"}
_EXTENSIONS = {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg"}


def tell(recording: Recording, now: datetime) -> None:
    """Write to the recipients of the message that `recording` holds, if it holds one.

    `recording` is stored or failed by now; call this in the transaction that says so. Each
    recipient gets it once however often this runs.
    """
    message = VoicemailMessage.objects.select_for_update().filter(recording=recording).first()
    if message is not None:
        _write(message, now)


def tell_next(now: datetime) -> bool:
    """Write about one message that has been due longest; return False when none is due at `now`.

    Due is a message whose recording keeps people waiting, or that had no reader so far.
    """
    with transaction.atomic():
        message = (
            VoicemailMessage.objects.select_for_update(skip_locked=True)
            .filter(announce_at__lte=now)
            .order_by("announce_at", "pk")
            .first()
        )
        if message is not None:
            _write(message, now)
    return message is not None


def _write(message: VoicemailMessage, now: datetime) -> None:
    letter, delivery = _STAGES[RecordingState(message.recording.state)]
    facts = _facts(message)
    attachments = _attachments(message, facts) if letter == Letter.RECORDED else []
    found = addressees(message)
    for addressee in found:
        with translation.override(addressee.language):
            send_email(
                to=addressee.address,
                subject=letters.subject(letter, facts),
                body=letters.body(letter, facts, attached=bool(attachments)),
                cause=f"voicemail:{message.pk}",
                key=f"voicemail:{message.pk}:{addressee.address.lower()}{_KEY_ENDS[letter]}",
                now=now,
                attachments=attachments,
            )
    message.delivery, message.announce_at = delivery.value, None
    if not found:
        logger.error("message_without_reader message=%s", message.pk)
        message.delivery = DeliveryState.NOBODY.value
        if now < message.left_at + NO_READER_FOR:
            message.announce_at = now + NO_READER_RETRY
    message.save(update_fields=["delivery", "announce_at"])


def _facts(message: VoicemailMessage) -> MessageFacts:
    call = message.call
    number = call.phone_number if call else None
    schedule = number.schedule if number else None
    zone = schedule.time_zone if schedule else queries.house().time_zone
    return MessageFacts(
        caller=call.caller if call else None,
        number_name=number.name if number else "",
        dialled=call.dialled if call else "",
        left_at=message.left_at.astimezone(ZoneInfo(zone)),
        duration_seconds=message.recording.duration_seconds,
        page=f"{settings.PUBLIC_URL}/admin/voicemail/voicemailmessage/{message.pk}/change/",
    )


def _attachments(message: VoicemailMessage, facts: MessageFacts) -> list[Attachment]:
    recording, mailbox = message.recording, message.mailbox
    if (mailbox and not mailbox.attach_audio) or (recording.size or 0) > MAX_ATTACHED_BYTES:
        return []
    extension = _EXTENSIONS[recording.content_type]
    file_name = f"message-{facts.left_at:%Y-%m-%d-%H%M}.{extension}"
    return [Attachment(str(recording.file), file_name, recording.content_type)]
