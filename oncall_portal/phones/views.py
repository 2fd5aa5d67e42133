"""The desk phones: a page, what it shows live, and the hands of everybody on it."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_POST, require_safe

from oncall_portal.lib.access import can
from oncall_portal.lib.clock import now
from oncall_portal.lib.env import VonageConfig
from oncall_portal.phones import state as desk_state
from oncall_portal.phones.emulator_client import (
    EmulatorAway,
    EmulatorClient,
    EmulatorRefused,
    is_emulated,
)
from oncall_portal.phones.forms import BEHAVIOURS, BY_HAND, CallerActForm, CallForm, PhoneActForm
from telephony.models import PhoneNumber

logger = logging.getLogger(__name__)

P = ParamSpec("P")
# Never given to subscribers (ARCEP decision 2018-0881).
SAMPLE_CALLER = "+33 1 99 00 01 99"

Ask = Callable[Concatenate[HttpRequest, EmulatorClient, P], HttpResponseBase]


@require_safe
@cache_control(private=True, no_cache=True)
def desk(request: HttpRequest) -> HttpResponseBase:
    """Show the page to managers; others sign in, or are refused."""
    _emulator()
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if not _may_play(request):
        raise PermissionDenied
    form = CallForm(initial={"caller": SAMPLE_CALLER})
    context = {"form": form, "behaviours": BEHAVIOURS, "keys": "123456789*0#"}
    return render(request, "phones/desk.html", context)


def asks(view: Ask[P]) -> Callable[..., HttpResponseBase]:
    """Let a manager's view ask the emulator; whatever goes wrong is answered as a `problem`."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        config = _emulator()
        if not request.user.is_authenticated:
            return _problem(HTTPStatus.UNAUTHORIZED, _("You are signed out."))
        if not _may_play(request):
            return _problem(HTTPStatus.FORBIDDEN, _("Only managers play with the phones."))
        try:
            with EmulatorClient(config) as emulator:
                return view(request, emulator, *args, **kwargs)
        except EmulatorRefused:
            words = _("Too late: this phone is no longer in that state.")
            return _problem(HTTPStatus.CONFLICT, words)
        except EmulatorAway as error:
            logger.warning("emulator_away reason=%s", error)
            words = _("The emulated telephone platform does not answer. It starts with the portal.")
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE, words)

    return guarded


@require_safe
@cache_control(private=True, no_cache=True)
@conditional_page
@asks
def state(request: HttpRequest, emulator: EmulatorClient) -> HttpResponseBase:
    """Answer what the page shows; unchanged, it costs a 304."""
    chosen = request.GET.get("line", "")
    lines = PhoneNumber.objects.select_related("schedule__scenario")
    line = lines.filter(pk=chosen).first() if _is_key(chosen) else lines.first()
    call_id = request.GET.get("call", "")
    return JsonResponse(desk_state.describe(emulator, call_id, line, now()))


@require_POST
@asks
def place_call(request: HttpRequest, emulator: EmulatorClient) -> HttpResponseBase:
    """Call one of our numbers; telephones that nobody spoke of then wait for the user's hand."""
    form = CallForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    line = form.cleaned_data["line"]
    for number in desk_state.rota_phones(line, now()):
        if not emulator.phone(number)["scripted"]:
            emulator.on_phone(number, behaviour=BY_HAND)
    call_id = emulator.place_call(form.cleaned_data["caller"], str(line.number))
    return JsonResponse({"call": call_id}, status=HTTPStatus.CREATED)


@require_POST
@asks
def on_call(request: HttpRequest, emulator: EmulatorClient, call_id: str) -> HttpResponseBase:
    """Press a key, or hang up, for the caller."""
    form = CallerActForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    emulator.on_call(call_id, **form.asked())
    return JsonResponse({})


@require_POST
@asks
def on_phone(request: HttpRequest, emulator: EmulatorClient, number: str) -> HttpResponseBase:
    """Act for whoever is beside a telephone."""
    form = PhoneActForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    emulator.on_phone(number, **form.asked())
    return JsonResponse({})


def _emulator() -> VonageConfig:
    config: VonageConfig | None = settings.VONAGE
    if config is None or not is_emulated(config):
        raise Http404
    return config


def _may_play(request: HttpRequest) -> bool:
    return can(request.user, "change", PhoneNumber)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _invalid(form: Any) -> JsonResponse:
    words = next(iter(form.errors.values()))[0]
    return _problem(HTTPStatus.BAD_REQUEST, words)


def _problem(status: HTTPStatus, words: str) -> JsonResponse:
    return JsonResponse({"problem": words}, status=status)
