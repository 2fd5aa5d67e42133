"""What the page of a menu shows: its levels drawn as a tree, what is missing, who uses it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.lib import texts
from telephony import labels, menu_content, menu_trees, menu_words
from telephony.enums import GoalKind
from telephony.menu_content import Level
from telephony.menu_words import Known, Line, Missing
from telephony.models import ClosedRoute, Menu, MenuVersion, PhoneNumber
from telephony.models.menus import KEYS, OTHERWISE

VERSIONS_SHOWN = 8


@dataclass(frozen=True)
class Heard:
    """What callers of one language hear on a level."""

    language: str
    name: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Key:
    """A key of a level as it is drawn, with the level that it leads to."""

    key: str
    title: str
    leads: str
    lost: bool
    useless: bool
    missing: Sequence[str]
    below: Drawn | None


@dataclass(frozen=True)
class Drawn:
    """A level as it is drawn; `row` is what the browser changes and sends, as JSON."""

    id: int
    name: str
    version: int
    row: str
    heard: Sequence[Heard]
    missing: Sequence[str]
    keys: Sequence[Key]
    otherwise: Sequence[tuple[str, str]]
    mailbox: str = ""


@dataclass(frozen=True)
class Tree:
    """A whole menu: its root, the levels to which no key leads, and the texts nobody wrote."""

    root: Drawn
    waiting: Sequence[Drawn] = ()
    missing: Sequence[Missing] = ()
    languages: Sequence[str] = field(default_factory=tuple)


def draw(
    levels: Sequence[Level],
    known: Known,
    languages: Sequence[str],
    versions: Mapping[int, int] | None = None,
) -> Tree:
    """Return the levels as a tree, the first one being its root.

    `versions` are the versions of the rows, where they may be changed.
    """
    drawer = _Drawer(levels, known, languages, versions or {})
    hung = [level["id"] for level in menu_content.reached(levels)]
    root = drawer.draw(levels[0])
    led_to = {entry["target"] for level in levels for entry in _menus(level)}
    waiting = [level for level in levels if level["id"] not in {*hung, *led_to}]
    return Tree(root, [drawer.draw(level) for level in waiting], drawer.missing, languages)


def _menus(level: Level) -> Iterator[Mapping[str, Any]]:
    return (entry for entry in level["options"] if entry["kind"] == GoalKind.MENU.value)


class _Drawer:
    def __init__(
        self,
        levels: Sequence[Level],
        known: Known,
        languages: Sequence[str],
        versions: Mapping[int, int],
    ) -> None:
        self.levels = {level["id"]: level for level in levels}
        self.known, self.languages, self.versions = known, languages, versions
        self.missing = menu_words.missing(levels, known, languages)

    def draw(self, level: Level) -> Drawn:
        """Return a level and all that its keys lead to."""
        names = menu_words.language_name
        heard = [
            Heard(each, names(each), menu_words.heard(level, self.known, each))
            for each in self.languages
        ]
        return Drawn(
            id=level["id"],
            name=level["name"],
            version=self.versions.get(level["id"], 0),
            row=json.dumps({**level, "version": self.versions.get(level["id"], 0)}),
            heard=heard,
            missing=self._missing(level, ""),
            keys=[self._key(level, entry) for entry in level["options"]],
            otherwise=list(self._otherwise(level)),
            mailbox=str(self.known.mailbox.get(level["mailbox"] or 0, "")),
        )

    def _key(self, level: Level, entry: Mapping[str, Any]) -> Key:
        leads_on = entry["kind"] == GoalKind.MENU.value
        below = self.levels.get(entry["target"]) if leads_on else None
        title = menu_words.title(entry, self.known)
        leads = menu_words.leads(entry, self.known, self.levels)
        return Key(
            key=entry["key"],
            title=title,
            leads="" if leads.casefold() == title.casefold() else leads,
            lost=menu_words.is_lost(entry, self.known),
            useless=entry["kind"] == GoalKind.BACK.value and level["parent"] is None,
            missing=self._missing(level, entry["key"]),
            below=self.draw(below) if below else None,
        )

    def _missing(self, level: Level, key: str) -> list[str]:
        return [
            menu_words.language_name(each.language)
            for each in self.missing
            if (each.level, each.key) == (level["id"], key)
        ]

    def _otherwise(self, level: Level) -> Iterator[tuple[str, str]]:
        itself = {"too_many": labels.GOAL["voicemail"]}
        for name in OTHERWISE:
            entry = level[name]
            words = (
                menu_words.leads(entry, self.known, self.levels)
                if entry
                else str(itself.get(name, labels.GOAL["repeat"]))
            )
            label = str(labels.OTHERWISE[name])
            if name == "too_many":
                tried = ngettext("after %(tries)d try", "after %(tries)d tries", level["tries"])
                label = tried % {"tries": level["tries"]}
            yield capfirst(label), words


def context(menu: Menu, *, editable: bool) -> dict[str, Any]:
    """Return all that the page of a root shows; a fixed number of queries."""
    known = menu_words.known()
    numbers = _numbers(menu.pk)
    levels = menu_content.levels(menu.pk)
    versions = dict(Menu.objects.filter(menu_content.below(menu.pk)).values_list("pk", "version"))
    tree = draw(levels, known, _languages(numbers), versions)
    saved = MenuVersion.objects.filter(root=menu.pk).select_related("created_by")
    shown = list(saved.order_by("-number")[:VERSIONS_SHOWN])
    return {
        "menu": menu,
        "tree": tree,
        "missing": [(each, menu_words.language_name(each.language)) for each in tree.missing],
        "numbers": numbers,
        "versions": shown,
        "latest": shown[0].number if shown else 0,
        "editable": editable,
        "boot": _boot(menu, known, editable) if editable else None,
    }


def version_context(version: MenuVersion) -> dict[str, Any]:
    """Return what the page of an old version shows of it; no tree where it has no levels."""
    levels = version.content.get(menu_trees.ROWS)
    if not levels:
        return {"tree": None, "editable": False}
    last = MenuVersion.objects.filter(root=version.root_id).order_by("-number").first()
    tree = draw(levels, menu_words.known(), list(texts.LANGUAGES))
    return {"tree": tree, "editable": False, "latest": last.number if last else 0}


def _numbers(root: int) -> list[PhoneNumber]:
    """Return the numbers that this menu answers, open or closed."""
    closed = ClosedRoute.objects.filter(submenu=root).values("phone_number")
    rows = PhoneNumber.objects.filter(menu=root) | PhoneNumber.objects.filter(pk__in=closed)
    return list(rows.distinct().order_by("name", "pk"))


def _languages(numbers: Sequence[PhoneNumber]) -> list[str]:
    """Return the languages that callers may choose; all of them where no number says so."""
    spoken = dict.fromkeys(code for number in numbers for code in number.languages)
    return [code for code in spoken if code in texts.LANGUAGES] or list(texts.LANGUAGES)


def _boot(menu: Menu, known: Known, editable: bool) -> dict[str, Any]:
    """Return what the scripts of the page need to know."""
    return {
        "menu": menu.pk,
        "editable": editable,
        "tree": reverse("admin:telephony_menu_tree", args=[menu.pk]),
        "hear": reverse("admin:telephony_menu_hear"),
        "keys": list(KEYS),
        "choices": known.choices(),
        "texts": words(),
    }


def words() -> dict[str, str]:
    """Return the sentences that the scripts say."""
    return {
        "added": _("Key {key} is added."),
        "changed": _("Saved; the next caller hears it."),
        "removed": _("Key {key} is removed."),
        "moved": _("Key {key} is moved."),
        "moved_as": _("It is key {key} now."),
        "undone": _("The last change is undone."),
        "restored": _("Version {number} is restored."),
        "nothing": _("There is nothing to undo."),
        "stale": _(
            "Somebody else changed this level meanwhile. What you wrote is kept here; behind it "
            "you see how the level stands now. Save again to put yours in its place."
        ),
        "moved_on": _("The menu was changed by someone else; this is how it stands now."),
        "add": _("Add a key"),
        "edit": _("Key {key}"),
        "save_new": _("Add this key"),
        "save": _("Save this key"),
        "first": _("It is the first key already."),
        "last": _("It is the last key already."),
        "no_level": _("There is no menu above it to move it into."),
        "outermost": _("It is on the first level already."),
        "drop": _("Let go to put it here; Escape leaves it where it was."),
        "before": _("Before key {key} of “{menu}”"),
        "at_the_end": _("At the end of “{menu}”"),
        "new_menu": _("a new menu"),
        "level_mailbox": _("as the level says"),
        "general_mailbox": _("the general one, or that of the number"),
        "choose": _("Choose"),
        "deleted": _("The level is deleted."),
    }
