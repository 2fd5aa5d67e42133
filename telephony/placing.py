"""Calls that people place through the portal, and calls that they end."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.lib.errors import Conflict, Refused
from scheduling.access import standing_of
from scheduling.models import ContactNumber, Staff
from scheduling.queries import house
from scheduling.services import check_may_be_called
from scheduling.types import House
from telephony import busy, engine, promises, timing
from telephony.enums import Direction
from telephony.menu_scripts import spelled
from telephony.models import Call, Caller, Leg, PhoneNumber
from telephony.types import EndedByUs, OutgoingPlan, Phone

_NO_CALL = 0  # the id of no call: any call that rings the phone keeps it busy


def own_phones(user: Any) -> list[ContactNumber]:
    """Return the enabled numbers of the person behind a login, in their order; one query."""
    person = standing_of(user).staff_id
    rows = ContactNumber.objects.filter(staff=person, enabled=True) if person else None
    return [] if rows is None else list(rows.order_by("position", "pk"))


def number_of(call: Call) -> str:
    """Return the number at which the other side of a call is called back, "" when withheld."""
    return call.callback_number or call.caller


def line_to_show(line: PhoneNumber | None) -> PhoneNumber | None:
    """Return the number of ours that is shown to whoever is called: `line`, else our first."""
    return line or PhoneNumber.objects.order_by("pk").first()


def call_back(call: Call, user: Any, contact_number: int | None, now: datetime) -> Call:
    """Ring a phone of `user`, then whoever called; return the new call, which answers `call`.

    `contact_number` (id) is one of theirs, None the first. Raises Refused when they have none, the
    caller's number is withheld or may not be called, or no number of ours can be shown; Conflict
    while one of the phones is in a call.
    """
    number = number_of(call)
    if not number:
        raise Refused("number_withheld", _("The caller withheld their number."))
    if not phone.is_valid(number):
        raise Refused("not_a_number", _("What the caller keyed in is no phone number."))
    line = call.phone_number or PhoneNumber.objects.filter(number=call.dialled).first()
    return place(user, number, line, contact_number, now, answers=call)


@transaction.atomic
def place(
    user: Any,
    number: str,
    line: PhoneNumber | None,
    contact_number: int | None,
    now: datetime,
    *,
    answers: Call | None = None,
) -> Call:
    """Ring a phone of `user`, then `number` (E.164), which is shown our number `line`.

    Without a line it is our first. Refuses as `call_back` does.
    """
    settings = house()
    own = _chosen(own_phones(user), contact_number)
    person = Staff.objects.get(pk=own.staff_id or 0)
    line = line_to_show(line)
    if line is None:
        message = _("A call back shows one of your own numbers: add one under Numbers & menus.")
        raise Refused("no_own_number", message)
    check_may_be_called(number, settings)
    check_may_be_called(str(own.number), settings)
    _check_free(person, str(own.number), number)
    caller = Caller.objects.filter(number=number).first()
    call = Call.objects.create(
        token=secrets.token_urlsafe(32),
        direction=Direction.OUT.value,
        phone_number=line,
        dialled=str(line.number),
        caller=number,
        label=answers.label if answers else line.name,
        service=answers.service if answers else None,
        language=_language(caller, answers, line),
        started_at=now,
        started_by=person,
        answers=answers,
    )
    promises.touch_number(number, answers.pk if answers else None, now)
    engine.place(call, _plan(own, person, call, caller, settings), now)
    return call


def end(call: Call, user: Any, now: datetime) -> None:
    """End a call for everybody in it. Raises Conflict when it is over already."""
    if call.ended_at is not None:
        raise Conflict("call_over", _("This call is over already."))
    name = standing_of(user).name or user.get_full_name() or user.get_username()
    engine.advance(call.pk, EndedByUs(name), now)


def _chosen(own: Iterable[ContactNumber], wanted: int | None) -> ContactNumber:
    found = [number for number in own if wanted in (None, number.pk)]
    if found:
        return found[0]
    if wanted is None:
        message = _("You have no phone here that could be rung: ask for a number to be added.")
        raise Refused("no_phone_of_yours", message)
    message = _("This is no number of yours that can be rung.")
    raise Refused("not_your_number", message, "contact_number")


def _check_free(person: Staff, own: str, other: str) -> None:
    """Nobody is rung who is in a call, and no caller who is on the line to us."""
    if own == other:
        raise Refused("same_number", _("This is your own number."), "contact_number")
    talks = Leg.objects.filter(busy.TALKS, staff=person, ended_at=None, call__ended_at=None)
    # in one order, so that no two wait for each other
    taken = [number for number in sorted((own, other)) if busy.is_busy(number, _NO_CALL)]
    live = Call.objects.filter(ended_at=None)
    calls_back = live.filter(started_by=person)
    if own in taken or talks.exists() or calls_back.exists():
        raise Conflict("you_are_in_a_call", _("Your phone rings or talks in a call right now."))
    if other in taken or live.filter(caller=other).exists():
        raise Conflict("caller_in_a_call", _("This caller is in a call with you right now."))


def _language(caller: Caller | None, answers: Call | None, line: PhoneNumber) -> str:
    """Return the language in which whoever is called is spoken to."""
    if caller is not None and caller.language:
        return caller.language
    return answers.language if answers else next(iter(line.languages), "fr")


def _plan(
    own: ContactNumber, person: Staff, call: Call, caller: Caller | None, settings: House
) -> OutgoingPlan:
    name, line = caller.name if caller else "", call.phone_number
    ring = own.ring_seconds or settings.ring_seconds
    digits = spelled(phone.digits_to_dial(call.caller, settings.region))
    return OutgoingPlan(
        own=Phone(
            number=str(own.number),
            name=person.name,
            staff=person.pk,
            service=None,
            ring_seconds=max(ring, timing.SHORTEST_RING_SECONDS),
            screened=True,
            whisper="",
            language=person.language,
        ),
        other=Phone(
            number=call.caller,
            name=name or phone.spaced(call.caller),
            staff=None,
            service=None,
            ring_seconds=(line and line.outbound_timeout) or timing.OUTGOING_RING_SECONDS,
            screened=False,
            whisper="",
            language=call.language,
        ),
        whom=name or digits,
        accept_seconds=settings.accept_seconds,
        records=line is not None and line.record,
        notice=dict(line.recording_notice) if line else {},
    )
