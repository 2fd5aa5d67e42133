"""The levels of a whole menu as plain data: what a version keeps, the page draws, a restore writes.

A level is {"id", "name", "parent", "welcome", "welcome_prompt", "tries", "wait_seconds", "mailbox",
"options", "no_key", "wrong_key", "too_many"}; an option {"key", "name", "kind", "target",
"mailbox"}, in the order in which callers hear them. The last three are such an option, or None for
what happens by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q

from telephony import destinations
from telephony.enums import GoalKind
from telephony.menus import MOST_LEVELS
from telephony.models import Menu, MenuOption
from telephony.models.menus import OTHERWISE

Level = dict[str, Any]


def below(root: int) -> Q:
    """Find the levels of a menu, those to which no key leads included."""
    found, path = Q(pk=root), "parent"
    for _level in range(1, MOST_LEVELS):
        found |= Q(**{path: root})
        path = f"{path}__parent"
    return found


def levels(root: int) -> list[Level]:
    """Return every level of a menu, the root first; two queries."""
    menus = list(Menu.objects.filter(below(root)).order_by("pk"))
    options = MenuOption.objects.filter(menu__in=[menu.pk for menu in menus])
    by_menu: dict[int, list[MenuOption]] = {}
    for option in options.order_by("position", "pk"):
        by_menu.setdefault(option.menu_id, []).append(option)
    menus.sort(key=lambda menu: (menu.pk != root, menu.pk))
    return [level(menu, by_menu.get(menu.pk, ())) for menu in menus]


def level(menu: Menu, options: Iterable[MenuOption]) -> Level:
    """Return one level as data."""
    entries = [(row.key, _entry(row)) for row in options]
    otherwise: dict[str, Any] = dict.fromkeys(OTHERWISE)
    return {
        "id": menu.pk,
        "name": menu.name,
        "parent": menu.parent_id,
        "welcome": menu.welcome,
        "welcome_prompt": menu.welcome_prompt_id,
        "tries": menu.tries,
        "wait_seconds": menu.wait_seconds,
        "mailbox": menu.mailbox_id,
        "options": [entry for key, entry in entries if key not in OTHERWISE],
        **otherwise,
        **{key: entry for key, entry in entries if key in OTHERWISE},
    }


def _entry(row: MenuOption) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "kind": row.kind,
        "target": destinations.target(row),
        "mailbox": row.mailbox_id,
    }


def reached(found: Sequence[Level]) -> list[Level]:
    """Return the levels that keys lead to from the first one on, in the order of a walk."""
    return list(_walk({level["id"]: level for level in found}, found[0]["id"])) if found else []


def _walk(by_id: Mapping[int, Level], pk: int) -> Iterator[Level]:
    level = by_id.get(pk)
    if level is None:
        return
    yield level
    for option in level["options"]:
        if option["kind"] == GoalKind.MENU.value:
            yield from _walk(by_id, option["target"])
