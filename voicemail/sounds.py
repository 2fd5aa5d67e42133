"""Sends a recording, or the part of it that a player asks for."""

from __future__ import annotations

import logging
from http import HTTPStatus
from pathlib import PurePosixPath

from django.http.response import HttpResponseBase

from oncall_portal.lib import ranges
from voicemail.models import Recording

logger = logging.getLogger(__name__)


class NotStored(Exception):
    """There is no file yet, or no more."""


class Gone(NotStored):
    """The storage has lost the file."""


class Away(Exception):
    """The storage does not answer."""


def send(recording: Recording, asked: str, *, name: str = "") -> HttpResponseBase:
    """Return the sound, or what the Range header `asked` names; raise NotStored, Gone or Away."""
    if not recording.file:
        raise NotStored
    try:
        file = recording.file.open("rb").file
        size = file.size
    except FileNotFoundError:
        logger.error("recording_gone recording=%s", recording.pk)
        raise Gone from None
    except OSError as error:
        logger.error("recording_away recording=%s error=%s", recording.pk, error)
        raise Away from None
    return ranges.answer(
        file,
        size,
        asked=asked,
        content_type=recording.content_type,
        filename=name or PurePosixPath(str(recording.file.name)).name,
    )


def is_heard(method: str | None, answer: HttpResponseBase) -> bool:
    """Tell whether an answer brings sound: not one to HEAD, nor a refusal of the part."""
    return method == "GET" and answer.status_code in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}
