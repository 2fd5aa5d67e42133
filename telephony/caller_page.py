"""What a caller's page shows: the stream of calls, recordings and texts, a form to answer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.access import can, visible
from oncall_portal.lib.errors import Refused
from scheduling.access import ADD
from scheduling.queries import house
from telephony import (
    call_list,
    call_page,
    caller_stream,
    labels,
    promise_page,
    sms_text,
    texting,
)
from telephony.access import CALL_BACK, ERASE, EXPORT
from telephony.caller_stream import Aside
from telephony.enums import Direction, TextState
from telephony.models import Call, Caller, PhoneNumber, Promise, TextMessage

LIVE_MS = 5000
# Of each kind; who needs more has the lists.
SHOWN = 100
_TONES = {
    TextState.RECEIVED.value: "new",
    TextState.DELIVERED.value: "ok",
    TextState.FAILED.value: "bad",
}
_ICONS = {
    TextState.DELIVERED.value: "check",
    TextState.FAILED.value: "warning",
    TextState.RECEIVED.value: "message",
}


class ReplyForm(forms.Form):
    """A text to the caller; `key` makes one form one text, however often it is sent."""

    text = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea({"rows": 3, "class": "input", "aria-describedby": "reply-length"}),
        strip=False,
        max_length=4000,
    )
    phone_number = forms.ModelChoiceField(
        PhoneNumber.objects.all(),
        label=_("From"),
        empty_label=None,
        widget=forms.Select({"class": "select"}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def send(self, caller: Caller, user: Any, now: datetime) -> bool:
        """Send what was written; False, with the reason on the form, when it is refused."""
        if not self.is_valid():
            return False
        values = self.cleaned_data
        try:
            texting.reply(
                caller.pk,
                values["phone_number"].pk,
                values["text"],
                key=values["key"],
                user=user,
                now=now,
            )
        except Refused as error:
            self.add_error(error.field if error.field in self.fields else None, str(error.message))
            return False
        return True


@dataclass(frozen=True)
class Entry:
    """One call or text of the stream; of a call, `row` is its line of the list of calls.

    With a call come its `recordings` and `messages`, as far as they may be heard, what was
    `promised` after it, and the number that it was placed `to`, where that is not the caller's own.
    """

    key: str
    at: datetime
    when: str
    row: Any = None
    text: TextMessage | None = None
    tone: str = ""
    icon: str = "clock"
    state: str = ""
    by: str = ""
    ours: bool = False
    recordings: tuple[Any, ...] = ()
    messages: tuple[Any, ...] = ()
    promised: promise_page.Promised | None = None
    to: str = ""


def context(
    caller: Caller, user: Any, now: datetime, form: ReplyForm | None = None
) -> dict[str, Any]:
    """Return all that the page shows beside the form of the caller; a fixed number of queries."""
    return {
        **stream(caller, user, now),
        **answering(caller, user, form),
        "live_ms": LIVE_MS,
        "may_call_back": can(user, CALL_BACK, caller),
        "may_erase": can(user, ERASE, caller),
        "may_export": can(user, EXPORT, caller),
    }


def answering(caller: Caller, user: Any, form: ReplyForm | None = None) -> dict[str, Any]:
    """Return what the form of a text to the caller shows."""
    return {
        "why_not": _why_not(caller),
        "reply": (form or _new_form(caller)) if can(user, ADD, TextMessage) else None,
        "alphabet": json.dumps(
            {
                "basic": sms_text.BASIC,
                "extended": sms_text.EXTENDED,
                "plain": sms_text.PLAIN,
                "gsm7": sms_text.LIMITS[sms_text.Encoding.GSM7],
                "ucs2": sms_text.LIMITS[sms_text.Encoding.UCS2],
                "most": sms_text.MAX_PARTS,
            }
        ),
    }


def stream(caller: Caller, user: Any, now: datetime) -> dict[str, Any]:
    """Return all that happened with a caller, newest first; a fixed number of queries.

    Calls with what was recorded and promised, texts, e-mails about them, jobs and comments.
    """
    zone = ZoneInfo(house().time_zone)
    entries: list[Any] = [*_calls(caller, user, zone, now), *_texts(caller, user, zone, now)]
    return {"entries": sorted(entries, key=lambda entry: (entry.at, entry.key), reverse=True)}


def _calls(caller: Caller, user: Any, zone: ZoneInfo, now: datetime) -> Iterator[Entry | Aside]:
    found = visible(user, _with_or_for(str(caller.number)))
    calls = list(call_list.with_rows(found).order_by("-started_at", "-pk")[:SHOWN])
    recordings = call_page.conversations(calls, user)
    promised = caller_stream.promises_of(calls, user)
    messages = caller_stream.messages_of(calls, user)
    yield from caller_stream.asides(calls, promised, messages, user, zone, now)
    for call, row in zip(calls, call_list.rows(calls, now), strict=True):
        yield Entry(
            key=f"call-{call.pk}",
            at=call.started_at,
            when=row.when,
            row=row,
            ours=call.direction == Direction.OUT,
            recordings=tuple(recordings.get(call.pk, ())),
            messages=tuple(messages.get(call.pk, ())),
            promised=_promised(promised.get(call.pk), now, zone),
            to="" if call.caller == str(caller.number) else row.caller,
        )


def _promised(
    promise: Promise | None, now: datetime, zone: ZoneInfo
) -> promise_page.Promised | None:
    return promise_page.told(promise, now, zone.key) if promise is not None else None


def _with_or_for(number: str) -> QuerySet[Call]:
    """Return the calls with a number, and those that answer one from it at another number.

    The latter are read first: all are then found by indexes, which a joined condition is not.
    Whoever was not reached there is called again from the page of that call, which is answered.
    """
    elsewhere = Call.objects.filter(answers__caller=number).exclude(caller=number)
    newest = elsewhere.order_by("-started_at", "-pk").values_list("pk", flat=True)[:SHOWN]
    found = list(newest)
    return Call.objects.filter(Q(caller=number) | Q(pk__in=found) | Q(answers__in=found))


def _texts(caller: Caller, user: Any, zone: ZoneInfo, now: datetime) -> Iterator[Entry]:
    found = visible(user, caller.texts.select_related("phone_number", "sent_by"))
    for text in found.order_by("-at", "-pk")[:SHOWN]:
        yield Entry(
            key=f"text-{text.pk}",
            at=text.at,
            when=call_list.moment_words(text.at.astimezone(zone), now),
            text=text,
            tone=_TONES.get(text.state, ""),
            icon=_ICONS.get(text.state, "clock"),
            state=capfirst(str(labels.TEXT_STATE[text.state])),
            by=_by(text),
            ours=text.direction == Direction.OUT,
        )


def _by(text: TextMessage) -> str:
    if text.direction == Direction.IN:
        return ""
    return text.sent_by.get_username() if text.sent_by else str(_("sent by itself"))


def _why_not(caller: Caller) -> str:
    """Return why no text may be sent to this caller, "" when one may."""
    try:
        texting.check_may_be_texted(caller)
    except Refused as error:
        return str(error.message)
    return ""


def _new_form(caller: Caller) -> ReplyForm:
    """Return an empty form that answers from the number that the caller used last."""
    line = last_line(caller)
    key = secrets.token_urlsafe(16)
    return ReplyForm(initial={"phone_number": line.pk if line else None, "key": key})


def last_line(caller: Caller) -> PhoneNumber | None:
    """Return our number over which the caller and we were last in touch, None for none."""
    text = caller.texts.exclude(phone_number=None).select_related("phone_number").order_by("-at")
    call = Call.objects.filter(caller=str(caller.number)).exclude(phone_number=None)
    last = call.select_related("phone_number").order_by("-started_at").first()
    found = [(row.at, row.phone_number) for row in text[:1]]
    if last is not None:
        found.append((last.started_at, last.phone_number))
    return max(found, key=lambda each: each[0])[1] if found else None
