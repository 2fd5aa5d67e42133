"""Calling back and answering by text without leaving the inbox: small forms, fetched and sent."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can
from scheduling.access import ADD
from telephony import caller_page, caller_services, calling_back, placing
from telephony.access import CALL_BACK
from telephony.call_gestures import PART
from telephony.call_page import line_name
from telephony.models import Call, TextMessage
from telephony.story import caller_words
from voicemail.inbox import pane

_ASKS = require_http_methods(["GET", "HEAD", "POST"])


@_ASKS
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the form that asks which phone rings first; sent, ring it."""
    call = _call(request, pk)
    if not can(request.user, CALL_BACK, call):
        raise PermissionDenied
    form = calling_back.CallBackForm(request)
    placed = form.place(lambda own: placing.call_back(call, request.user, own, clock.now()))
    if placed is not None:
        words = _("Your phone rings; press 1 there, and the caller is called.")
        return JsonResponse({"message": words, "call": placed.pk}, status=201)
    number = placing.number_of(call)
    whom = phone.spaced(number) if number else caller_words(call)
    shown = calling_back.context(form, whom, line_name(call))
    return _form(request, "call_back", {**shown, "call": call})


@_ASKS
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the form of a text to the caller; sent, write it."""
    call = _call(request, pk)
    if not can(request.user, ADD, TextMessage):
        raise PermissionDenied
    if not call.caller:
        raise Http404
    sent = request.method == "POST"
    caller = caller_services.known(call.caller)
    form = caller_page.ReplyForm(request.POST) if sent else None
    if form is not None and form.send(caller, request.user, clock.now()):
        return JsonResponse({"message": _("The text is on its way.")}, status=201)
    context = caller_page.answering(caller, request.user, form)
    return _form(request, "reply", {**context, "call": call, "caller": caller})


def _call(request: HttpRequest, pk: int) -> Call:
    call: Call | None = pane.find(request.user, pk)
    if call is None:
        raise Http404
    return call


def _form(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, f"admin/inbox/{name}.html", context, PART, status)
