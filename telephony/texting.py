"""Texts to and from callers: each a row in the caller's stream, whatever becomes of it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import dialling, phone
from oncall_portal.lib.dialling import NotDialled
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.enums import MessageState
from oncall_portal.outbox.services import id_of, note_report, send_sms
from scheduling.queries import house
from telephony import caller_services, sms_text, text_letters
from telephony.enums import Direction, TextState
from telephony.models import Call, Caller, PhoneNumber, TextMessage
from telephony.types.texts import ReceivedText, TextReport

plain = sms_text.plain
logger = logging.getLogger(__name__)

_REPORTED = {
    TextState.SENT: MessageState.SENT,
    TextState.DELIVERED: MessageState.DELIVERED,
    TextState.FAILED: MessageState.FAILED,
}
_EARLIER = {
    TextState.SENT: (TextState.QUEUED.value,),
    TextState.DELIVERED: (TextState.QUEUED.value, TextState.SENT.value),
    TextState.FAILED: (TextState.QUEUED.value, TextState.SENT.value),
}
_ERROR_LENGTH = 200


@transaction.atomic
def reply(
    caller_id: int, line_id: int, text: str, *, key: str, user: Any, now: datetime
) -> TextMessage:
    """Write a person's text to a caller, from one of our numbers; see `send`.

    Raises Caller.DoesNotExist; Refused also when there is no such number of ours.
    """
    caller = caller_services.lock(caller_id)
    line = PhoneNumber.objects.filter(pk=line_id).first()
    if line is None:
        raise Refused("unknown_number", _("There is no such number of yours."), "phone_number")
    return send(caller, line, text, key=f"reply:{caller.pk}:{key}", now=now, sent_by=user)


def send(
    caller: Caller,
    line: PhoneNumber,
    text: str,
    *,
    key: str,
    now: datetime,
    call: Call | None = None,
    sent_by: Any = None,
) -> TextMessage:
    """Write one text to a caller, from our number `line`; it leaves after the commit.

    `key` makes it happen once: the same again returns the first. Raises Refused when the text is
    empty or too long, or the caller may not be written to. Call inside a transaction.
    """
    text = plain(text)
    _check_length(text)
    check_may_be_texted(caller)
    message = send_sms(
        to=str(caller.number),
        sender=str(line.number),
        body=text,
        cause=f"call:{call.pk}" if call else f"caller:{caller.pk}",
        key=key,
        now=now,
    )
    written, _created = TextMessage.objects.get_or_create(
        message=message,
        defaults={
            "caller": caller,
            "phone_number": line,
            "direction": Direction.OUT.value,
            "text": text,
            "state": TextState.QUEUED.value,
            "at": now,
            "call": call,
            "sent_by": sent_by,
        },
    )
    return written


def _check_length(text: str) -> None:
    parts = sms_text.measure(text).parts
    if not parts:
        raise Refused("empty_text", _("Write something."), "text")
    if parts > sms_text.MAX_PARTS:
        message = _("This takes %(parts)d text messages; at most %(most)d go together. Shorten it.")
        facts = {"parts": parts, "most": sms_text.MAX_PARTS}
        raise Refused("text_too_long", message % facts, "text")


def check_may_be_texted(caller: Caller) -> None:
    """Raise Refused when this caller wants no texts, or none may be sent to their number."""
    if caller.sms_stopped_at is not None:
        message = _("This caller wrote STOP and gets no texts until they write START.")
        raise Refused("caller_stopped_texts", message)
    check_country(str(caller.number))


def may_be_told(number: str) -> bool:
    """Tell whether a number (E.164) that is nobody's here may have a text.

    That is a mobile, not our own, in a country that the house writes to, which did not say STOP.
    """
    if not phone.may_be_mobile(number) or PhoneNumber.objects.filter(number=number).exists():
        return False
    try:
        check_may_be_texted(Caller.objects.filter(number=number).first() or Caller(number=number))
    except Refused:
        return False
    return True


def takes_texts(number: str) -> bool:
    """Tell whether a number (E.164) of ours may be texted: none that is known to be no mobile.

    Numbering plans change: where the library does not know a number, whoever entered it does.
    """
    if phone.is_valid(number):
        return may_be_told(number)
    try:
        check_may_be_texted(Caller.objects.filter(number=number).first() or Caller(number=number))
    except Refused:
        return False
    return True


def check_country(number: str) -> None:
    """Raise Refused unless the house writes to `number` (E.164): the same as may be called."""
    found = house()
    refusal = dialling.refusal(number, found.countries)
    if refusal is None:
        return
    message = _("No texts are sent to this number: it may not be called.")
    if refusal is NotDialled.COUNTRY:
        message = _(
            "No texts are sent to numbers of this country (%(country)s); the organisation's"
            " settings list those that may be called: %(allowed)s."
        ) % {"country": phone.country(number) or "?", "allowed": ", ".join(found.countries)}
    raise Refused(refusal.value, message)


@transaction.atomic
def receive(received: ReceivedText, now: datetime) -> TextMessage | None:
    """Keep a text that came in, once, and do what it asks for: STOP or START; tell of any other.

    None when it comes from no number, so that nobody could be answered.
    """
    if not received.sender:
        logger.warning("text_without_number id=%s", received.platform_id)
        return None
    caller = caller_services.known(received.sender)
    kept, new = TextMessage.objects.get_or_create(
        platform_id=received.platform_id,
        defaults={
            "caller": caller,
            "phone_number": PhoneNumber.objects.filter(number=received.to).first(),
            "direction": Direction.IN.value,
            "text": received.text,
            "state": TextState.RECEIVED.value,
            "at": received.at,
        },
    )
    if new:
        wish = sms_text.wish(received.text)
        _obey(caller, wish, now)
        if wish is None:
            text_letters.tell(kept, now)
    return kept


def _obey(caller: Caller, wish: sms_text.Wish | None, now: datetime) -> None:
    """Keep what the caller wants; the version stays, for nobody edits this."""
    same = Caller.objects.filter(pk=caller.pk)
    if wish is sms_text.Wish.STOP:
        same.filter(sms_stopped_at=None).update(sms_stopped_at=now)
    elif wish is sms_text.Wish.START:
        same.update(sms_stopped_at=None)


@transaction.atomic
def note(report: TextReport, now: datetime) -> None:
    """Keep what became of a text of ours; only forwards, and unknown ones are told in the log."""
    message_id = id_of(report.reference) or _message_of(report.platform_id)
    state = _REPORTED[report.state]
    if message_id is None or not note_report(message_id, state, report.error, now):
        logger.warning("text_report_unknown id=%s state=%s", report.platform_id, report.state)
        return
    move(message_id, report.state, report.error)
    if report.platform_id:
        _keep_platform_id(message_id, report.platform_id)


def sent(message_id: int, platform_id: str) -> None:
    """Keep that the platform has taken a text, and its id there."""
    move(message_id, TextState.SENT)
    _keep_platform_id(message_id, platform_id)


def move(message_id: int, state: TextState, error: str = "") -> None:
    """Move the text of an outgoing message forward to `state`; later states stay."""
    TextMessage.objects.filter(message=message_id, state__in=_EARLIER[state]).update(
        state=state.value, error=error[:_ERROR_LENGTH]
    )


def wait_again(message_id: int) -> None:
    """Show a text that failed as waiting: it is sent once more, under another id there."""
    texts = TextMessage.objects.filter(message=message_id, state=TextState.FAILED.value)
    texts.update(state=TextState.QUEUED.value, error="", platform_id=None)


def _keep_platform_id(message_id: int, platform_id: str) -> None:
    TextMessage.objects.filter(message=message_id, platform_id=None).update(platform_id=platform_id)


def _message_of(platform_id: str) -> int | None:
    if not platform_id:
        return None
    texts = TextMessage.objects.filter(platform_id=platform_id)
    return texts.values_list("message", flat=True).first()
