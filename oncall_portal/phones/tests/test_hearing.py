"""What the desk writes of things heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from oncall_portal.phones.hearing import Telling
from tests.cast import START


def heard(kind: str, start: float, end: float | None, text: str = "") -> dict[str, Any]:
    until = None if end is None else (START + timedelta(seconds=end)).isoformat()
    at = (START + timedelta(seconds=start)).isoformat()
    return {"kind": kind, "text": text, "at": at, "until": until}


def told(*things: dict[str, Any], is_live: bool = True) -> list[tuple[str, str, bool]]:
    start: datetime = START
    lines = Telling({}, start).lines(list(things), is_live=is_live)
    return [(line["at"], line["text"], line["now"]) for line in lines]


def test_music_that_comes_again_is_one_line_with_its_count() -> None:
    loop = [heard("music", 20 * n, 20 * n + 18) for n in range(1, 4)]
    said = heard("said", 0, 9, "Welcome")
    assert told(said, *loop) == [("0:00", "“Welcome”", False), ("0:20", "Music, 3 times", False)]


def test_music_that_plays_now_is_marked() -> None:
    assert told(heard("music", 0, 18), heard("music", 20, None)) == [
        ("0:00", "Music, 2 times", True)
    ]


def test_words_between_keep_music_apart() -> None:
    again = [heard("music", 0, 18), heard("said", 19, 22, "Soon"), heard("music", 23, 30)]
    assert [text for _at, text, _now in told(*again)] == ["Music", "“Soon”", "Music"]
