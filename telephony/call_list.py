"""The list of calls: its rows in words, its filters, and its search by number, name or label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock, phone, spans
from scheduling import whens
from scheduling.queries import house
from telephony import caller_services, labels, narrative, telling
from telephony.call_page import line_name
from telephony.call_sounds import Sound, sounds_of
from telephony.enums import LegResult, Outcome, Triage
from telephony.models import Call, Caller, Leg, PhoneNumber
from telephony.story import Look, caller_words, look, verdict_words, visit_of, zone_of
from telephony.types.visits import Visit

_NUMBER = re.compile(r"\+?[\d\s.\-()/\u00a0]{3,}")


@dataclass(frozen=True)
class Row:
    """One call as its line of the list shows it."""

    pk: int
    url: str
    live: bool
    placed: bool
    when: str
    zone: str
    name: str
    caller: str
    withheld: bool
    line: str
    look: Look
    verdict: str
    taker: Any
    taker_name: str
    waited: str
    message_url: str
    triage: str
    sounds: Sequence[Sound] = ()


def with_rows(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Return the calls with all that their rows need; a fixed number of queries."""
    legs = Leg.objects.select_related("staff", "service").order_by("ordinal")
    return calls.select_related("phone_number__schedule").prefetch_related(
        Prefetch("legs", legs), "voicemails"
    )


def rows(calls: Iterable[Any], now: datetime, user: Any = None) -> list[Row]:
    """Return these calls (from `with_rows`) in words, in the zone of their schedule.

    Each has its caller's name and what is to hear, as far as `user` may; without one, neither.
    """
    zone, found = house().time_zone, list(calls)
    heard = sounds_of(found, user) if user is not None else {}
    names = caller_services.names([call.caller for call in found], user) if user is not None else {}
    return [
        _row(call, zone, now, names.get(call.caller, ""), heard.get(call.pk, ())) for call in found
    ]


def _row(call: Any, house_zone: str, now: datetime, name: str, sounds: Sequence[Sound]) -> Row:
    legs = list(call.legs.all())
    visit = visit_of(call, legs)
    zone = zone_of(call, house_zone)
    taker = next((leg for leg in legs if leg.ordinal == narrative.taker(visit)), None)
    message = next((each for each in call.voicemails.all() if each.counts), None)
    waits = taker is not None or visit.ending_at is not None or call.ended_at is None
    shows_wait = waits and not visit.outgoing
    return Row(
        pk=call.pk,
        url=reverse("admin:telephony_call_change", args=[call.pk]),
        live=call.ended_at is None,
        placed=visit.outgoing,
        when=moment_words(call.started_at.astimezone(zone), now),
        zone=zone.key if zone.key != house_zone else "",
        name=name,
        caller=caller_words(call),
        withheld=not call.caller,
        line=line_name(call),
        look=look(call),
        verdict=verdict_words(telling.verdict(visit)),
        taker=(taker.staff or taker.service) if taker else None,
        taker_name=taker.name if taker else "",
        waited=_waited(visit, now) if shows_wait else "",
        message_url=_message_url(message),
        triage=str(labels.TRIAGE[call.triage]),
        sounds=sounds,
    )


def _waited(visit: Visit, now: datetime) -> str:
    if visit.ended_at is None and narrative.taker(visit) is None and visit.ending_at is None:
        return ""  # still counting
    return spans.words(narrative.waited_seconds(visit, now))


def _message_url(message: Any) -> str:
    if message is None:
        return ""
    return reverse("admin:voicemail_voicemailmessage_change", args=[message.pk])


def moment_words(local: datetime, now: datetime) -> str:
    """Return a local moment for a list, like "Thu 19 Nov, 02:47"; with its year if another."""
    pattern = "D j M, H:i" if local.year == now.astimezone(local.tzinfo).year else "j M Y, H:i"
    return capfirst(whens.said(local, pattern))


# --- search -----------------------------------------------------------------------------------


def search(calls: QuerySet[Call], term: str, region: str) -> QuerySet[Call]:
    """Return the calls of this number, in any usual spelling, name, label, or who was rung."""
    term = term.strip()
    if not term:
        return calls
    if is_number(term):
        return calls.filter(number_found(term, region, "caller", "dialled"))
    rung = Leg.objects.filter(call=OuterRef("pk"), name__icontains=term)
    known = Caller.objects.filter(name__icontains=term).values("number")
    return calls.filter(Q(label__icontains=term) | Q(caller__in=known) | Exists(rung))


def is_number(term: str) -> bool:
    """Tell whether somebody who searches for this means a number, or a part of one."""
    return _NUMBER.fullmatch(term) is not None


