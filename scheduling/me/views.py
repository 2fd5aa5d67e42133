"""The pages of staff: plain forms, each answered by a sentence on the first page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Refused, Stale
from scheduling import feed_pages, services, whens
from scheduling.access import standing_of
from scheduling.me.board import Board, Duty, away_words, board
from scheduling.me.forms import OfferForm, TimeOffForm
from scheduling.models import Shift, Staff, SwapRequest, TimeOff

P = ParamSpec("P")
View = Callable[..., HttpResponse]


def for_staff(view: Callable[Concatenate[HttpRequest, Staff, P], HttpResponse]) -> View:
    """Let those in who are somebody on the team; others sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        key = standing_of(request.user).staff_id
        if key is None:
            raise PermissionDenied
        return view(request, Staff.objects.get(pk=key), *args, **kwargs)

    return never_cache(guarded)


@require_safe
@for_staff
def home(request: HttpRequest, person: Staff) -> HttpResponse:
    """Show my duties, offers and time off."""
    return _home(request, person)


@require_http_methods(["GET", "POST"])
@for_staff
def offer(request: HttpRequest, person: Staff, pk: int) -> HttpResponse:
    """Ask what to do with a duty of mine, and offer it."""
    now = clock.now()
    seen = board(person, now, _language())
    duty = _my_duty(seen, pk, request.GET.get("from", ""))
    others = [d for d in seen.colleagues if d.schedule == duty.schedule and d.shift != pk]
    ahead = [d for d in others if d.period.starts_at > seen.now]
    form = OfferForm(
        request.POST if request.method == "POST" else None,
        duty=duty,
        shift=Shift.objects.get(pk=pk),
        others=ahead,
        now=now,
    )
    if request.method == "POST" and form.is_valid() and (row := form.save(now, person)):
        names = ", ".join(each.name for each in row.offered_to.all())
        return _back(
            request, _("Asked: %(names)s. The shift is yours until somebody accepts."), names=names
        )
    context = {"duty": duty, "form": form, "title": _("Give away or exchange")}
    return render(request, "scheduling/me/offer.html", _frame(request, person) | context)


@require_http_methods(["GET", "POST"])
@for_staff
def calendar(request: HttpRequest, person: Staff) -> HttpResponse:
    """Show the private address of my duties for calendar programs; make or revoke it."""
    template = "scheduling/me/calendar.html"
    return feed_pages.page(request, {"staff": person}, template, person=person)


@require_POST
@for_staff
def accept(request: HttpRequest, person: Staff, pk: int) -> HttpResponse:
    """Take what was offered to me."""
    return _answer(request, person, pk, services.accept_swap, _("You take over this shift."))


@require_POST
@for_staff
def decline(request: HttpRequest, person: Staff, pk: int) -> HttpResponse:
    """Say no to what was offered to me."""
    return _answer(request, person, pk, services.decline_swap, _("You declined."))


@require_POST
@for_staff
def withdraw(request: HttpRequest, person: Staff, pk: int) -> HttpResponse:
    """Take an offer of mine back."""
    done = _("The offer is withdrawn: the shift stays yours.")
    return _answer(request, person, pk, services.withdraw_swap, done)


@require_POST
@for_staff
def take_over(request: HttpRequest, person: Staff, pk: int) -> HttpResponse:
    """Take a colleague's shift, from now on if it runs."""
    if not Shift.objects.filter(pk=pk).exists():
        raise Http404
    return _try(
        request,
        lambda: services.take_over(pk, clock.now(), person),
        _("You take over this shift. Your colleague is told by e-mail."),
    )


@require_POST
@for_staff
def add_time_off(request: HttpRequest, person: Staff) -> HttpResponse:
    """Enter when I am away."""
    form = TimeOffForm(request.POST)
    if form.is_valid() and form.save(person):
        return _back(request, _("Your time off is entered."))
    return _home(request, person, form)


@require_POST
@for_staff
def delete_time_off(request: HttpRequest, person: Staff, pk: int) -> HttpResponse:
    """Be there again."""
    if not TimeOff.objects.filter(pk=pk, staff=person).exists():
        raise Http404
    version = _version(request)
    return _try(
        request,
        lambda: services.delete_time_off(pk, version or 0),
        _("Your time off is deleted."),
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("admin:login"))


def _home(request: HttpRequest, person: Staff, form: TimeOffForm | None = None) -> HttpResponse:
    now = clock.now()
    away = TimeOff.objects.filter(staff=person, period__endswith__gt=now).order_by("period", "pk")
    zone = person.time_zone
    context = {
        "board": board(person, now, _language()),
        "time_off": [(row, away_words(row, zone)) for row in away],
        "time_off_form": form or TimeOffForm(),
        "clock": whens.place(zone),
        "title": _("My duties"),
    }
    status = 200 if form is None else 422
    return render(
        request, "scheduling/me/home.html", _frame(request, person) | context, status=status
    )


def _frame(request: HttpRequest, person: Staff) -> dict[str, Any]:
    return {**admin.site.each_context(request), "person": person}


def _my_duty(seen: Board, shift: int, since: str) -> Duty:
    """Return my stretch on a shift, the one that begins at `since` where there are several."""
    mine = [duty for duty in seen.duties if duty.shift == shift]
    if not mine:
        raise Http404
    return next((duty for duty in mine if duty.since == since), mine[0])


Answer = Callable[[int, int | None, datetime, Staff | None], SwapRequest]


def _answer(
    request: HttpRequest, person: Staff, pk: int, answer: Answer, done: str
) -> HttpResponse:
    if not SwapRequest.objects.filter(pk=pk).exists():
        raise Http404
    version = _version(request)
    return _try(request, lambda: answer(pk, version, clock.now(), person), done)


def _try(request: HttpRequest, write: Callable[[], object], done: str) -> HttpResponse:
    try:
        write()
    except Refused as error:
        messages.error(request, str(error.message))
    except Stale:
        messages.error(request, _("It was changed by someone else since: look again."))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("me:home"))


def _back(request: HttpRequest, done: str, **params: str) -> HttpResponse:
    messages.success(request, done % params if params else done)
    return HttpResponseRedirect(reverse("me:home"))


def _version(request: HttpRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None


def _language() -> str:
    return (get_language() or "en")[:2]
