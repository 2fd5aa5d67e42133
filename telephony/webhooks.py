"""The platform's webhooks: verify, record once, hand to the engine, answer with instructions."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from oncall_portal.lib import clock
from telephony import engine, intake, receipts, scripts, testcalls, webhook_rows
from telephony.instructions import Say
from telephony.models import Call, Leg, TestCall
from telephony.types import (
    CallerGone,
    Event,
    Heartbeat,
    KeysPressed,
    LegAsks,
    LegKey,
    MessageRecorded,
    State,
    StepReached,
)
from telephony.vonage import ncco, payloads
from telephony.vonage.signature import BadSignature, Claims, verify

logger = logging.getLogger(__name__)
_BODY_LIMIT = 64 * 1024
_TOKEN_LENGTH = 43

Payload = dict[str, Any]
# What a handler gives back: an NCCO, {} for a plain 200, or None for "204, go on". What the address
# holds beside the token comes by name.
Answer = ncco.Ncco | dict[str, Any] | None
Handler = Callable[..., Answer]


class Refused(Exception):
    """The request is answered with this status and changes nothing."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def webhook(handler: Handler, *, token_suffices: bool = False) -> Callable[..., HttpResponse]:
    """Wrap a handler: signature first, then the body, once; everything in one transaction.

    `token_suffices`: a GET is accepted without looking at its signature, for the platform fetches
    some addresses so; the unguessable token in the address protects it.
    """

    @csrf_exempt
    def view(request: HttpRequest, token: str = "", **address: int) -> HttpResponse:
        try:
            return _answer(request, partial(handler, **address), token, token_suffices)
        except Refused as refusal:
            return HttpResponse(status=refusal.status)
        except (SuspiciousOperation, UnreadablePostError):
            return HttpResponse(status=400)
        except Exception:
            logger.exception("webhook_failed name=%s", _name(request))
            return HttpResponse(status=503)

    return view


def _answer(
    request: HttpRequest, handler: Handler, token: str, token_suffices: bool
) -> HttpResponse:
    if request.method not in ("GET", "POST"):
        raise Refused(405)
    if len(token) > _TOKEN_LENGTH:
        raise Refused(404)
    claims = None if request.method == "GET" and token_suffices else _verified(request)
    payload = _payload(request)
    if claims is None:
        with transaction.atomic():
            return _response(handler(payload, token))
    return _once(request, claims, payload, handler, token)


def _name(request: HttpRequest) -> str:
    """Which webhook it is; its address holds a token, and has no place in a log."""
    return (request.resolver_match.url_name if request.resolver_match else None) or ""


def _verified(request: HttpRequest) -> Claims:
    config = settings.VONAGE
    if config is None:
        raise Refused(401)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise Refused(400)
    if int(length) > _BODY_LIMIT:
        raise Refused(413)
    if request.method == "GET" and request.body:
        # Its hash would vouch for the body, while the facts come from the query.
        raise Refused(400)
    try:
        return verify(
            request.headers.get("Authorization", ""),
            request.body,
            config,
            clock.now(),
            allow_missing_hash=request.method == "GET",
            query=request.META.get("QUERY_STRING", "").encode(),
        )
    except BadSignature as error:
        logger.warning("webhook_refused name=%s reason=%s", _name(request), error.reason)
        raise Refused(401) from None


def _payload(request: HttpRequest) -> Payload:
    if request.method == "GET":
        return {name: request.GET[name] for name in request.GET}
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refused(400) from None
    if not isinstance(found, dict):
        raise Refused(400)
    return found


def _once(
    request: HttpRequest, claims: Claims, payload: Payload, handler: Handler, token: str
) -> HttpResponse:
    body = request.body or request.META.get("QUERY_STRING", "").encode()
    asked = receipts.Request(_jti(request, claims, payload), request.path, body, clock.now())
    with transaction.atomic():
        try:
            receipt, new = receipts.open_receipt(asked)
        except receipts.TokenReused:
            logger.warning("webhook_refused name=%s reason=token_reused", _name(request))
            raise Refused(401) from None
        if not new:
            return _stored(receipt.status, receipt.response)
        answer = handler(payload, token)
        response = _response(answer)
        receipts.close(receipt, response.status_code, answer)
    return response


