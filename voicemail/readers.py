"""Who is behind the address or number of a private link, and sends them the message again."""

from __future__ import annotations

from datetime import datetime

from oncall_portal.outbox.enums import Channel
from scheduling import leavers
from scheduling.models import ContactNumber, Staff
from scheduling.queries import house
from voicemail import links, notify, texts_out, undelivered
from voicemail.models import MessageLink, VoicemailMessage
from voicemail.types import Addressee, Phone


def language_of(link: MessageLink) -> str | None:
    """Return the language of the reader, None where they are none of us."""
    if link.channel == Channel.EMAIL.value:
        mails = Staff.objects.filter(email__iexact=link.reader, active=True)
        return mails.values_list("language", flat=True).first()
    numbers = ContactNumber.objects.filter(number=link.reader, staff__active=True)
    return numbers.values_list("staff__language", flat=True).first()


def send_again(message: VoicemailMessage, link_id: int, now: datetime) -> MessageLink:
    """Let a link work again and write to its reader once more; raise MessageLink.DoesNotExist.

    Raises Conflict where the reader has left the house: their link works no more.
    """
    reader = message.links.select_related("staff").get(pk=link_id)
    if links.has_left(reader):
        raise leavers.reader_left(reader.reader)
    link = links.open_again(message, link_id, now)
    letter = notify.letter_for(message.recording)
    languages = house().languages
    language = language_of(link) or (languages[0] if languages else "en")
    key_end = f":again:{link.pk}:{int(now.timestamp())}"
    if link.channel == Channel.SMS.value:
        texts_out.write_to(message, letter, Phone(0, link.reader, language), now, key_end=key_end)
    else:
        addressee = Addressee(link.reader, language)
        notify.write_to(message, letter, addressee, now, key_end=key_end)
    undelivered.tried_anew(message)
    return link
