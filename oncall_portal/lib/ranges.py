"""Parts of a file over HTTP (RFC 9110, section 14): players ask for them to seek."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import BinaryIO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))")
_CHUNK = 64 * 1024


class Unsatisfiable(Exception):
    """The part that was asked for is not in the file."""


def parse(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that `header` asks of `size` bytes, None for the whole file.

    Several ranges at once, and other units, are answered with the whole, as the standard allows.
    Raises Unsatisfiable for one range that is malformed or outside the file.
    """
    if not header or not header.startswith("bytes=") or "," in header:
        return None
    found = _RANGE.fullmatch(header.strip())
    if found is None:
        raise Unsatisfiable
    first, last, suffix = found.groups()
    if suffix is not None:
        start, end = max(size - int(suffix), 0), size - 1
        if int(suffix) == 0:
            raise Unsatisfiable
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    if start > end or start >= size:
        raise Unsatisfiable
    return start, end


def answer(
    file: BinaryIO, size: int, *, asked: str, content_type: str, filename: str
) -> HttpResponseBase:
    """Return the file, or the part that the Range header `asked` names; closes it when sent."""
    try:
        part = parse(asked, size)
    except Unsatisfiable:
        file.close()
        refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    response: HttpResponseBase
    if part is None:
        response = FileResponse(file, content_type=content_type, filename=filename)
    else:
        start, end = part
        response = StreamingHttpResponse(
            _part(file, start, end),
            status=HTTPStatus.PARTIAL_CONTENT,
            content_type=content_type,
        )
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
        response["Content-Length"] = str(end - start + 1)
    response["Accept-Ranges"] = "bytes"
    return response


def _part(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    left = end - start + 1
    with file:
        file.seek(start)
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