def _jti(request: HttpRequest, claims: Claims, payload: Payload) -> str:
    """The fallback may carry the token of the very request that failed, and of no other."""
    original = _original_path(payload)
    if _name(request) != "fallback":
        return claims.jti
    first = receipts.find(claims.jti)
    return claims.jti if first is None or first.path != original else f"fallback {claims.jti}"[:80]


def _response(answer: Answer) -> HttpResponse:
    return HttpResponse(status=204) if answer is None else JsonResponse(answer, safe=False)


def _stored(status: int, answer: Any) -> HttpResponse:
    return HttpResponse(status=status) if answer is None else JsonResponse(answer, safe=False)


# --- handlers ----------------------------------------------------------------------------------


def answer(payload: Payload, _token: str) -> ncco.Ncco:
    """A call comes in."""
    arrival = payloads.arrival(payload)
    if arrival is None:
        raise Refused(400)
    found = engine.arrive(arrival, clock.now())
    return ncco.render(found.script, ncco.Context(found.call, found.legs, found.call.language))


def event(payload: Payload, _token: str) -> None:
    """Something happened to a leg, told to the whole application."""
    uuid = payloads.text(payload, "uuid", 64) or payloads.text(payload, "call_uuid", 64)
    if not uuid:
        _without_leg(payload)
        return
    if leg := webhook_rows.LEG_BY_UUID.first(uuid=uuid):
        call_id, ordinal, _uuid = leg
        _advance(call_id, payloads.leg_event(payload, ordinal))
        return
    happened = payloads.caller_event(payload)
    if planned := webhook_rows.PLANNED_BY_LEG.first(uuid=uuid):
        _advance(*planned, happened)
        return
    inbound = payloads.text(payload, "direction") == "inbound"
    arrival = payloads.arrival(payload) if inbound else None
    if isinstance(happened, CallerGone) and arrival is not None:
        engine.arrived_and_gone(arrival, clock.now())
    elif not inbound:
        logger.warning("event_of_unknown_leg status=%s", payloads.text(payload, "status"))


def _without_leg(payload: Payload) -> None:
    """A recording of the static fallback, whose call nobody can tell, or an error's report."""
    now = clock.now()
    message = payloads.recording(payload, now)
    if message is None:
        logger.warning("platform_error reason=%s", payloads.text(payload, "reason"))
        return
    intake.get().take(None, None, message, now)


def hold(payload: Payload, token: str) -> ncco.Ncco:
    """The waiting caller pressed a key, or none."""
    return _caller(_call_id(token), Heartbeat(payloads.digit(payload)))


def menu(payload: Payload, token: str, *, turn: int) -> ncco.Ncco:
    """A caller in a menu answered question number `turn` with keys, or with none."""
    return _caller(_call_id(token), KeysPressed(turn, payloads.keys(payload)))


def step(payload: Payload, token: str) -> ncco.Ncco:
    """The caller's instructions came to a point where we decide."""
    return _caller(_call_id(token), StepReached(payloads.after_leg(payload)))


def next_instructions(_payload: Payload, token: str) -> ncco.Ncco:
    """The caller was moved, and fetches what comes next."""
    return _caller(_call_id(token), StepReached(None))


def recorded(payload: Payload, token: str) -> None:
    """The platform holds what the caller said."""
    call = _call(token)
    now = clock.now()
    message = payloads.recording(payload, now)
    if message is None:
        logger.warning("recording_without_address call=%s", call.pk)
        raise Refused(400)
    state = engine.state_of(call)
    mailbox = state.plan.ending.mailbox if isinstance(state, State) else None
    intake.get().take(call.pk, mailbox, message, now)
    _advance(call.pk, MessageRecorded())


def call_recorded(payload: Payload, token: str) -> None:
    """The platform holds what was said in a conversation; nothing else about the call changes."""
    call_id = _call_id(token)
    now = clock.now()
    recording = payloads.recording(payload, now)
    if recording is None:
        logger.warning("recording_without_address call=%s", call_id)
        raise Refused(400)
    intake.get().take_conversation(call_id, recording, now)


def notice(_payload: Payload, token: str) -> ncco.Ncco:
    """A phone that was picked up, connected directly, hears that the call is recorded."""
    found = Leg.objects.select_related("call").filter(token=token).first()
    if found is None:
        raise Refused(404)
    state, language = engine.state_of(found.call), found.call.language
    words = scripts.notice(state.plan) if isinstance(state, State) else ()
    if state is not None and found.ordinal in state.legs:
        language = state.legs[found.ordinal].phone.language
    context = ncco.Context(found.call, {}, language)
    return ncco.render(words or (Say("recording_notice"),), context)


