"""What is done to calls from the inbox, one or many: each by itself, told in words, undoable.

What an act changed travels signed to the page and back; `undoing` reads it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.lib import phone
from oncall_portal.lib.access import can, visible
from oncall_portal.lib.errors import Conflict, Refused
from scheduling.access import ADD
from scheduling.models import Staff
from telephony import caller_services, comments, promises, triage
from telephony.access import CALL_BACK, TRIAGE
from telephony.enums import PromiseState, TriageAction
from telephony.models import Call, CallComment, Promise
from telephony.story import caller_words
from voicemail.inbox import undoing

MOST = 500
TRIAGES = tuple(each.value for each in TriageAction)
PROMISES = ("assign", "take", "waive")
# Spam says by itself why nobody calls back, a job that somebody sees to it.
_DROPS = (TriageAction.CLOSE, TriageAction.DELETE)
ACTIONS = (*TRIAGES, *PROMISES, "comment")


@dataclass(frozen=True)
class Wish:
    """What somebody wants done: the action, and what it needs (`owner`: None is nobody)."""

    action: str
    owner: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Refusal:
    """A call that stayed as it was, and why."""

    call: int
    who: str
    code: str
    words: str


@dataclass(frozen=True)
class Report:
    """What became of it: the calls done, the refusals, one sentence, how to take it back."""

    done: tuple[dict[str, Any], ...]
    refused: tuple[Refusal, ...]
    message: str
    undo: str = ""


def may(user: Any, action: str, call: Any = Call) -> bool:
    """Tell whether `user` may do this to a call, or to some call."""
    if action == "comment":
        return can(user, ADD, CallComment)
    return can(user, CALL_BACK if action in PROMISES else TRIAGE, call)


def act(user: Any, wish: Wish, pks: Sequence[int], now: datetime) -> Report:
    """Do it to each of these calls that `user` may do it to; each in a transaction of its own."""
    calls = {call.pk: call for call in visible(user, Call.objects.filter(pk__in=pks))}
    done: list[undoing.Trace] = []
    why: dict[int, tuple[str, str]] = {}
    for pk in dict.fromkeys(pks):
        try:
            done.append(_one(user, wish, calls.get(pk), now))
        except Refused as refusal:
            why[pk] = refusal.code, str(refusal.message)
        except ValidationError as error:
            why[pk] = "invalid", " ".join(error.messages)
    refused = _refusals(user, why, calls)
    token = undoing.seal(user, done, now) if done else ""
    told = tuple(trace.told() for trace in done)
    return Report(told, tuple(refused), _message(wish, done, refused, calls), token)


def _one(user: Any, wish: Wish, call: Call | None, now: datetime) -> undoing.Trace:
    if call is None:
        raise Refused("no_such_call", _("There is no such call any more."))
    if not may(user, wish.action, call):
        raise Refused("forbidden", _("You may not do this."))
    with transaction.atomic():
        before = undoing.look(call.pk)
        made = _DO.get(wish.action, _triage)(user, wish, call.pk, now)
        return undoing.trace(call.pk, wish.action, before, made)


def _triage(user: Any, wish: Wish, pk: int, now: datetime) -> None:
    """Make something else of a call; what was promised is not dropped without a word."""
    action, reason = TriageAction(wish.action), wish.text.strip()
    if action in _DROPS and not reason:
        promised = Promise.objects.filter(call=pk, state=PromiseState.OPEN.value)
        if promised.exists():
            words = _("They were promised to be called back: say why nobody does.")
            raise Conflict("say_why", words)
    triage.triage(pk, action, reason)


def _assign(user: Any, wish: Wish, pk: int, now: datetime) -> None:
    promises.assign_call(pk, wish.owner, now)


def _take(user: Any, wish: Wish, pk: int, now: datetime) -> None:
    promises.take(_promise(pk), user, now)


def _waive(user: Any, wish: Wish, pk: int, now: datetime) -> None:
    promises.waive(_promise(pk), wish.text, now)


def _promise(pk: int) -> int:
    """Return the id of what was promised after a call; raises Conflict when nothing was."""
    found = Promise.objects.filter(call=pk).values_list("pk", flat=True).first()
    if found is None:
        raise Conflict("nothing_promised", _("Nobody was promised to be called back."))
    return found


def _comment(user: Any, wish: Wish, pk: int, now: datetime) -> int:
    return comments.add(pk, wish.text, user, now).pk


_DO: Mapping[str, Callable[[Any, Wish, int, datetime], int | None]] = {
    "assign": _assign,
    "take": _take,
    "waive": _waive,
    "comment": _comment,
}


def _refusals(
    user: Any, why: Mapping[int, tuple[str, str]], calls: Mapping[int, Call]
) -> list[Refusal]:
    """Return the calls that stayed as they were, each by its caller; one query at most."""
    left = [calls[pk] for pk in why if pk in calls]
    names = caller_services.names((call.caller for call in left), user) if left else {}
    who = {call.pk: names.get(call.caller) or capfirst(caller_words(call)) for call in left}
    return [Refusal(pk, who.get(pk, str(pk)), *told) for pk, told in why.items()]


# --- in words ------------------------------------------------------------------------------------


def _message(
    wish: Wish,
    done: Sequence[undoing.Trace],
    refused: Sequence[Refusal],
    calls: Mapping[int, Call],
) -> str:
    """Return one sentence of what was done, and one of what was not, with the first reason."""
    said = [_done(wish, done, calls)] if done else []
    if refused:
        first = refused[0]
        words = _("%(who)s: %(why)s") % {"who": first.who, "why": first.words}
        more = len(refused) - 1
        if more:
            words += " " + ngettext(
                "%(n)d other call was left as it is too.",
                "%(n)d other calls were left as they are too.",
                more,
            ) % {"n": more}
        said.append(words)
    return " ".join(said)


def _done(wish: Wish, done: Sequence[undoing.Trace], calls: Mapping[int, Call]) -> str:
    count = len(done)
    if wish.action == "spam":
        return _spam(done, calls)
    if wish.action == "assign":
        return _assigned(wish.owner, count)
    words = {
        "job": ngettext("A job was made.", "%(n)d jobs were made.", count),
        "close": ngettext("Closed.", "%(n)d calls closed.", count),
        "delete": ngettext("Put into the bin.", "%(n)d calls put into the bin.", count),
        "reopen": ngettext("New again.", "%(n)d calls are new again.", count),
        "take": ngettext("You take care of it.", "You take care of %(n)d calls.", count),
        "waive": ngettext(
            "Nobody calls back; the reason is kept.",
            "Nobody calls back %(n)d callers; the reason is kept.",
            count,
        ),
        "comment": ngettext("Comment added.", "Comment added to %(n)d calls.", count),
    }
    return words[wish.action] % {"n": count}


def _spam(done: Sequence[undoing.Trace], calls: Mapping[int, Call]) -> str:
    numbers = {calls[trace.call].caller for trace in done} - {""}
    if len(numbers) == 1 and len(done) == 1:
        number = phone.spaced(numbers.pop())
        return _("Spam: calls from %(number)s are no longer taken.") % {"number": number}
    marked = ngettext("Marked as spam.", "%(n)d calls marked as spam.", len(done))
    marked %= {"n": len(done)}
    blocked = ngettext(
        "%(n)d number is no longer taken.", "%(n)d numbers are no longer taken.", len(numbers)
    )
    return f"{marked} {blocked % {'n': len(numbers)}}" if numbers else marked


def _assigned(owner: int | None, count: int) -> str:
    if owner is None:
        words = ngettext("Nobody sees to it now.", "Nobody sees to %(n)d calls now.", count)
        return words % {"n": count}
    name = Staff.objects.values_list("name", flat=True).get(pk=owner)
    words = ngettext("%(name)s sees to it.", "%(name)s sees to %(n)d calls.", count)
    return words % {"name": name, "n": count}
