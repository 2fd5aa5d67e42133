"""What a menu is in words: where each key leads, what its callers hear, which text is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from oncall_portal.lib import phone, texts
from scheduling.models import Schedule, Service
from telephony import destinations, labels, menu_scripts, prompts
from telephony.enums import GoalKind
from telephony.instructions import Say
from telephony.menu_content import Level
from telephony.models import MenuOption, Prompt, PromptAudio
from telephony.types import Goal, Menu

Entry = Mapping[str, Any]
_MAILBOX: Any = MenuOption._meta.get_field("mailbox").related_model


@dataclass(frozen=True)
class Known:
    """Everything that a key can lead to, by its id, and the recordings of announcements."""

    service: Mapping[int, Service]
    schedule: Mapping[int, Schedule]
    prompt: Mapping[int, Prompt]
    mailbox: Mapping[int, Any]
    audio: Mapping[int, Mapping[str, str]]

    def choices(self) -> dict[str, list[dict[str, Any]]]:
        """Return what can be chosen for each kind of target, by name."""
        found = {}
        for name in ("service", "schedule", "prompt", "mailbox"):
            rows = [{"id": pk, "name": str(row)} for pk, row in getattr(self, name).items()]
            found[name] = sorted(rows, key=lambda each: each["name"].casefold())
        return found


def known() -> Known:
    """Read what keys can lead to; five queries."""
    audio: dict[int, dict[str, str]] = {}
    stand = PromptAudio.objects.filter(removed_at=None)
    for pk, language, token in stand.values_list("prompt", "language", "token"):
        audio.setdefault(pk, {})[language] = token
    return Known(
        Service.objects.in_bulk(),
        Schedule.objects.in_bulk(),
        Prompt.objects.in_bulk(),
        _MAILBOX.objects.in_bulk(),
        audio,
    )


@dataclass(frozen=True)
class Line:
    """One thing that callers hear: what a voice reads in `voice`, or a recording at `audio`."""

    text: str
    voice: str
    audio: str = ""
    key: str = ""


def heard(level: Level, known: Known, language: str) -> list[Line]:
    """Return what callers of a language hear on a level, built from its keys."""
    return [_line(say, language) for say in menu_scripts.say_menu(frozen(level, known))]


def heard_key(key: str, kind: str, name: Mapping[str, str], language: str) -> Line:
    """Return what callers of a language hear of one key."""
    goal = Goal(GoalKind(kind), name=_filled(name))
    return _line(menu_scripts.say_key(key, goal), language)


def frozen(level: Level, known: Known) -> Menu:
    """Return a level as calls know it, as far as its words go."""
    prompt = known.prompt.get(level["welcome_prompt"] or 0)
    welcome = prompt.text if prompt else level["welcome"]
    goals = {
        entry["key"]: Goal(GoalKind(entry["kind"]), name=spoken_name(entry, known))
        for entry in level["options"]
    }
    audio = dict(known.audio.get(prompt.pk, {})) if prompt else {}
    return Menu(level["id"], welcome=_filled(welcome), audio=audio, keys=goals)


def spoken_name(entry: Entry, known: Known) -> dict[str, str]:
    """Return what callers hear a key called: its own name, or that of its service."""
    service = known.service.get(entry["target"]) if entry["kind"] == "service" else None
    return _filled(entry["name"]) or (_filled(service.name) if service else {})


def _filled(written: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in written.items() if text.strip()}


def _line(say: Say, language: str) -> Line:
    key = say.params.get("key", "")
    named = {name: texts.choose(written, language) for name, written in say.names.items()}
    said = Say(say.code, {**named, **say.params}, say.texts)
    words, voice = prompts.words(said, language), prompts.spoken_in(said, language)
    return Line(words, voice, _address(say.audio.get(language, "")), key)


def _address(token: str) -> str:
    """Return where a recording is played, "" without one."""
    return reverse("voice:audio", args=[token]) if token else ""


def title(entry: Entry, known: Known) -> str:
    """Return what a key is called, in the reader's language where it is written in it."""
    name = texts.choose(spoken_name(entry, known), get_language() or "en")
    return capfirst(name) or capfirst(str(labels.GOAL[entry["kind"]]))


def leads(entry: Entry, known: Known, levels: Mapping[int, Level]) -> str:
    """Return where a key leads, as a phrase after its name."""
    target = _target_words(entry, known, levels)
    mailbox = known.mailbox.get(entry["mailbox"] or 0)
    if mailbox is None:
        return target
    return _("%(goal)s · messages into “%(mailbox)s”") % {"goal": target, "mailbox": mailbox}


def _target_words(entry: Entry, known: Known, levels: Mapping[int, Level]) -> str:
    kind, target = entry["kind"], entry["target"]
    match kind:
        case GoalKind.SERVICE | GoalKind.SCHEDULE:
            return _named(_("rings %(name)s"), getattr(known, kind).get(target))
        case GoalKind.ANNOUNCEMENT:
            return _named(_("plays “%(name)s”"), known.prompt.get(target))
        case GoalKind.TRANSFER:
            return _("transfers to %(name)s") % {"name": phone.spaced(target)}
        case GoalKind.MENU:
            count = len(levels[target]["options"]) if target in levels else 0
            return ngettext("menu of %(count)d key", "menu of %(count)d keys", count) % {
                "count": count
            }
    return str(labels.GOAL[kind])


def _named(words: str, row: Any) -> str:
    return words % {"name": row} if row is not None else _("led to something that is deleted")


def is_lost(entry: Entry, known: Known) -> bool:
    """Tell whether what a key of an old version led to is not there any more."""
    name = destinations.TARGETS.get(entry["kind"], "")
    rows = getattr(known, name, None)
    return rows is not None and entry["target"] is not None and entry["target"] not in rows


@dataclass(frozen=True)
class Missing:
    """A text that nobody wrote in `language`: of a key, or of the welcome where `key` is ""."""

    level: int
    menu: str
    language: str
    key: str = ""


def missing(levels: Sequence[Level], known: Known, languages: Iterable[str]) -> list[Missing]:
    """Return the texts that callers of these languages hear in another language than theirs."""
    found = []
    for language in languages:
        for level in levels:
            found += [
                Missing(level["id"], level["name"], language, key)
                for key in _unwritten(level, known, language)
            ]
    return found


def _unwritten(level: Level, known: Known, language: str) -> Iterator[str]:
    menu = frozen(level, known)
    if (menu.welcome or menu.audio) and language not in {**menu.welcome, **menu.audio}:
        yield ""
    for entry in level["options"]:
        name = spoken_name(entry, known)
        said = known.prompt.get(entry["target"]) if entry["kind"] == "announcement" else None
        texts_of = {**_filled(said.text), **known.audio.get(said.pk, {})} if said else {}
        if any(written and language not in written for written in (name, texts_of)):
            yield entry["key"]


def language_name(code: str) -> str:
    """Return a language by its name, in the reader's language."""
    return str(dict(settings.LANGUAGES).get(code, code))