def leg(payload: Payload, token: str) -> None:
    """Something happened to a phone that we ring."""
    call_id, ordinal, known = _leg(token)
    happened = payloads.leg_event(payload, ordinal)
    uuid = "" if known else payloads.text(payload, "uuid", 64)
    _advance(call_id, happened, (ordinal, uuid) if uuid else None)


def key(payload: Payload, token: str) -> ncco.Ncco:
    """A person called pressed a key, or none."""
    found = _leg(token)
    return _called(found, LegKey(found[1], payloads.digit(payload)), payload)


def leg_next(payload: Payload, token: str) -> ncco.Ncco | None:
    """A person called was moved, and fetches what comes next."""
    found = _leg(token)
    return _called(found, LegAsks(found[1]), payload) or None


def _called(found: webhook_rows.FoundLeg, asks: Event, payload: Payload) -> ncco.Ncco:
    """Return what a person called hears next, in their language."""
    call_id, ordinal, known = found
    uuid = "" if known else payloads.text(payload, "uuid", 64)
    leg_uuid = (ordinal, uuid) if uuid else None
    heard = engine.advance(call_id, asks, clock.now(), leg_uuid=leg_uuid)
    state = engine.state_of(heard.call)
    language = heard.call.language
    if state is not None and ordinal in state.legs:
        language = state.legs[ordinal].phone.language
    return ncco.render(heard.script, ncco.Context(heard.call, heard.legs, language))


def test(payload: Payload, token: str) -> None:
    """Something happened to a phone that we ring to see whether it can be reached."""
    happened = payloads.leg_event(payload, 0)
    if happened is not None:
        found, uuid = _test(token), payloads.text(payload, "uuid", 64)
        testcalls.happened(found.pk, happened, uuid, clock.now())


def test_key(payload: Payload, token: str) -> ncco.Ncco:
    """Whoever picked up a test call pressed a key, or none."""
    found, uuid = _test(token), payloads.text(payload, "uuid", 64)
    return testcalls.key(found.pk, payloads.digit(payload), uuid, clock.now())


def fallback(payload: Payload, _token: str) -> Answer:
    """A webhook of ours failed: answer it here as if it had not."""
    path = _original_path(payload)
    try:
        match = resolve(path)
    except Resolver404:
        return answer(payload, "")
    handler = _HANDLERS.get(match.url_name or "")
    if match.namespace != "voice" or handler is None:
        return answer(payload, "")
    return handler(payload, match.kwargs.pop("token", ""), **match.kwargs)


_HANDLERS: dict[str, Handler] = {
    "answer": answer,
    "event": event,
    "hold": hold,
    "menu": menu,
    "step": step,
    "next": next_instructions,
    "recorded": recorded,
    "call-recorded": call_recorded,
    "notice": notice,
    "leg": leg,
    "key": key,
    "leg-next": leg_next,
    "test": test,
    "test-key": test_key,
}


def _original_path(payload: Payload) -> str:
    original = payload.get("original_request")
    url = original.get("url") if isinstance(original, dict) else None
    try:
        return urlsplit(url).path if isinstance(url, str) else ""
    except ValueError:
        return ""


def _caller(call_id: int, happened: Event) -> ncco.Ncco:
    heard = engine.advance(call_id, happened, clock.now())
    return ncco.render(heard.script, ncco.Context(heard.call, heard.legs, heard.call.language))


def _advance(call_id: int, happened: Event | None, leg_uuid: tuple[int, str] | None = None) -> None:
    if happened is not None:
        engine.advance(call_id, happened, clock.now(), leg_uuid=leg_uuid)


def _call(token: str) -> Call:
    call = Call.objects.filter(token=token).first()
    if call is None:
        raise Refused(404)
    return call


def _call_id(token: str) -> int:
    found = webhook_rows.CALL_BY_TOKEN.first(token=token)
    if found is None:
        raise Refused(404)
    return found[0]


def _leg(token: str) -> webhook_rows.FoundLeg:
    found = webhook_rows.LEG_BY_TOKEN.first(token=token)
    if found is None:
        raise Refused(404)
    return found


def _test(token: str) -> TestCall:
    found = TestCall.objects.filter(token=token).first()
    if found is None:
        raise Refused(404)
    return found
