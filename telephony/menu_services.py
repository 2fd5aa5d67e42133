"""Writes of voice menus: a level with all its keys at once, and keys moved with what is below.

All raise Refused (a rule of the house), Conflict (it does not fit how things stand),
ValidationError (a field) or Stale (changed since it was read). Each freezes a new version of the
menu, for the calls that arrive from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Conflict, Refused
from scheduling import reach_news
from telephony import menu_options, menu_shape, menu_trees
from telephony.menu_options import ON
from telephony.models import Menu, MenuOption
from telephony.models.menus import KEYS


@transaction.atomic
def create_menu(values: Mapping[str, Any]) -> Menu:
    """Add a menu, or with `parent` a level of one to which no key leads yet.

    `options` are its keys in the order in which they are told, each {"key", "name", "goes_to",
    "mailbox"}; `on_no_key`, `on_wrong_key` and `on_too_many` are {"kind", "target", "mailbox"}.
    """
    own, keys = _split(values)
    parents = menu_options.lock_all()
    if parent := own.get("parent"):
        _check_hangs({**parents, 0: None}, 0, parent.pk)
    menu = rows.create(Menu, own)
    menu_options.write(menu, keys, {**parents, menu.pk: menu.parent_id})
    freeze(menu.pk)
    return menu


@transaction.atomic
def change_menu(pk: int, version: int, values: Mapping[str, Any]) -> Menu:
    """Change a level as it was read at `version`; `options` replaces all of its keys.

    A level to which no key leads any more stays where it is, until it gets one or is deleted.
    """
    own, keys = _split(values)
    parents = menu_options.lock_all()
    menu = rows.lock(Menu, pk, version)
    was = menu_shape.root(parents, pk)
    if "parent" in own and getattr(own["parent"], "pk", None) != menu.parent_id:
        _check_new_parent(parents, menu, own["parent"])
    menu = rows.change(menu, own)
    menu_options.write(menu, keys, {**parents, pk: menu.parent_id})
    freeze(was, pk)
    return menu


@transaction.atomic
def delete_menu(pk: int, version: int) -> None:
    """Delete a level with all below it; Conflict where a number, a route or a key leads to it."""
    parents = menu_options.lock_all()
    menu = rows.lock(Menu, pk, version)
    key = MenuOption.objects.filter(submenu=pk).select_related("menu").first()
    if key is not None:
        place = {"key": key.key, "menu": key.menu.name}
        message = _("Key %(key)s of “%(menu)s” leads here: remove that key.")
        raise Conflict("in_use", message % place)
    was = menu_shape.root(parents, pk)
    _delete(parents, menu)
    if was != pk:
        freeze(was)


@transaction.atomic
def remove_option(pk: int, version: int, key: str) -> Menu:
    """Take a key off a level as it was read at `version`, with all levels that it leads to."""
    parents = menu_options.lock_all()
    menu = rows.lock(Menu, pk, version)
    option = _option(menu, key)
    child = option.submenu
    option.delete()
    if child is not None:
        _delete(parents, child)
    menu = rows.change(menu, {})
    freeze(pk)
    return menu


@transaction.atomic
def move_option(
    pk: int, version: int, key: str, to: int, to_version: int, at: int, new_key: str = ""
) -> MenuOption:
    """Move a key with all below it to place `at` (from 0) of level `to`, each as it was read.

    On another level it keeps its key where that is free there, or takes `new_key`, or the first
    free one.
    """
    parents = menu_options.lock_all()
    menu = rows.lock(Menu, pk, version)
    target = menu if to == pk else rows.lock(Menu, to, to_version)
    option = _option(menu, key)
    if option.submenu_id is not None:
        _check_hangs(parents, option.submenu_id, to)
        Menu.objects.filter(pk=option.submenu_id).update(parent=to)
    others = list(target.options.filter(key__in=KEYS).exclude(pk=option.pk))
    option.menu = target
    option.key = _free_key({other.key for other in others}, key, new_key)
    rows.save(option)
    others.insert(max(at, 0), option)
    for position, each in enumerate(others, 1):
        MenuOption.objects.filter(pk=each.pk).update(position=position)
    for each_menu in {menu.pk: menu, target.pk: target}.values():
        rows.change(each_menu, {})
    freeze(pk, to)
    return option


def freeze(*menus: int) -> None:
    """Freeze the menus that these levels belong to, as they stand now."""
    parents, act = menu_options.parents(), acting.act()
    for root in sorted({menu_shape.root(parents, menu) for menu in menus}):
        menu_trees.freeze(root, act.at, act.user)
    reach_news.changed()


@contextmanager
def naming(service: int) -> Iterator[None]:
    """Let the next caller of the menus that say the name of a service hear the new one."""
    menu_options.lock_all()  # before the service, as those who write menus do
    yield
    if menus := MenuOption.objects.filter(service=service).values_list("menu", flat=True):
        freeze(*menus)


def _split(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the level's own values, and its keys."""
    keys = {name: value for name, value in values.items() if name == "options" or name in ON}
    return {name: value for name, value in values.items() if name not in keys}, keys


def _option(menu: Menu, key: str) -> MenuOption:
    found = menu.options.filter(key=key, key__in=KEYS).select_related("submenu").first()
    if found is None:
        raise Refused("unknown_key", _("This menu has no such key."), "key")
    return found


def _free_key(used: set[str], key: str, new_key: str) -> str:
    if new_key and new_key in used:
        raise Refused("key_twice", _("This key is used already."), "new_key")
    free = next(menu_shape.free_keys(used, KEYS, new_key or key), None)
    if free is None:
        raise Refused("no_key_left", _("All twelve keys of that menu are in use."), "to")
    return free


def _check_new_parent(parents: menu_shape.Parents, menu: Menu, parent: Menu | None) -> None:
    """Only a level without a key is hung elsewhere by its parent: a key is moved instead."""
    if MenuOption.objects.filter(submenu=menu.pk).exists():
        message = _("A key leads to this menu: move that key, and the menu goes with it.")
        raise Refused("menu_has_a_key", message, "parent")
    if parent is not None:
        menu_options.check_not_in_use([menu.pk])
        _check_hangs(parents, menu.pk, parent.pk)


def _check_hangs(parents: menu_shape.Parents, menu: int, under: int) -> None:
    menu_options.check_hangs(parents, menu, under, "parent")


def _delete(parents: menu_shape.Parents, menu: Menu) -> None:
    doomed = menu_shape.subtree(parents, menu.pk)
    menu_options.check_not_in_use(doomed)
    for each in doomed:
        menu_trees.let_go(each)
    # a key that leads to a level restricts its deletion, also where it goes along
    MenuOption.objects.filter(menu__in=doomed).delete()
    menu.delete()
