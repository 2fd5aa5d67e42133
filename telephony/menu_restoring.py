"""An older version of a menu, made to hold again: a new version with the old content."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Conflict, Refused, Stale
from scheduling import reach_news
from telephony import menu_options, menu_shape, menu_trees
from telephony.menu_content import Level
from telephony.models import Menu, MenuOption, MenuVersion
from telephony.models.menus import OTHERWISE


@transaction.atomic
def restore(root: int, latest: int, number: int) -> MenuVersion:
    """Write the levels of version `number` of a menu, and return the new version.

    `latest` is the last one that the person saw: raises Stale when there is a later one. Raises
    Conflict, and nothing is changed, where what the old version led to is not there any more.
    """
    parents = menu_options.lock_all()
    menu = Menu.objects.select_for_update().get(pk=root)
    last = MenuVersion.objects.filter(root=root).order_by("-number").first()
    if menu.parent_id is not None or last is None or last.number != latest:
        raise Stale(menu)
    version = MenuVersion.objects.get(root=root, number=number)
    levels: Sequence[Level] = version.content[menu_trees.ROWS]
    try:
        _write(root, levels, parents, last.number)
    except Refused as error:
        raise Conflict("cannot_restore", _refusal(number, str(error.message))) from error
    except ValidationError as error:
        raise Conflict("cannot_restore", _refusal(number, " ".join(error.messages))) from error
    act = acting.act()
    reach_news.changed()
    return menu_trees.freeze(root, act.at, act.user)


def _refusal(number: int, reason: str) -> str:
    told = _("Version %(number)d cannot be restored. %(reason)s")
    return told % {"number": number, "reason": reason}


def _write(
    root: int, levels: Sequence[Level], parents: Mapping[int, int | None], saved: int
) -> None:
    kept = {level["id"] for level in levels}
    here = menu_shape.subtree(parents, root)
    _check_here(kept, here, parents)
    _clear(root, kept, _hung(root, here))
    for level in levels:  # those above come first
        _write_level(level, saved)
    shape = menu_options.parents()
    menus = Menu.objects.in_bulk(kept)
    for level in levels:
        _write_keys(menus[level["id"]], level, shape)


def _check_here(
    kept: Collection[int], here: Collection[int], parents: Mapping[int, int | None]
) -> None:
    """Refuse a level that another menu has now."""
    gone = {pk for pk in kept if pk in parents} - set(here)
    if gone:
        names = Menu.objects.filter(pk__in=gone).values_list("name", flat=True)
        message = _("“%(name)s” belongs to another menu now.") % {"name": names[0]}
        raise Refused("menu_elsewhere", message)


def _hung(root: int, here: Collection[int]) -> set[int]:
    """Return the levels that keys lead to; the others are no part of any version."""
    keys = MenuOption.objects.filter(menu__in=here, submenu__isnull=False)
    return {root, *keys.values_list("submenu", flat=True)}


def _clear(root: int, kept: Collection[int], hung: Collection[int]) -> None:
    """Take away all keys, and the levels that the old version does not have."""
    doomed = set(hung) - set(kept)
    MenuOption.objects.filter(menu__in=[*kept, *hung]).delete()
    if doomed:
        menu_options.check_not_in_use(doomed)
        Menu.objects.filter(parent__in=doomed).exclude(pk__in=doomed).update(parent=root)
        for each in doomed:
            menu_trees.let_go(each)
        Menu.objects.filter(pk__in=doomed).delete()


def _write_level(level: Level, saved: int) -> None:
    """Write a level under its own id, whether it is still there or not."""
    for name in ("welcome_prompt", "mailbox"):
        related: Any = Menu._meta.get_field(name).related_model
        if level[name] is not None and not related.objects.filter(pk=level[name]).exists():
            place = {"menu": level["name"], "reason": _gone()}
            raise Refused("unknown_target", _("“%(menu)s”: %(reason)s") % place)
    values = {
        "name": level["name"],
        "parent_id": level["parent"],
        "welcome": level["welcome"],
        "welcome_prompt_id": level["welcome_prompt"],
        "tries": level["tries"],
        "wait_seconds": level["wait_seconds"],
        "mailbox_id": level["mailbox"],
    }
    menu = Menu.objects.filter(pk=level["id"]).first()
    if menu is not None:
        rows.change(menu, values)
    else:
        # its version only counts on, so that no page that is open still fits
        rows.save(Menu(pk=level["id"], version=saved + 1, **values))


def _write_keys(menu: Menu, level: Level, shape: Mapping[int, int | None]) -> None:
    otherwise = {f"on_{key}": _otherwise(level[key]) for key in OTHERWISE}
    options = [
        {
            "key": entry["key"],
            "name": entry["name"],
            "mailbox": entry["mailbox"],
            "goes_to": {"kind": entry["kind"], "target": entry["target"]},
        }
        for entry in level["options"]
    ]
    try:
        menu_options.write(menu, {"options": options, **otherwise}, shape)
    except Refused as error:
        raise Refused(error.code, _where(menu, level, error)) from error


def _otherwise(entry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if entry is None else {name: entry[name] for name in ("kind", "target", "mailbox")}


def _where(menu: Menu, level: Level, error: Refused) -> str:
    """Return the reason with the key that it is about."""
    reason = _gone() if error.code == "unknown_target" else str(error.message)
    index = (error.field or "").removeprefix("options[").partition("]")[0]
    if not index.isdigit():
        return _("“%(menu)s”: %(reason)s") % {"menu": menu.name, "reason": reason}
    place = {"key": level["options"][int(index)]["key"], "menu": menu.name}
    return _("Key %(key)s of “%(menu)s”: %(reason)s") % {**place, "reason": reason}


def _gone() -> str:
    return _("what it led to has been deleted since.")
