"""The texts that a call gives reason for: to whom nobody answered, and to whoever took it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.services import send_sms
from scheduling.models import ContactNumber
from telephony import block_list, caller_services, queries, texting
from telephony.enums import Direction, TextState, Triage
from telephony.models import Call, Caller, Leg, PhoneNumber, TextMessage
from telephony.text_back import Missed, TextBack, decide
from telephony.types import Note

logger = logging.getLogger(__name__)

_OVER = frozenset({"caller_gone", "caller_found_gone", "talk_over"})
_TAKEN = frozenset({"leg_accepted", "leg_picked_up"})


def follow_up(call: Call, notes: Iterable[Note], now: datetime) -> None:
    """Write what the notes of one advance give reason to: once each, in the call's transaction.

    A caller whose call is over has a row from then on. The number of queries is fixed.
    """
    if call.direction != Direction.IN:
        return
    for note in notes:
        if note.code in _OVER:
            caller_services.note(call.caller)
            text_back(call, now)
        elif note.code in _TAKEN and note.leg is not None:
            _tell_whoever_took_it(call, note.leg, now)


def text_back(call: Call, now: datetime) -> TextBack:
    """Write to the caller of a call that is over when nobody answered it; return the decision."""
    line = queries.number_of(call)
    if line is None or not line.text_back_enabled:
        return TextBack.DISABLED
    # Locked, so that two calls of one caller do not both find that none was sent.
    caller = Caller.objects.select_for_update().filter(number=call.caller or "-").first()
    missed = Missed(
        outcome=call.outcome,
        enabled=line.text_back_enabled,
        caller=call.caller,
        takes_texts=phone.may_be_mobile(call.caller),
        stopped=caller is not None and caller.sms_stopped_at is not None,
        last_at=_last_at(caller, line) if caller else None,
        quiet_minutes=line.text_back_quiet_minutes,
        unwanted=_unwanted(call, line),
    )
    decision = decide(missed, now)
    if decision is not TextBack.SEND or caller is None:
        return decision
    try:
        texting.send(
            caller, line, _words(call, line), key=f"text_back:{call.pk}", now=now, call=call
        )
    except Refused as refusal:
        logger.warning("text_back_refused call=%s code=%s", call.pk, refusal.code)
    return decision


def _unwanted(call: Call, line: PhoneNumber) -> bool:
    """Tell whether the caller was blocked, or the call marked as spam, while it lasted."""
    blocked = block_list.entry_for(call.caller, line.pk) is not None
    return blocked or call.triage == Triage.SPAM


def _last_at(caller: Caller, line: PhoneNumber) -> datetime | None:
    """Return when this caller last got a text that nobody wrote, about a call to this number."""
    texts = TextMessage.objects.filter(
        caller=caller, phone_number=line, direction=Direction.OUT.value, sent_by=None
    )
    about_calls = texts.filter(call__isnull=False).exclude(state=TextState.FAILED.value)
    return about_calls.order_by("-at").values_list("at", flat=True).first()


def _words(call: Call, line: PhoneNumber) -> str:
    if own := line.text_back.get(call.language, "").strip():
        return str(own)
    with translation.override(call.language):
        return _(
            "Sorry, we could not take your call to %(line)s. Reply to this text or call again."
        ) % {"line": line.name}


def _tell_whoever_took_it(call: Call, ordinal: int, now: datetime) -> None:
    """Send the caller's number to the phone that took the call, where the number called says so."""
    line = queries.number_of(call)
    if line is None or not line.caller_by_sms or not call.caller:
        return
    leg = Leg.objects.get(call=call, ordinal=ordinal)
    if leg.screened and leg.accepted_at is None:
        return
    contacts = ContactNumber.objects.filter(number=leg.number, can_sms=True, enabled=True)
    contact = contacts.select_related("staff").first()
    if contact is None:
        return
    known = Caller.objects.filter(number=call.caller).first()
    with translation.override(contact.staff.language if contact.staff else call.language):
        body = _("%(caller)s is calling %(line)s.") % {
            "caller": _named(call, known),
            "line": line.name,
        }
    send_sms(
        to=leg.number,
        sender=str(line.number),
        body=texting.plain(body),
        cause=f"call:{call.pk}",
        key=f"caller_by_sms:{leg.pk}",
        now=now,
    )


def _named(call: Call, known: Caller | None) -> str:
    return f"{known.name} ({call.caller})" if known and known.name else call.caller
