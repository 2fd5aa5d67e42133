"""The texts that a call gives reason for: to whom nobody answered, and to whoever is called."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Q
from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.services import send_sms
from scheduling.models import ContactNumber
from scheduling.queries import house
from telephony import block_list, caller_services, queries, texting
from telephony.enums import Direction, TextState, Triage
from telephony.models import Call, Caller, PhoneNumber, TextMessage
from telephony.text_back import Missed, TextBack, decide
from telephony.types import LegState, Note, OutgoingState, State

logger = logging.getLogger(__name__)

OVER = frozenset({"caller_gone", "caller_found_gone", "talk_over"})
_AT_A_PHONE = frozenset({"leg_rang", "leg_picked_up", "leg_accepted"})


def follow_up(
    call: Call,
    notes: Iterable[Note],
    now: datetime,
    state: State | OutgoingState | None = None,
) -> None:
    """Write what the notes of one advance give reason to: once each, in the call's transaction.

    `state` is what the advance led to, None where the call was never planned. A caller whose call
    is over has a row from then on. The number of queries is fixed.
    """
    if call.direction != Direction.IN:
        return
    for note in notes:
        if note.code in OVER:
            caller_services.note(call.caller)
            text_back(call, now)
        elif leg := _told_of(state, note):
            _tell_who_calls(call, leg, note.code, now)


def text_back(call: Call, now: datetime) -> TextBack:
    """Write to the caller of a call that is over when nobody answered it; return the decision."""
    line = queries.number_of(call)
    if line is None or not line.text_back_enabled:
        return TextBack.DISABLED
    # Locked, so that two calls of one caller do not both find that none was sent.
    caller = Caller.objects.select_for_update().filter(number=call.caller or "-").first()
    last_at, elsewhere_at = _last_texts(caller, line) if caller else (None, None)
    missed = Missed(
        outcome=call.outcome,
        enabled=line.text_back_enabled,
        caller=call.caller,
        takes_texts=phone.may_be_mobile(call.caller),
        stopped=caller is not None and caller.sms_stopped_at is not None,
        last_at=last_at,
        elsewhere_at=elsewhere_at,
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


def _last_texts(caller: Caller, line: PhoneNumber) -> tuple[datetime | None, datetime | None]:
    """Return when this caller last got a text that nobody wrote, about a call to this number.

    And about one to another number of ours.
    """
    texts = TextMessage.objects.filter(caller=caller, direction=Direction.OUT.value, sent_by=None)
    about_calls = texts.filter(call__isnull=False).exclude(state=TextState.FAILED.value)
    here = Q(phone_number=line)
    found = about_calls.aggregate(here=Max("at", filter=here), elsewhere=Max("at", filter=~here))
    return found["here"], found["elsewhere"]


def _words(call: Call, line: PhoneNumber) -> str:
    """Return what the caller reads; the number's own name is for the house alone."""
    if own := line.text_back.get(call.language, "").strip():
        return str(own)
    called = house().name.strip() or phone.spaced(str(line.number))
    with translation.override(call.language):
        return _(
            "Sorry, we could not take your call to %(line)s. Reply to this text or call again."
        ) % {"line": called}


def _told_of(state: State | OutgoingState | None, note: Note) -> LegState | None:
    """Return the phone that a note is about, where whoever is called is told by text."""
    if note.code not in _AT_A_PHONE or not isinstance(state, State) or not state.plan.by_text:
        return None
    return state.legs.get(note.leg or 0)


def _tell_who_calls(call: Call, leg: LegState, happened: str, now: datetime) -> None:
    """Send the caller's number to a phone, once in a call."""
    line = queries.number_of(call)
    language = _language_of_reader(leg, happened) if line and call.caller else None
    if line is None or language is None:
        return
    known = Caller.objects.filter(number=call.caller).first()
    with translation.override(language):
        body = _("%(caller)s is calling %(line)s.") % {
            "caller": _named(call, known),
            "line": line.name,
        }
    send_sms(
        to=leg.phone.number,
        sender=str(line.number),
        body=texting.plain(body),
        cause=f"call:{call.pk}",
        key=f"caller_by_sms:{call.pk}:{leg.phone.number}",
        now=now,
    )


def _language_of_reader(leg: LegState, happened: str) -> str | None:
    """Return the language in which whoever is at a phone is told who calls, None for not at all.

    A number of nobody here, which calls are passed on to, is told as soon as it rings: it has no
    whisper unless it asks for a key. Of people and services, only the one who takes the call.
    """
    contacts = ContactNumber.objects.filter(number=leg.phone.number)
    if leg.phone.staff is None and leg.phone.service is None:
        wants_none = contacts.filter(can_sms=False).exists()
        told = not wants_none and texting.may_be_told(leg.phone.number)
        return leg.phone.language if told else None
    if happened == "leg_rang" or (happened == "leg_picked_up" and not leg.direct):
        return None
    contact = contacts.filter(can_sms=True, enabled=True).select_related("staff").first()
    if contact is None:
        return None
    return contact.staff.language if contact.staff else leg.phone.language


def _named(call: Call, known: Caller | None) -> str:
    return f"{known.name} ({call.caller})" if known and known.name else call.caller
