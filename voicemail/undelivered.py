"""Sees that a message which reached nobody in the end is told to the supervisors, once."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox.enums import Channel, MessageState
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.queries import supervisors_by_mail
from voicemail import links, notify, spelling
from voicemail.enums import DeliveryState, RecordingState
from voicemail.models import VoicemailMessage
from voicemail.types import Addressee

logger = logging.getLogger(__name__)

_CAUSE = re.compile(r"voicemail:(\d{1,18})")
_ABOUT = re.compile(rf"voicemail:(\d{{1,18}})(?:{notify.TO_SUPERVISORS})?")


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


def may_go_again(failed: OutgoingMessage) -> None:
    """Raise Conflict for what was erased, and for a private link that leads nowhere any more.

    Codes: message_erased, link_revoked, reader_left. Else its message counts as told once more.
    """
    found = _ABOUT.fullmatch(failed.cause)
    message = VoicemailMessage.objects.filter(pk=int(found[1])).first() if found else None
    if _is_erased(failed, message):
        text = _("What it told was erased meanwhile: there is nothing to send.")
        raise Conflict("message_erased", text)
    if message is not None:
        links.check_leads_somewhere(message, Channel(failed.channel), failed.to, failed.body)
        tried_anew(message)


def _is_erased(failed: OutgoingMessage, message: VoicemailMessage | None) -> bool:
    if failed.body == spelling.ERASED or not failed.to:
        return True
    if message is None:
        return False
    return bool(failed.attachments) and message.recording.state == RecordingState.ERASED


def tried_anew(message: VoicemailMessage) -> None:
    """Say no more that a message reached nobody: somebody is written to once more."""
    VoicemailMessage.objects.filter(pk=message.pk, delivery=DeliveryState.NOBODY.value).update(
        delivery=notify.delivery_for(message.recording).value
    )


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
            addressee = Addressee(person.email, person.language, person.pk, person.time_zone)
            notify.write_to(message, letter, addressee, now, key_end=notify.TO_SUPERVISORS)
