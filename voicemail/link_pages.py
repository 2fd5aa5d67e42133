"""The page and the sound behind a private link: no login is needed while it works."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oncall_portal.lib import clock
from scheduling import access
from scheduling.enums import Role
from scheduling.queries import house
from voicemail import letters, links, listening, message_facts, readers, sounds
from voicemail.enums import LinkState, ListeningResult, RecordingState
from voicemail.models import MessageLink, VoicemailMessage

logger = logging.getLogger(__name__)

PAGE, REVOKED = "voicemail/link.html", "voicemail/link_revoked.html"
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_WHY = {
    LinkState.EXPIRED: ListeningResult.EXPIRED,
    LinkState.REVOKED: ListeningResult.REVOKED,
}
View = Callable[[HttpRequest, str], HttpResponseBase]


def _private(view: View) -> View:
    """Let nobody keep, index or pass on what `view` answers."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponseBase:
        response = view(request, token)
        for name, value in _HEADERS.items():
            response[name] = value
        return response

    return answer


@require_safe
@_private
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the message: by the link while it works, then to whoever signs in and may hear it.

    Opening the page is no listening: programs look at it before people do.
    """
    link, state = _found(token)
    if state is LinkState.WORKS:
        source = reverse("message-link-audio", args=[token])
        return _show(request, link.message, source, link)
    if request.user.is_authenticated:
        return _to_who_may(request, link)
    _note(request, link, _WHY[state])
    sign_in = f"{reverse('admin:login')}?{urlencode({'next': request.path})}"
    if state is LinkState.REVOKED:
        with translation.override(_language(link)):
            context = {"sign_in": sign_in}
            return render(request, REVOKED, context, status=HTTPStatus.GONE)
    messages.info(request, _("This link has expired. Sign in to hear the message."))
    return HttpResponseRedirect(sign_in)


@require_safe
@_private
def audio(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send the recording, or the part that a player asks for, and record that it was heard."""
    link, state = _found(token)
    if state is not LinkState.WORKS:
        _note(request, link, _WHY[state])
        gone = state is LinkState.REVOKED
        return HttpResponse(status=HTTPStatus.GONE if gone else HTTPStatus.FORBIDDEN)
    recording = link.message.recording
    if recording.state == RecordingState.ERASED:
        raise Http404
    facts = message_facts.read(link.message)
    extension = message_facts.EXTENSIONS.get(recording.content_type, "bin")
    try:
        answer = sounds.send(
            recording,
            request.headers.get("Range", ""),
            name=message_facts.file_name(facts, extension),
        )
    except sounds.NotStored as error:
        raise Http404 from error
    except sounds.Away:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    if sounds.is_heard(request.method, answer):
        listening.note(recording.pk, _listener(request, link), ListeningResult.HEARD, clock.now())
    return answer


def _found(token: str) -> tuple[MessageLink, LinkState]:
    link = links.find(token)
    if link is None:
        logger.warning("message_link_unknown")  # somebody guesses, or copied half of one
        raise Http404
    return link, links.state_of(link, clock.now())


def _note(request: HttpRequest, link: MessageLink, result: ListeningResult) -> None:
    if request.method == "GET":
        recording = link.message.recording_id
        listening.note(recording, _listener(request, link), result, clock.now())


def _listener(request: HttpRequest, link: MessageLink) -> listening.Listener:
    user = request.user if request.user.is_authenticated else None
    return listening.Listener(link, user)


def _to_who_may(request: HttpRequest, link: MessageLink) -> HttpResponseBase:
    """Lead somebody who signed in to the message, unless it is not for them."""
    message = link.message
    if not access.can(request.user, access.VIEW, message):
        _note(request, link, ListeningResult.DENIED)
        raise PermissionDenied
    if access.standing_of(request.user).at_least(Role.SUPERVISOR):
        address = reverse("admin:voicemail_voicemailmessage_change", args=[message.pk])
        return HttpResponseRedirect(address)
    return _show(request, message, reverse("voicemails-audio", args=[message.pk]), None)


def _show(
    request: HttpRequest, message: VoicemailMessage, source: str, link: MessageLink | None
) -> HttpResponse:
    with translation.override(_language(link)):
        facts = message_facts.read(message)
        zone = message_facts.zone_of(message)
        context = {
            "house": house(),
            "recording": message.recording,
            "source": source,
            "facts": facts,
            "caller": letters.who(facts),
            "rows": letters.fact_rows(facts),
            "until": letters.moment_words(link.expires_at.astimezone(zone)) if link else "",
        }
        return render(request, PAGE, context)


def _language(link: MessageLink | None) -> str:
    """Return the language of the reader, where they are one of us; else the browser's."""
    found = readers.language_of(link) if link else None
    return found or translation.get_language() or "en"
