"""Writes to the people of a mailbox: the message, that it follows, or that it is lost."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from oncall_portal.lib import playable
from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.services import send_email
from oncall_portal.outbox.types import Attachment
from scheduling import queries
from telephony import promises
from voicemail import letters, links, message_facts, takes, texts_out
from voicemail.enums import UNTOLD, DeliveryState, Letter, RecordingState
from voicemail.models import Recording, VoicemailMessage
from voicemail.recipients import addressees
from voicemail.types import Addressee, MessageFacts

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
# How key and cause end of what supervisors are told when a message reached nobody.
TO_SUPERVISORS = ":nobody"


def tell(recording: Recording, now: datetime) -> None:
    """Write to the recipients of the message that `recording` holds, if it holds one.

    `recording` is stored or failed by now; call this in the transaction that says so. Each
    recipient gets it once however often this runs. Texts go at once; an e-mail waits for a moment
    where the platform is about to bring the words.
    """
    message = VoicemailMessage.objects.select_for_update().filter(recording=recording).first()
    if message is None or not takes.may_be_told(message, now):
        return
    if takes.waits_for_words(message):
        texts_out.tell(message, _stage(message.recording)[0], now)
        message.announce_at = now + takes.WORDS_AFTER
        message.save(update_fields=["announce_at"])
        return
    _write(message, now)


def tell_next(now: datetime) -> bool:
    """Write about one message that has been due longest; return False when none is due at `now`.

    Due is a message whose recording keeps people waiting, or that had no reader so far.
    """
    with transaction.atomic():
        message = (
            VoicemailMessage.objects.select_for_update(skip_locked=True)
            .filter(announce_at__lte=now)
            .exclude(delivery__in=UNTOLD)
            .order_by("announce_at", "pk")
            .first()
        )
        if message is not None:
            _write(message, now)
    return message is not None


def _write(message: VoicemailMessage, now: datetime) -> None:
    letter, delivery = _stage(message.recording)
    found = addressees(message)
    for addressee in found:
        write_to(message, letter, addressee, now, key_end=_KEY_ENDS[letter])
    texted = texts_out.tell(message, letter, now)
    if message.call_id is not None and message.delivery == DeliveryState.WAITING:
        told = {each.address.lower() for each in found} | {phone.number for phone in texted}
        promises.tell_owner(message.call_id, told, now)
    message.delivery, message.announce_at = delivery.value, None
    if not found and not texted:
        logger.error("message_without_reader message=%s", message.pk)
        message.delivery = DeliveryState.NOBODY.value
        if now < message.left_at + NO_READER_FOR:
            message.announce_at = now + NO_READER_RETRY
    message.save(update_fields=["delivery", "announce_at"])


def letter_for(recording: Recording) -> Letter:
    """Return which letter tells of a recording as it stands."""
    return _stage(recording)[0]


def delivery_for(recording: Recording) -> DeliveryState:
    """Return how the delivery of a message stands once people were written to."""
    return _stage(recording)[1]


def _stage(recording: Recording) -> tuple[Letter, DeliveryState]:
    return _STAGES.get(RecordingState(recording.state), _STAGES[RecordingState.FAILED])


def write_to(
    message: VoicemailMessage,
    letter: Letter,
    addressee: Addressee,
    now: datetime,
    *,
    key_end: str,
) -> None:
    """Write one e-mail about a message, once for each `key_end`, with a private link.

    With TO_SUPERVISORS it says so, and is no e-mail whose failure is told to anybody.
    """
    missed = key_end == TO_SUPERVISORS
    link = links.link_for(message, Channel.EMAIL, addressee.address.lower(), now, addressee.staff)
    with translation.override(addressee.language):
        facts = message_facts.read(message, addressee.zone)
        attachments = _attachments(message, facts) if letter == Letter.RECORDED else []
        send_email(
            to=addressee.address,
            subject=letters.subject(letter, facts),
            body=letters.body(letter, facts, attached=bool(attachments), link=link, missed=missed),
            cause=f"voicemail:{message.pk}{TO_SUPERVISORS if missed else ''}",
            key=f"voicemail:{message.pk}:{addressee.address.lower()}{key_end}",
            now=now,
            attachments=attachments,
        )


def _attachments(message: VoicemailMessage, facts: MessageFacts) -> list[Attachment]:
    """Return the recording, where it is wanted and small enough, as every program plays it."""
    recording, mailbox = message.recording, message.mailbox
    most = min(queries.house().attach_up_to_mb * 1024 * 1024, MAX_ATTACHED_BYTES)
    if (mailbox and not mailbox.attach_audio) or (recording.size or 0) > most:
        return []
    kind = recording.content_type
    if kind not in playable.PLAYED_EVERYWHERE:
        kind = playable.MP3
    file_name = message_facts.file_name(facts, message_facts.EXTENSIONS[kind])
    return [Attachment(str(recording.file), file_name, kind)]
