"""Menus as frozen trees: rows to content, content to what the machine walks.

The content of a version is plain data (`codec`), made whenever a level is saved, so that a call is
answered with the menu as it stood. Its `rows` are the levels as people wrote them (`menu_content`),
by which an older version is shown and restored.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, QuerySet

from oncall_portal.lib.prepared import Read, given
from telephony import codec, menu_content, prompt_texts
from telephony.enums import GoalKind
from telephony.models import Menu, MenuOption, MenuVersion
from telephony.models.menus import NEEDS, OTHERWISE, Destination
from telephony.types import Goal, Tree
from telephony.types import Menu as Level

Content = dict[str, Any]
ROWS = "rows"
_LATEST = Read(
    lambda: MenuVersion.objects.filter(root=given("root", BigIntegerField())).order_by("-number")[
        :1
    ]
)


def content(root_id: int) -> Content:
    """Return a menu as it stands, the levels that keys lead to; queries by its depth only."""
    levels = _levels(root_id)
    options: dict[int, list[MenuOption]] = defaultdict(list)
    for option in _options(levels):
        options[option.menu_id].append(option)
    rows = menu_content.reached([menu_content.level(each, options[each.pk]) for each in levels])
    hung = {row["id"] for row in rows}
    levels = [each for each in levels if each.pk in hung]
    said = prompt_texts.of(level.welcome_prompt_id for level in levels)
    tree = Tree((), root_id, {each.pk: _level(each, options[each.pk], said) for each in levels})
    return {**content_of(tree), ROWS: rows}


def content_of(tree: Tree) -> Content:
    """Return a tree as the content of a version; its languages are the number's."""
    encoded: Content = codec.encode(tree)
    return encoded


@lru_cache(maxsize=64)
def _decoded(text: str) -> Tree:
    tree: Tree = codec.decode(Tree, json.loads(text))
    return tree


def tree(version: MenuVersion, languages: Sequence[str]) -> Tree:
    """Return a version as the machine walks it, in these languages."""
    walked = {name: value for name, value in version.content.items() if name != ROWS}
    frozen = _decoded(_text(walked))
    return Tree(tuple(languages), frozen.root, frozen.menus)


@transaction.atomic
def freeze(root_id: int, now: datetime, user: int | None = None) -> MenuVersion:
    """Return the version of a menu as it stands, made now unless the latest is the same.

    `user` is the id of whoever saved it.
    """
    Menu.objects.select_for_update().get(pk=root_id)
    stands = content(root_id)
    latest = MenuVersion.objects.filter(root=root_id).order_by("-number").first()
    if latest is not None and latest.content_hash == _hash(stands):
        return latest
    return MenuVersion.objects.create(
        root_id=root_id,
        number=latest.number + 1 if latest else 1,
        content=stands,
        content_hash=_hash(stands),
        created_at=now,
        created_by_id=user,
    )


def freeze_of_the_house(stands: Content, now: datetime) -> MenuVersion:
    """Return the version with this content that no menu row stands for, made now if it is new."""
    found, _created = MenuVersion.objects.get_or_create(
        root=None,
        content_hash=_hash(stands),
        defaults={"content": stands, "created_at": now, "number": 1},
    )
    return found


def latest(root_id: int, now: datetime) -> MenuVersion:
    """Return the version that a call at `now` is answered with; a menu never saved gets its first.

    No row is locked: callers do not wait for whoever edits a menu.
    """
    found = _LATEST.first(root=root_id)
    if found is not None:
        return found
    stands = content(root_id)
    made, _created = MenuVersion.objects.get_or_create(
        root_id=root_id,
        number=1,
        defaults={"content": stands, "content_hash": _hash(stands), "created_at": now},
    )
    return made


def let_go(root_id: int) -> None:
    """Prepare the versions of a menu that is about to be deleted: calls keep them, without a root.

    Those without one are found by their checksum, as what the house's data made; these must not be.
    """
    for version in MenuVersion.objects.filter(root=root_id).only("pk", "number"):
        gone = _hash({"deleted": root_id, "number": version.number})
        MenuVersion.objects.filter(pk=version.pk).update(content_hash=gone)


def standing(root_id: int, languages: Sequence[str]) -> Tree:
    """Return what a call would be answered with now, without writing anything.

    That is the latest version, else the rows; those of a level below a root have no version.
    """
    found = MenuVersion.objects.filter(root=root_id).order_by("-number").first()
    if found is not None:
        return tree(found, languages)
    stands: Tree = codec.decode(Tree, content(root_id))
    return Tree(tuple(languages), stands.root, stands.menus)


def root_of(menu: Menu) -> int:
    """Return the id of the root above a level."""
    while menu.parent is not None:
        menu = menu.parent
    return menu.pk


def goal(row: Destination, name: dict[str, str] | None = None) -> Goal:
    """Return where a row leads."""
    field = NEEDS.get(row.kind)
    is_number = field == "transfer_number"
    return Goal(
        kind=GoalKind(row.kind),
        target=getattr(row, f"{field}_id") if field and not is_number else None,
        number=str(row.transfer_number) if is_number else "",
        mailbox=row.mailbox_id,
        name=dict(name or {}),
    )


def _levels(root_id: int) -> list[Menu]:
    found = list(Menu.objects.filter(pk=root_id))
    below: list[Menu] = found
    while below := list(Menu.objects.filter(parent__in=below).order_by("pk")):
        found = [*found, *below]
    return found


def _options(levels: Iterable[Menu]) -> QuerySet[MenuOption]:
    rows = MenuOption.objects.filter(menu__in=list(levels))
    return rows.select_related("service").order_by("position", "pk")


def _level(row: Menu, options: Iterable[MenuOption], said: prompt_texts.Said) -> Level:
    texts, audio = said.get(row.welcome_prompt_id or 0, (dict(row.welcome), {}))
    keys: dict[str, Goal] = {}
    otherwise: dict[str, Goal] = {}
    for option in options:
        leads = keys if option.key not in OTHERWISE else otherwise
        leads[option.key] = goal(option, _name(option))
    return Level(
        id=row.pk,
        welcome=texts,
        audio=audio,
        keys=keys,
        told=tuple(keys),
        otherwise=otherwise,
        tries=row.tries,
        wait_seconds=row.wait_seconds,
        mailbox=row.mailbox_id,
    )


def _name(option: MenuOption) -> dict[str, str]:
    """Return what an option is called: its own name, or its service's."""
    if any(option.name.values()) or option.service is None:
        return dict(option.name)
    return dict(option.service.name)


def _text(stands: Content) -> str:
    """Return content as text that is the same for the same content."""
    return json.dumps(stands, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _hash(stands: Content) -> str:
    return hashlib.sha256(_text(stands).encode()).hexdigest()
