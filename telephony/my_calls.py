"""The page of staff for calls: who called them or left them a message, to be called back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import visible
from oncall_portal.lib.errors import Refused
from scheduling.access import standing_of
from scheduling.me.views import for_staff
from scheduling.models import Staff
from scheduling.queries import house
from telephony import call_list, caller_services, calling_back, placing, promise_page
from telephony.access import calls_for_me
from telephony.call_page import line_name, voice_messages
from telephony.enums import Direction, PromiseState
from telephony.models import Call, Promise
from telephony.story import Look, caller_words, look, zone_of

SINCE = timedelta(days=14)
SHOWN = 30
_READ = 200  # calls, of which those of one caller become one line


@dataclass(frozen=True)
class Missed:
    """A caller as the page tells of their last call; `called_back` when, "" for not since."""

    pk: int
    name: str
    number: str
    when: str
    line: str
    look: Look
    calls: int
    called_back: str


@require_safe
@for_staff
def calls(request: HttpRequest, person: Staff) -> HttpResponse:
    """Show whom I may call back, the last who called first."""
    context = {"promised": _promised(person), "callers": _callers(request)}
    return _page(request, person, "list", {"title": _("My calls"), **context})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def call(request: HttpRequest, person: Staff, pk: int) -> HttpResponse:
    """Show a call of mine with what was said, and take what I do about it."""
    found = get_object_or_404(_mine_or_seen(request).select_related("service"), pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            done = promise_page.act(found, request.POST, request.user, clock.now())
        except Refused as refusal:
            refused = str(refusal.message)
        else:
            if done is None:
                raise PermissionDenied
            messages.success(request, done)
            return HttpResponseRedirect(reverse("my-calls:call", args=[pk]))
    page = _page(request, person, "call", {**_told(request, found), "refused": refused})
    page.status_code = 422 if refused else 200
    return page


def _told(request: HttpRequest, call: Call) -> dict[str, Any]:
    now, zone = clock.now(), zone_of(call, house().time_zone)
    number = placing.number_of(call)
    return {
        **promise_page.context(call, request.user, now, zone.key),
        "call": call,
        "title": caller_services.names([number]).get(number, "") or caller_words(call),
        "when": call_list.moment_words(call.started_at.astimezone(zone), now),
        "line": line_name(call),
        "look": look(call),
        "voicemails": voice_messages(call, request.user),
        "may_call_back": bool(number),
        "promise_url": reverse("my-calls:call", args=[call.pk]),
    }


@dataclass(frozen=True)
class Owed:
    """A call back that whoever asks has promised: of which call, to whom, and how it stands."""

    call: int
    name: str
    words: promise_page.Promised
    urgent: bool
    may_call_back: bool


def _promised(person: Staff) -> list[Owed]:
    """Return the open promises of a person, the most urgent first; three queries."""
    rows = Promise.objects.filter(owner=person, state=PromiseState.OPEN.value)
    rows = rows.select_related("call__phone_number__schedule", "owner", "kept_by")
    found = list(rows.order_by("due_at", "pk")[:SHOWN])
    names = caller_services.names(placing.number_of(each.call) for each in found)
    now, zone = clock.now(), house().time_zone
    return [
        Owed(
            call=each.call_id,
            name=names.get(placing.number_of(each.call), "") or caller_words(each.call),
            words=promise_page.told(each, now, zone_of(each.call, zone).key),
            urgent=each.call.urgent,
            may_call_back=bool(placing.number_of(each.call)),
        )
        for each in found
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def call_back(request: HttpRequest, person: Staff, pk: int) -> HttpResponse:
    """Ask which of my phones rings first; then ring it."""
    call = get_object_or_404(_mine_or_seen(request), pk=pk)
    number = placing.number_of(call)
    if not number:
        raise Http404
    whom = caller_services.names([number]).get(number, "") or phone.spaced(number)
    form = calling_back.CallBackForm(request)
    placed = form.place(lambda own: placing.call_back(call, request.user, own, clock.now()))
    if placed is not None:
        done = _("Your phone rings: press 1, and %(whom)s is called.") % {"whom": whom}
        messages.success(request, done)
        return HttpResponseRedirect(reverse("my-calls:list"))
    shown = calling_back.context(form, whom, line_name(call))
    context = {**shown, "title": _("Call back"), "back": reverse("my-calls:list")}
    return _page(request, person, "call_back", context)


def _page(
    request: HttpRequest, person: Staff, template: str, context: dict[str, Any]
) -> HttpResponse:
    frame = {**admin.site.each_context(request), "person": person}
    return render(request, f"telephony/my_calls/{template}.html", {**frame, **context})


def _mine(request: HttpRequest) -> QuerySet[Call]:
    """Return the calls that are over and were for whoever asks; a supervisor's own only, too."""
    own = Call.objects.filter(calls_for_me(standing_of(request.user)))
    return _over().filter(pk__in=own.values("pk"))


def _mine_or_seen(request: HttpRequest) -> QuerySet[Call]:
    """Return those, and whatever else whoever asks may see: supervisors are sent here, too."""
    own = Call.objects.filter(calls_for_me(standing_of(request.user)))
    seen = visible(request.user, Call.objects.all())
    return _over().filter(Q(pk__in=own.values("pk")) | Q(pk__in=seen.values("pk")))


def _over() -> QuerySet[Call]:
    over = Call.objects.filter(direction=Direction.IN.value, ended_at__isnull=False)
    return over.select_related("phone_number__schedule")


def _callers(request: HttpRequest) -> list[Missed]:
    """Return those who called, each once with their last call; a fixed number of queries."""
    now = clock.now()
    recent = _mine(request).filter(started_at__gte=now - SINCE)
    last: dict[str, list[Call]] = {}
    for call in recent.order_by("-started_at", "-pk")[:_READ]:
        if number := placing.number_of(call):
            last.setdefault(number, []).append(call)
    found = dict(list(last.items())[:SHOWN])
    names, answered = caller_services.names(found), _called_back(found, now)
    zone = house().time_zone
    return [
        _caller(number, of_one, names.get(number, ""), answered.get(number), zone, now)
        for number, of_one in found.items()
    ]


def _caller(
    number: str,
    of_one: list[Call],
    name: str,
    answered: datetime | None,
    house_zone: str,
    now: datetime,
) -> Missed:
    call = of_one[0]
    zone = zone_of(call, house_zone)
    back = answered if answered is not None and answered >= call.started_at else None
    return Missed(
        pk=call.pk,
        name=name or phone.spaced(number),
        number=phone.spaced(number) if name else "",
        when=call_list.moment_words(call.started_at.astimezone(zone), now),
        line=line_name(call),
        look=look(call),
        calls=len(of_one),
        called_back=call_list.moment_words(back.astimezone(zone), now) if back else "",
    )


def _called_back(numbers: Iterable[str], now: datetime) -> Mapping[str, datetime]:
    """Return when each was last called from here, by whomever."""
    rows = Call.objects.filter(
        direction=Direction.OUT.value, caller__in=list(numbers), started_at__gte=now - SINCE
    )
    return dict(rows.order_by("started_at").values_list("caller", "started_at"))
