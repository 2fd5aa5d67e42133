"""Gives the recordings of prompts to the platform, which plays them to callers."""

from __future__ import annotations

import logging

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from oncall_portal.lib import ranges
from telephony import prompt_services

logger = logging.getLogger(__name__)
# The platform keeps what it plays; another recording has another address.
_KEPT = "public, max-age=360000"


@require_safe
def audio(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a recording, or the part of it that a player asks for.

    The platform fetches what it plays without any signature, so the address alone protects it: it
    cannot be guessed, and what it holds is said to every caller.
    """
    found = prompt_services.find_audio(token)
    if found is None:
        raise Http404
    etag = f'"{found.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    try:
        file = found.file.open("rb").file
    except FileNotFoundError:
        logger.error("prompt_audio_gone prompt=%s language=%s", found.prompt_id, found.language)
        raise Http404 from None
    answer = ranges.answer(
        file,
        found.size,
        asked=request.headers.get("Range", "") if _is_of(request, etag) else "",
        content_type="audio/wav",
        filename=f"{found.language}.wav",
    )
    answer["Cache-Control"], answer["ETag"] = _KEPT, etag
    return answer


def _is_of(request: HttpRequest, etag: str) -> bool:
    """Tell whether the part that is asked for is of this recording, where the asker says so."""
    return request.headers.get("If-Range", etag) == etag
