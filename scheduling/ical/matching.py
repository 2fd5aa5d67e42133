"""Whom the events of somebody's calendar are about: what they are told apart by, and a guess."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduling.types import CalendarEvent, Who


@dataclass(frozen=True)
class Known:
    """What somebody, or a service, is called; `email` is "" where there is none."""

    who: Who
    names: tuple[str, ...]
    email: str = ""


@dataclass(frozen=True)
class Named:
    """A text that events are told apart by, how many have it, and whom it seems to mean."""

    text: str
    events: int
    guess: Who | None


def text_of(event: CalendarEvent, by_people: bool) -> str:
    """Return what tells whose event it is: its title, or who is named beside it."""
    if not by_people:
        return event.title
    return next((party.name or party.email for party in event.people), "")


def is_told_by_people(events: Iterable[CalendarEvent]) -> bool:
    """Tell whether the titles all say the same, and those named beside them do not."""
    found = list(events)
    titles = {event.title for event in found}
    return len(titles) == 1 and len({text_of(event, True) for event in found}) > 1


def named(
    events: Iterable[CalendarEvent], by_people: bool, known: Iterable[Known]
) -> tuple[Named, ...]:
    """Return every text of the events once, in the order in which they come."""
    counted: dict[str, int] = {}
    emails: dict[str, set[str]] = {}
    for event in events:
        text = text_of(event, by_people)
        counted[text] = counted.get(text, 0) + 1
        emails.setdefault(text, set()).update(party.email for party in event.people)
    people = list(known)
    return tuple(
        Named(text, count, _guess(text, emails[text] - {""}, people))
        for text, count in counted.items()
    )


def guesses(found: Iterable[Named]) -> Mapping[str, Who]:
    """Return whom the texts seem to mean, of those that seem to mean somebody."""
    return {each.text: each.guess for each in found if each.guess is not None}


def _guess(text: str, emails: set[str], known: Iterable[Known]) -> Who | None:
    """Return the only one whose name is in the text, whose e-mail it has, or whose part it is."""
    people = list(known)
    words = _words(text)
    whole = [k.who for k in people if any(_words(name) <= words for name in k.names if name)]
    mails = [k.who for k in people if k.email and k.email.lower() in {*emails, text.lower()}]
    parts = [k.who for k in people if words and any(words <= _words(name) for name in k.names)]
    for found in (whole, mails, parts):
        if found:
            return found[0] if len(set(found)) == 1 else None
    return None


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return set("".join(letters).split())
