"""The pages of the inbox and their parts; everybody sees and does what the one table grants."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_POST, require_safe

from oncall_portal.lib import clock
from oncall_portal.lib.access import can
from oncall_portal.lib.errors import Refused
from scheduling.access import VIEW
from scheduling.models import Service
from scheduling.queries import house
from scheduling.types import House
from telephony.call_gestures import PART
from telephony.models import Call, PhoneNumber
from voicemail.inbox import acts, pane, queries, rows, undoing
from voicemail.inbox.asked import MOST, PAGE, Asked, asked

LIVE_MS = 3000
_UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")  # no database keeps them


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the three columns; the call that is asked for, else the first of the list."""
    what = _asked(request)
    settings, user = house(), request.user
    shown = _list(request, what, settings)
    first = shown["rows"][0].pk if shown["rows"] else None
    wanted = what.call or first
    call = pane.find(user, wanted) if wanted else None
    context = {
        **admin.site.each_context(request),
        **shown,
        **_filters(what),
        **_pane(request, call, settings),
        "title": _("Messages"),
        "opened": what.call is not None and call is not None,
        "owners": pane.owners(user) if acts.may(user, "assign") else [],
        "may_triage": acts.may(user, "close"),
        "may_assign": acts.may(user, "assign"),
        "live_ms": LIVE_MS,
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, "admin/inbox/page.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
@conditional_page
def part(request: HttpRequest) -> HttpResponseBase:
    """Answer the boxes and the lines anew; unchanged, it costs a 304."""
    context = _list(request, _asked(request), house())
    return render(request, "admin/inbox/part.html", context, PART)


@require_safe
@cache_control(private=True, no_cache=True)
@conditional_page
def pane_part(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Answer what the pane shows of a call; unchanged, it costs a 304."""
    call = pane.find(request.user, pk)
    if call is None:
        raise Http404
    context = _pane(request, call, house()) | {"asked": _asked(request)}
    return render(request, "admin/inbox/pane.html", context, PART)


def _asked(request: HttpRequest) -> Asked:
    if not can(request.user, VIEW, Call):
        raise PermissionDenied
    return asked({name: value for name, value in request.GET.items() if isinstance(value, str)})


def _list(request: HttpRequest, what: Asked, settings: House) -> dict[str, Any]:
    now = clock.now()
    found = queries.part(request.user, what, settings, now)
    shelves = queries.shelves(request.user)
    mailboxes = {shelf.key: shelf.label for shelf in shelves["mailboxes"]}
    return {
        "asked": what,
        "rows": rows.rows(request.user, found, settings, now),
        "more": found.more,
        "more_query": what.query(after=found.more, call=None, show=PAGE),
        "shelves": shelves,
        "box_label": what.kind.label or mailboxes.get(what.box, _("Mailbox")),
        "list_query": what.list_query,
        "callless": list(queries.callless(request.user)[:5]) if what.box == "all" else [],
    }


def _filters(what: Asked) -> dict[str, Any]:
    return {
        "numbers": list(PhoneNumber.objects.values_list("pk", "name")),
        "services": [(row.pk, str(row)) for row in Service.objects.all()],
        "outcomes": [(key, words) for key, (words, _outcomes) in queries.OUTCOMES.items()],
        "most": MOST,
    }


def _pane(request: HttpRequest, call: Any, settings: House) -> dict[str, Any]:
    return pane.context(call, request.user, settings, clock.now()) if call else {"call": None}


# --- acts ----------------------------------------------------------------------------------------


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do something to one call or many; tell what each became, and how to take it back.

    JSON is answered in JSON; a plain form with a message on the page that it leads back to.
    """
    plain = request.content_type != "application/json"
    try:
        wish, pks = _wish(request, plain=plain)
        report = acts.act(request.user, wish, pks, clock.now())
    except Refused as refusal:
        if plain:
            return _back(request, str(refusal.message), well=False)
        return problem(400, refusal.code, str(refusal.message))
    if plain:
        return _back(request, report.message, well=bool(report.done))
    body = {
        "message": report.message,
        "calls": list(report.done),
        "refused": [asdict(each) for each in report.refused],
        "undo": report.undo,
    }
    if not report.done:
        status = 403 if all(each.code == "forbidden" for each in report.refused) else 409
        return problem(status, report.refused[0].code, report.message, **body)
    return JsonResponse(body)


def _wish(request: HttpRequest, *, plain: bool) -> tuple[acts.Wish, list[int]]:
    if plain:
        sent: Any = {"calls": request.POST.getlist("calls")} | {
            name: request.POST.get(name, "") for name in ("action", "owner", "text")
        }
    else:
        sent = _json(request)
    action, text, owner = (sent.get(name) or "" for name in ("action", "text", "owner"))
    if action not in acts.ACTIONS:
        raise Refused("unknown_action", _("There is no such action."))
    calls = sent.get("calls")
    pks = [_integer(each) for each in calls] if isinstance(calls, list) else []
    if not pks or len(pks) > acts.MOST:
        message = _("Name one call or more, %(most)d at most.") % {"most": acts.MOST}
        raise Refused("calls_missing", message)
    if not isinstance(text, str) or _UNWRITABLE.search(text):
        raise Refused("invalid", _("Write words."))
    return acts.Wish(action, _integer(owner) if owner else None, text), pks


def _integer(value: Any) -> int:
    digits = str(value)
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise Refused("invalid", _("This is no call and nobody."))
    return int(digits)


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise Refused("invalid", _("Send a JSON object."))
    return sent


def _back(request: HttpRequest, words: str, *, well: bool) -> HttpResponse:
    (messages.success if well else messages.warning)(request, words)
    query = asked({"box": request.POST.get("box", "")}).query()
    return HttpResponseRedirect(reverse("admin:inbox") + query)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take an act back; 409 says who changed what since."""
    user, now = request.user, clock.now()
    try:
        token = _json(request).get("undo")
        found = undoing.opened(user, token if isinstance(token, str) else "", now)
    except Refused as refusal:
        return problem(400, refusal.code, str(refusal.message))
    taken: list[int] = []
    refused: list[Refused] = []
    for trace in found:
        try:
            undoing.take_back(user, trace, now)
            taken.append(trace.call)
        except Refused as refusal:
            refused.append(refusal)
    words = " ".join(dict.fromkeys(str(each.message) for each in refused))
    if not taken:
        return problem(409, refused[0].code, words)
    said = [_("Taken back.") if len(taken) == 1 else _("Taken back: %s.") % rows.told(len(taken))]
    return JsonResponse({"message": " ".join([*said, words]).strip(), "calls": taken})


def problem(status: int, code: str, detail: str, **more: Any) -> JsonResponse:
    """Answer a refusal as the API does: a stable code, and words for people."""
    body = {"type": "about:blank", "title": detail, "status": status, "code": code}
    answer = JsonResponse({**body, "detail": detail, **more}, status=status)
    answer["Content-Type"] = "application/problem+json"
    return answer