def number_found(term: str, region: str, *fields: str) -> Q:
    """Find a number in any of these fields: a whole one as itself, a part wherever it stands."""
    try:
        lookup, wanted = "", phone.parse(term, region)
    except ValidationError:
        digits = re.sub(r"\D", "", term)
        digits = digits.removeprefix("00") if digits.startswith("00") else digits.lstrip("0")
        lookup, wanted = "__contains", digits or term
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}{lookup}": wanted})
    return found


# --- filters ----------------------------------------------------------------------------------


class Pills(admin.SimpleListFilter):
    """A filter of a closed list of choices; `pills` stand open, the others fold into a menu."""

    pills = False
    options: Sequence[tuple[str, Any]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        """Return the choices."""
        return self.options


class Result(Pills):
    """What became of the call."""

    title, parameter_name, pills = _("outcome"), "result", True
    options = (
        ("live", _("In progress")),
        ("answered", _("Answered")),
        ("message", _("Message left")),
        ("gave_up", _("Hung up")),
        ("announcement", _("Announcement")),
        ("doubt", _("A message may exist")),
        ("other", _("Other")),
    )
    _outcomes = {
        "answered": (Outcome.CONNECTED, Outcome.PICKED_UP),
        "message": (Outcome.MESSAGE_LEFT, Outcome.CALL_BACK_REQUESTED),
        "gave_up": (
            Outcome.GAVE_UP_RINGING,
            Outcome.GAVE_UP_IN_VOICEMAIL,
            Outcome.GAVE_UP_IN_MENU,
        ),
        "announcement": (Outcome.ANNOUNCEMENT,),
        "other": (Outcome.LINE_FULL, Outcome.BLOCKED, Outcome.FAILED),
    }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        match self.value():
            case "live":
                return queryset.filter(ended_at=None)
            case "doubt":
                return queryset.filter(message_may_exist=True)
            case str() as value if value in self._outcomes:
                return queryset.filter(outcome__in=self._outcomes[value])
        return queryset


class Taken(Pills):
    """Whether a person had the caller."""

    title, parameter_name = _("taken"), "taken"
    options = (("yes", _("By a person")), ("no", _("By nobody")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen: by a key, or by picking up where no key is asked for."""
        if self.value() not in ("yes", "no"):
            return queryset
        picked_up = Leg.objects.filter(call=OuterRef("pk"), result=LegResult.PICKED_UP.value)
        taken = Q(accepted_by__isnull=False) | Exists(picked_up)
        return queryset.filter(taken) if self.value() == "yes" else queryset.exclude(taken)


class Called(Pills):
    """The number of ours that was called."""

    title, parameter_name = _("number"), "number"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        """Return our numbers by name."""
        return [(str(pk), name) for pk, name in PhoneNumber.objects.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        value = self.value() or ""
        known = {key for key, _name in self.lookup_choices}
        return queryset.filter(phone_number=value) if value in known else queryset


class Way(Pills):
    """Who placed the call."""

    title, parameter_name = _("direction"), "direction"
    options = (("in", _("Received")), ("out", _("Calls back")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        value = self.value()
        return queryset.filter(direction=value) if value in labels.DIRECTION else queryset


class TriageIs(Pills):
    """What the office made of it; what was deleted is shown where it is asked for."""

    title, parameter_name = _("office"), "triage"
    options = tuple(labels.TRIAGE.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        value = self.value()
        if value in labels.TRIAGE:
            return queryset.filter(triage=value)
        return queryset.exclude(triage=Triage.DELETED.value)


class Since(Pills):
    """How long ago, by the days of the house."""

    title, parameter_name, field = _("date"), "since", "started_at"
    options = (
        ("today", _("Today")),
        ("yesterday", _("Yesterday")),
        ("week", _("Last 7 days")),
        ("month", _("Last 30 days")),
    )
    _days = {"today": (0, 1), "yesterday": (1, 0), "week": (6, 1), "month": (29, 1)}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        span = self._days.get(self.value() or "")
        if span is None:
            return queryset
        local = clock.now().astimezone(ZoneInfo(house().time_zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        start, end = (
            (midnight + timedelta(days=days)).replace(tzinfo=local.tzinfo)
            for days in (-span[0], span[1])
        )
        return queryset.filter(**{f"{self.field}__gte": start, f"{self.field}__lt": end})


class CallChangeList(ChangeList):
    """Newest first, those in progress above all others."""

    def get_results(self, request: HttpRequest) -> None:
        """Read one page of calls that are over, below what is in progress."""
        found = self.queryset
        self.queryset = found.filter(ended_at__isnull=False)
        super().get_results(request)
        self.queryset = found
        # what lives has a deadline, and an index on it
        live = found.filter(ended_at=None, deadline_at__isnull=False)
        first = list(live) if self.page_num == 1 else []
        self.result_list = [*first, *self.result_list]
        self.result_count += len(first)
