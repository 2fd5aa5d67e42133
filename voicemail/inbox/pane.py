"""The reading pane: all that is heard, read and done about one call, as `user` may."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.lib import phone, spans
from oncall_portal.lib.access import can, visible
from scheduling import whens
from scheduling.access import ADD, VIEW, standing_of
from scheduling.models import Staff
from scheduling.types import House
from telephony import block_list, caller_page, labels, placing, telling
from telephony.access import CALL_BACK
from telephony.call_page import caller_of
from telephony.enums import Direction, PromiseState, Triage
from telephony.models import BlockedCaller, Call, CallComment, Caller, TextMessage
from telephony.story import line_html, visit_of, zone_of
from voicemail.inbox import acts, rows

# of the story and of the stream; the pages that they lead to have all
LINES, EXCHANGES = 8, 8


@dataclass(frozen=True)
class Promised:
    """The promise to call back, in words; `ours`: the reader is the one who is to keep it."""

    state: str
    words: str
    left: str
    overdue: bool
    owner: Any
    ours: bool


@dataclass(frozen=True)
class Sound:
    """Something to hear: a message or a recorded conversation, its address, what was said.

    `undelivered` says which word about it did not arrive; `no_message` why it is none.
    """

    recording: Any
    url_name: str
    pk: int
    transcript: str
    undelivered: str = ""
    no_message: str = ""


@dataclass(frozen=True)
class Said:
    """A comment."""

    pk: int
    who: str
    at: str
    text: str


def find(user: Any, pk: int) -> Any:
    """Return a call that `user` may see, with all that its line needs; None when there is none."""
    return visible(user, rows.with_all(user, [pk], whole=True)).first()


def context(call: Any, user: Any, house: House, now: datetime) -> dict[str, Any]:
    """Return all that the pane shows of a call (from `find`); a fixed number of queries."""
    zone = zone_of(call, house.time_zone)
    caller = caller_of(call, user)
    names = {call.caller: caller.name} if caller else {}
    failed = rows.failures([call])
    return {
        "call": call,
        "row": rows.row(call, names, house, now, failed=failed),
        "caller": caller,
        "number": phone.spaced(call.caller) if call.caller else "",
        "asked_back": _asked_back(call),
        "promise": _promised(call, user, zone, now),
        "sounds": list(_sounds(call, failed)),
        "may": _may(call, user),
        "blocked": _blocked(call, user),
        "lines": _lines(call),
        "exchanges": _exchanges(caller, call, user, now),
        "comments": list(_comments(call, user, zone, now)),
        "triage": capfirst(str(labels.TRIAGE[call.triage])),
    }


def _asked_back(call: Call) -> str:
    """Return the number that the caller asked to be called at, "" where it is their own."""
    number = placing.number_of(call)
    return phone.spaced(number) if number and number != call.caller else ""


def _may(call: Call, user: Any) -> dict[str, bool]:
    """Return what `user` may do to this call as it stands: buttons for nothing else."""
    over, new = call.ended_at is not None, call.triage == Triage.NEW
    triages = acts.may(user, "close", call)
    promises = acts.may(user, "assign", call)
    promised = rows.open_promise(call) is not None
    comes_in = call.direction == Direction.IN
    return {
        "call_back": over and bool(placing.number_of(call)) and can(user, CALL_BACK, call),
        "reply": bool(call.caller) and can(user, ADD, TextMessage),
        "job": triages and new,
        "close": triages and call.triage in (Triage.NEW, Triage.JOB),
        "spam": triages and new and comes_in,
        "delete": triages and over and call.triage != Triage.DELETED,
        "reopen": triages and not new,
        "assign": promises and comes_in,
        "take": promises and promised and standing_of(user).staff_id is not None,
        "waive": promises and promised,
        "comment": acts.may(user, "comment", call),
    }


def _blocked(call: Call, user: Any) -> bool:
    seen = bool(call.caller) and can(user, VIEW, BlockedCaller)
    return seen and block_list.entry_for(call.caller, None) is not None


# --- the promise ---------------------------------------------------------------------------------


def _promised(call: Any, user: Any, zone: ZoneInfo, now: datetime) -> Promised | None:
    promise = getattr(call, "promise", None)
    if promise is None:
        return None
    ours = promise.owner_id is not None and promise.owner_id == standing_of(user).staff_id
    late = promise.state == PromiseState.OPEN and promise.due_at < now
    words, left = _promise_words(promise, zone, now)
    return Promised(promise.state, words, left, late, promise.owner, ours)


def _promise_words(promise: Any, zone: ZoneInfo, now: datetime) -> tuple[str, str]:
    """Return what was promised, and how much time is left or lost."""
    if promise.state == PromiseState.WAIVED:
        said = {"name": promise.done_by, "reason": promise.reason}
        return _("Not called back: %(reason)s (%(name)s)") % said, ""
    if promise.state == PromiseState.KEPT:
        at = whens.when(promise.done_at, now, zone.key)
        return _("Called back: %(time)s") % {"time": at}, ""
    at = whens.when(promise.due_at, now, zone.key)
    words = _("To be called back before %(time)s") % {"time": at}
    seconds = (promise.due_at - now).total_seconds()
    span = spans.words(abs(seconds) // 60 * 60) if abs(seconds) >= 60 else _("less than a minute")
    left = _("%(span)s left") if seconds > 0 else _("%(span)s too late")
    return words, left % {"span": _short(span)}


def _short(span: str) -> str:
    """Return whole minutes without their seconds; the spaces may be such as never break."""
    return re.sub(r"\s00\ss$", "", span)


# --- what is heard and read ----------------------------------------------------------------------


def _sounds(call: Any, failed: Counter[int]) -> Iterable[Sound]:
    """Yield the messages that were left, then what was recorded of the conversation."""
    for message in rows.messages_of(call):
        recording = message.recording
        words, told = recording.transcript.strip(), _undelivered(message, failed[message.pk])
        why = "" if message.counts else capfirst(message.get_delivery_display())
        yield Sound(recording, "voicemails-audio", message.pk, words, told, why)
    for recording in call.spoken:
        yield Sound(recording, "recordings-audio", recording.pk, recording.transcript.strip())


def _undelivered(message: Any, failed: int) -> str:
    """Return that e-mails or texts about a message failed, "" where none did."""
    if rows.nobody_told(message) and not failed:
        return _("There was nobody to write to about this message.")
    if rows.nobody_told(message):
        return _("Nobody could be told of this message: every e-mail and text about it failed.")
    words = ngettext(
        "%(n)d e-mail or text about this message did not arrive.",
        "%(n)d e-mails and texts about this message did not arrive.",
        failed,
    )
    return words % {"n": failed} if failed else ""


def _lines(call: Any) -> list[str]:
    """Return the story of the call in its last few sentences."""
    events = list(call.events.select_related("leg").order_by("at", "pk"))
    counted = (each for each in rows.messages_of(call) if each.counts)
    spoken = ((each.left_at, each.recording.duration_seconds) for each in counted)
    visit = visit_of(call, call.legs.all(), events, next(spoken, None))
    return [line_html(line) for line in telling.story(visit)][-LINES:]


def _exchanges(caller: Caller | None, call: Call, user: Any, now: datetime) -> list[Any]:
    """Return the last calls and texts with the caller but this call, newest first."""
    if caller is None or caller.pk is None:
        return []
    entries = caller_page.stream(caller, user, now)["entries"]
    return [entry for entry in entries if entry.key != f"call-{call.pk}"][:EXCHANGES]


def _comments(call: Call, user: Any, zone: ZoneInfo, now: datetime) -> Iterable[Said]:
    for row in visible(user, CallComment.objects.filter(call=call)):
        at = whens.when(row.at, now, zone.key)
        yield Said(row.pk, row.author_name, at, row.text)


# --- whom a call can be given to -----------------------------------------------------------------


def owners(user: Any) -> list[Staff]:
    """Return the people to whom a promise can be given, `user` first."""
    me = standing_of(user).staff_id
    people = visible(user, Staff.objects.filter(active=True).order_by("name", "pk"))
    return sorted(people, key=lambda person: person.pk != me)
