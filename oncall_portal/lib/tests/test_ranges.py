"""Parts of a file, as players ask for them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from oncall_portal.lib import ranges

FILE = bytes(range(100))


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
    ],
)
def test_a_range_is_read(header: str, part: tuple[int, int] | None) -> None:
    assert ranges.parse(header, 100) == part


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=9-3", "bytes=-0", "bytes=-", "bytes=a-b", "bytes=1 - 2"]
)
def test_a_bad_range_is_refused_with_the_size(header: str) -> None:
    answer = asked(header)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */100")


def asked(header: str) -> Any:
    return ranges.answer(
        io.BytesIO(FILE), 100, asked=header, content_type="audio/wav", filename="m.wav"
    )


def test_a_part_is_sent_with_its_place() -> None:
    answer = asked("bytes=10-19")
    assert (answer.status_code, b"".join(answer)) == (206, FILE[10:20])
    assert (answer["Content-Range"], answer["Content-Length"]) == ("bytes 10-19/100", "10")
    assert (answer["Content-Type"], answer["Accept-Ranges"]) == ("audio/wav", "bytes")


def test_without_a_range_the_whole_is_sent() -> None:
    answer = asked("")
    assert (answer.status_code, b"".join(answer)) == (200, FILE)
    assert answer["Accept-Ranges"] == "bytes"
