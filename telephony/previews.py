"""What would happen to a call: rows read, the machine let play, nothing written.

A past minute is told by the rota as it is known now for that minute. Whether a phone or the line
would be busy nobody can know, so it is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oncall_portal.lib import phone, texts
from oncall_portal.lib.errors import Refused
from scheduling.models import Staff
from scheduling.queries import house
from telephony import menu_trees, prompts, queries, routing, timing
from telephony.agenda import KEYS, MOST_KEYS
from telephony.instructions import Music, Say
from telephony.models import Menu, PhoneNumber, PromptAudio
from telephony.rehearsal import MUSIC_SECONDS, Pace, Scene, rehearse
from telephony.routing import Asked, Opened
from telephony.types import Rehearsal, Step

# A voice takes at least this long for anything.
_SHORTEST_SECONDS = 1.0
_DIGITS_OF_AN_ID = 18


@dataclass(frozen=True)
class Trial:
    """A call to try: at an instant (aware), from a caller (E.164, "" withheld), who presses keys.

    What `keys` may hold is said at `rehearsal.Scene`; `taker` (id of a person) answers at once.
    """

    at: datetime
    caller: str = ""
    keys: str = ""
    taker: int | None = None


def read_caller(text: str) -> str:
    """Return a caller as people write them as E.164, "" for a withheld number.

    Raises Refused saying how to write the number.
    """
    if not text.strip():
        return ""
    # a plus sign that was not escaped in an address arrives as a space
    text = f"+{text[1:]}" if text.startswith(" ") else text
    try:
        return phone.parse(text.strip(), house().region)
    except ValidationError as error:
        raise Refused("invalid_number", error.message, "caller") from error


def read_keys(text: str) -> str:
    """Return the keys of a caller; raise Refused for what no telephone has, and for too many."""
    if not KEYS.issuperset(text):
        message = _("Write the keys that the caller presses: 0 to 9, * and #; a comma for none.")
        raise Refused("invalid_keys", message, "digits")
    if len(text) > MOST_KEYS:
        message = _("Write at most %(most)d keys.") % {"most": MOST_KEYS}
        raise Refused("too_many_keys", message, "digits")
    return text


def read_taker(text: str, people: QuerySet[Staff]) -> Staff | None:
    """Return who takes the call, by id, None for nobody; raise Refused unless one of `people`."""
    if not text:
        return None
    known = text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_AN_ID
    found = people.filter(pk=int(text)).first() if known else None
    if found is None:
        raise Refused("unknown_taker", _("Choose somebody who is rung, or nobody."), "taker")
    return found


def takers(found: Rehearsal) -> dict[int, str]:
    """Return who is rung and could take the call: ids and names, in order."""
    rung = (each.phone for each in found.rings)
    return {phone.staff: phone.name for phone in rung if phone.staff is not None}


def of_number(number: PhoneNumber, trial: Trial, pace: Pace | None = None) -> Rehearsal:
    """Return what a call to this number would be.

    The number of queries depends on the keys, not on how many people or options there are.
    """
    asked = _asked(number.pk, trial)
    step, opened = routing.begin(asked)
    return _played(asked, step, opened, trial, pace)


def of_menu(menu: Menu, trial: Trial, pace: Pace | None = None) -> Rehearsal:
    """Return what a call would be that came to this menu, at the first number that has it.

    A level below a root is tried as if it stood alone.
    """
    root = menu_trees.root_of(menu)
    number = PhoneNumber.objects.filter(menu=root).order_by("pk").first()
    asked = _asked(number.pk if number else None, trial)
    step, opened = routing.try_menu(asked, menu.pk)
    return _played(asked, step, opened, trial, pace)


def standard_pace() -> Pace:
    """Return how long things take at the platform, as far as that is known."""
    sound = _Sound()
    return Pace(sound.words, sound.music)


def _asked(number: int | None, trial: Trial) -> Asked:
    ours = frozenset(queries.own_numbers())
    return Asked(queries.phone_number(number), ours, trial.caller, trial.at)


def _played(asked: Asked, step: Step, opened: Opened, trial: Trial, pace: Pace | None) -> Rehearsal:
    spoken = tuple(asked.number.languages) if asked.number else ()
    language = (spoken or house().languages)[0]
    scene = Scene(
        at=trial.at,
        tree=opened.tree,
        resolve=partial(_gone_on, asked, opened),
        pace=pace or standard_pace(),
        keys=trial.keys,
        language=language,
        taker=trial.taker,
    )
    return rehearse(step, scene)


def _gone_on(asked: Asked, opened: Opened, step: Step, now: datetime) -> Step:
    return routing.go_on(replace(asked, at=now), step, opened.tree)


class _Sound:
    """How long sounds take: recordings their own length, texts by their characters."""

    def words(self, say: Say, language: str) -> float:
        """Return how many seconds it takes to say this in a language."""
        if token := say.audio.get(say.language or language):
            return self._lengths.get(token, _SHORTEST_SECONDS)
        text = prompts.aloud(say, language)[: timing.SPOKEN_CHARACTERS]
        return max(_SHORTEST_SECONDS, len(text) / timing.SPEECH_CHARACTERS_PER_SECOND)

    def music(self, music: Music, language: str) -> float:
        """Return how long the waiting music plays once: the house's own, else the standard one."""
        own = texts.choose(music.audio, language)
        return self._lengths.get(own, _SHORTEST_SECONDS) if own else MUSIC_SECONDS

    @cached_property
    def _lengths(self) -> dict[str, float]:
        return dict(PromptAudio.objects.values_list("token", "duration_seconds"))
