"""Texts a short private link to a message to those who want one."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.services import send_sms
from telephony.texting import plain
from voicemail import letters, links, message_facts
from voicemail.enums import Letter
from voicemail.models import VoicemailMessage
from voicemail.recipients import phones
from voicemail.types import MessageFacts, Phone, PrivateLink


def tell(message: VoicemailMessage, letter: Letter, now: datetime) -> list[Phone]:
    """Write one text to each phone that is to get one, and return these.

    Once per person and message: who had the first is not texted again when the recording follows.
    """
    found = phones(message)
    for phone in found:
        write_to(message, letter, phone, now)
    return found


def write_to(
    message: VoicemailMessage, letter: Letter, phone: Phone, now: datetime, *, key_end: str = ""
) -> None:
    """Write one text, once for each `key_end`, from our number that was called."""
    link = links.link_for(message, Channel.SMS, phone.number, now, phone.staff or None)
    number = message.call.phone_number if message.call else None
    with translation.override(phone.language):
        send_sms(
            to=phone.number,
            sender=str(number.number) if number else "",
            body=plain(words(letter, message_facts.read(message), link)),
            cause=f"voicemail:{message.pk}",
            key=f"voicemail:{message.pk}:sms:{phone.staff}{key_end}",
            now=now,
        )


def words(letter: Letter, facts: MessageFacts, link: PrivateLink | None) -> str:
    """Return the text: who called, for what and how long, and where to listen."""
    facts_ = {
        "caller": letters.who(facts),
        "line": facts.option or facts.service or facts.number_name or letters.dialled_words(facts),
        "length": letters.length_words(facts.duration_seconds),
        "address": link.address if link else facts.page,
    }
    if letter == Letter.LOST:
        return _("Message for %(line)s from %(caller)s, but it is lost: %(address)s") % facts_
    return _("Message for %(line)s from %(caller)s (%(length)s): %(address)s") % facts_
