"""The boxes of the inbox: which calls lie in each, in what order, and where a page begins."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from telephony.enums import Direction, Outcome, PromiseState, Triage
from voicemail.models import VoicemailMessage

DEFAULT = "todo"
MAILBOX = "mailbox-"
# the ranks of what is to do: the last one is of calls that nobody waits for
OVERDUE, URGENT, PROMISED, UNANSWERED, REST = range(5)
_NOBODY_ANSWERED = [
    each.value
    for each in Outcome
    if each not in (Outcome.CONNECTED, Outcome.PICKED_UP, Outcome.BLOCKED)
]
_OPEN = Q(promise__state=PromiseState.OPEN.value)
_DELETED = Q(triage=Triage.DELETED.value)


@dataclass(frozen=True)
class Order:
    """How a box is sorted: by `rank` if it has any, then by `key`, the newest id first."""

    sort: Callable[[QuerySet[Any], datetime], QuerySet[Any]]
    ranked: bool = False

    def after(self, calls: QuerySet[Any], cursor: str) -> QuerySet[Any]:
        """Return those of sorted `calls` that come after the one whose cursor it is."""
        found = re.fullmatch(r"(\d):(-?\d{1,18}):(\d{1,18})", cursor)
        if found is None:
            return calls
        rank, key, pk = (int(part) for part in found.groups())
        later = Q(key__gt=key) | Q(key=key, pk__lt=pk)
        return calls.filter(Q(rank__gt=rank) | Q(rank=rank) & later if self.ranked else later)


@dataclass(frozen=True)
class Box:
    """A box: its name in addresses, its words, what lies in it for a person (id, None: nobody)."""

    key: str
    label: str | Words
    holds: Callable[[int | None], Q]
    order: Order
    counted: bool = False
    put_away: bool = False


def _micros(expression: Any, sign: int = 1) -> Func:
    """Return an instant as whole microseconds, which compare exactly; -1 turns the order around."""
    template = f"(extract(epoch from %(expressions)s) * {sign * 1_000_000})::bigint"
    return Func(expression, template=template, output_field=BigIntegerField())


def _newest(calls: Any, now: datetime) -> Any:
    key = _micros(F("started_at"), -1)
    ranked = calls.annotate(rank=Value(0), key=key)
    return ranked.order_by("-started_at", "-pk")


def _due(calls: Any, now: datetime) -> Any:
    ranked = calls.annotate(rank=Value(0), key=_micros(F("promise__due_at")))
    return ranked.order_by("promise__due_at", "-pk")


def _pressing(calls: Any, now: datetime) -> Any:
    """Overdue promises, urgent calls, promises by due time, the unanswered; then all others."""
    nobody = Q(ended_at__isnull=False, outcome__in=_NOBODY_ANSWERED, promise=None)
    waits = Q(urgent=True, ended_at__isnull=False)
    ranked = calls.annotate(
        rank=Case(
            When(_OPEN & Q(promise__due_at__lt=now), then=Value(OVERDUE)),
            When(waits & (_OPEN | Q(promise=None)), then=Value(URGENT)),
            When(_OPEN, then=Value(PROMISED)),
            When(nobody, then=Value(UNANSWERED)),
            default=Value(REST),
        )
    )
    newest = _micros(F("started_at"), -1)
    due = _micros(Coalesce("promise__due_at", "started_at"))
    ranked = ranked.annotate(key=Case(When(rank__lte=PROMISED, then=due), default=newest))
    return ranked.order_by("rank", "key", "-pk")


NEWEST, DUE, PRESSING = Order(_newest), Order(_due), Order(_pressing, ranked=True)


def _triaged(state: Triage) -> Callable[[int | None], Q]:
    return lambda _person: Q(triage=state.value)


def _mine(person: int | None) -> Q:
    return _OPEN & Q(promise__owner=person) if person else Q(pk=None)


_NEW = Q(triage=Triage.NEW.value, direction=Direction.IN.value)
BOXES = (
    Box("todo", _("To do"), lambda _person: _NEW, PRESSING, counted=True),
    Box("mine", _("Mine"), _mine, DUE, counted=True),
    Box("promises", _("Promises"), lambda _person: _OPEN, DUE, counted=True),
    Box("all", _("All calls"), lambda _person: ~_DELETED, NEWEST, counted=True),
    Box("jobs", _("Jobs"), _triaged(Triage.JOB), NEWEST, put_away=True),
    Box("spam", _("Spam"), _triaged(Triage.SPAM), NEWEST, put_away=True),
    Box("closed", _("Closed"), _triaged(Triage.CLOSED), NEWEST, put_away=True),
    Box("bin", _("Bin"), _triaged(Triage.DELETED), NEWEST, put_away=True),
)
_BY_KEY = {box.key: box for box in BOXES}


def box_of(key: str) -> Box:
    """Return the box of this key; of one that does not exist, the first."""
    if re.fullmatch(rf"{MAILBOX}\d{{1,18}}", key):
        return mailbox(int(key.removeprefix(MAILBOX)))
    return _BY_KEY.get(key, _BY_KEY[DEFAULT])


def mailbox(pk: int, name: str = "") -> Box:
    """Return the box of a mailbox: calls that left a message or a wish there."""
    messages = VoicemailMessage.objects.filter(mailbox=pk).values("call")
    left = Q(pk__in=messages) | Q(callback_request__mailbox=pk)
    return Box(f"{MAILBOX}{pk}", name, lambda _person: left & ~_DELETED, NEWEST)
