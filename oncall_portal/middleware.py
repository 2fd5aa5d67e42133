"""Between request and page: no question that nobody can read, one's own language, no zone left."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from scheduling.access import standing_of

Answer = Callable[[HttpRequest], HttpResponse]


def readable(get_response: Answer) -> Answer:
    """Refuse an address with a null character: no database keeps one, and no person types one."""

    def answer(request: HttpRequest) -> HttpResponse:
        if any("\x00" in text for pair in request.GET.lists() for text in (pair[0], *pair[1])):
            raise BadRequest("An address may not hold a null character.")
        return get_response(request)

    return answer


def personal(get_response: Answer) -> Answer:
    """Speak the language of the person signed in, unless this browser chose one by the switch.

    Whatever zone a page activates ends with it: the next request in this thread starts anew.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        language = _language(request)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(None):
            return get_response(request)

    return answer


def _language(request: HttpRequest) -> str:
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    if chosen or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return standing_of(request.user).language
