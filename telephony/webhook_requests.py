"""A request of the platform: verified, recorded once, answered in one transaction."""

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
from django.views.decorators.csrf import csrf_exempt

from oncall_portal.lib import clock
from telephony import receipts
from telephony.vonage import ncco
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
    original = original_path(payload)
    if _name(request) != "fallback":
        return claims.jti
    first = receipts.find(claims.jti)
    return claims.jti if first is None or first.path != original else f"fallback {claims.jti}"[:80]


def _response(answer: Answer) -> HttpResponse:
    return HttpResponse(status=204) if answer is None else JsonResponse(answer, safe=False)


def _stored(status: int, answer: Any) -> HttpResponse:
    return HttpResponse(status=status) if answer is None else JsonResponse(answer, safe=False)


def original_path(payload: Payload) -> str:
    """Return the path of the request that failed, "" where the payload names none."""
    original = payload.get("original_request")
    url = original.get("url") if isinstance(original, dict) else None
    try:
        return urlsplit(url).path if isinstance(url, str) else ""
    except ValueError:
        return ""
