"""What a caller or a telephone heard, as lines with times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

_LONGEST = 40
_A_BREATH = timedelta(seconds=1)


def moment(text: str) -> datetime:
    """Return an instant of the emulator."""
    return datetime.fromisoformat(text)


def elapsed(time: timedelta) -> str:
    """Write a span as minutes and seconds, 0:00 at least."""
    seconds = max(int(time.total_seconds()), 0)
    return f"{seconds // 60}:{seconds % 60:02}"


@dataclass(frozen=True)
class Telling:
    """Puts things heard into words: names by number (E.164), times since `start` when known."""

    names: Mapping[str, str]
    start: datetime | None

    def name(self, number: str) -> str:
        """Return whose number (digits, as the emulator has it) it is; the caller's else."""
        return self.names.get(f"+{number}", _("the caller"))

    def lines(self, heard: list[dict[str, Any]], *, is_live: bool) -> list[dict[str, Any]]:
        """Return the latest things heard, oldest first; what goes on now is marked.

        The same thing again after less than a second is one thing, and so much silence is none.
        Music that comes again is one line with its count, whatever the pauses.
        """
        kept: list[dict[str, Any]] = []
        for each in heard:
            until = moment(each["until"]) if each["until"] else None
            at = moment(each["at"])
            if each["kind"] == "silence" and until and until - at < _A_BREATH:
                continue
            line = {"text": self._words(each), "at": at, "until": until, "times": 1}
            last = kept[-1] if kept else None
            is_same = last is not None and last["text"] == line["text"]
            if last and is_same and (each["kind"] == "music" or _follows(last["until"], at)):
                last["times"] += each["kind"] == "music"
                last["until"] = until
            else:
                kept.append(line)
        start = self.start or (kept[0]["at"] if kept else None)
        return [
            {
                "at": elapsed(line["at"] - start),
                "text": _with_count(line["text"], line["times"]),
                "now": is_live and line["until"] is None,
            }
            for line in kept[-_LONGEST:]
            if start
        ]

    def _words(self, heard: Mapping[str, Any]) -> str:
        words = {
            "music": _("Music"),
            "beep": _("A beep: the recording begins"),
            "ringback": _("Ringing tone"),
            "silence": _("Silence"),
        }
        if heard["kind"] == "said":
            return _("“%(text)s”") % {"text": heard["text"]}
        if heard["kind"] == "voice":
            return _("The voice of %(name)s") % {"name": self.name(heard["text"])}
        return words.get(heard["kind"], str(heard["kind"]))


def _follows(until: datetime | None, at: datetime) -> bool:
    return until is not None and at - until < _A_BREATH


def _with_count(text: str, times: int) -> str:
    if times == 1:
        return text
    return _("%(what)s, %(times)d times") % {"what": text, "times": times}
