"""Which of several greetings a caller hears, in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from telephony.instructions import Params

Said = tuple[Mapping[str, str], Mapping[str, str]]  # texts, and tokens of recordings, by language


@dataclass(frozen=True)
class Greeting:
    """Texts and recordings (tokens) by language; a recording goes before the text."""

    texts: Params = field(default_factory=dict)
    audio: Params = field(default_factory=dict)


def merged(sources: Iterable[Said]) -> Greeting:
    """Return in each language the first greeting that is written or recorded in it.

    So a caller hears a later one in their own language rather than an earlier one in another.
    """
    found = Greeting()
    for texts, audio in sources:
        for language in {*texts, *audio} - {*found.texts, *found.audio}:
            if text := texts.get(language, "").strip():
                found.texts[language] = text
            if token := audio.get(language):
                found.audio[language] = token
    return found
