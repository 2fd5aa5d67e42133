"""The keys of a level, written as a whole: what each may lead to, and which level hangs where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oncall_portal.lib import rows, texts
from oncall_portal.lib.errors import Conflict, Refused
from telephony import destinations, menu_shape
from telephony.enums import GoalKind
from telephony.menus import MOST_LEVELS
from telephony.models import ClosedRoute, Menu, MenuOption, PhoneNumber
from telephony.models.menus import KEYS, OTHERWISE

# what follows no key and so on, by the name of the level's value
ON = {f"on_{key}": key for key in OTHERWISE}
_MENU = GoalKind.MENU.value


def lock_all() -> dict[int, int | None]:
    """Let nobody else write menus until this transaction ends; return the parent of each.

    Two people who hang two menus under each other would otherwise make a loop.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('menus'))")
    return parents()


def parents() -> dict[int, int | None]:
    """Return the level above each, None for a root."""
    return dict(Menu.objects.values_list("pk", "parent_id"))


def write(menu: Menu, keys: Mapping[str, Any], shape: Mapping[int, int | None]) -> None:
    """Replace the keys of a level by `options`, and what is given of `on_no_key` and so on."""
    for name, key in ON.items():
        if name in keys:
            menu.options.filter(key=key).delete()
            if keys[name] is not None:
                _write_otherwise(menu, key, keys[name])
    if "options" not in keys:
        return
    check_once([option["key"] for option in keys["options"]])
    menu.options.filter(key__in=KEYS).delete()
    for index, option in enumerate(keys["options"]):
        _write_option(menu, index, option, shape)


def check_once(keys: Sequence[str]) -> None:
    """Raise Refused when a key stands there twice."""
    for index, key in enumerate(keys):
        if key in keys[:index]:
            field = f"options[{index}].key"
            raise Refused("key_twice", _("Key %(key)s is used already.") % {"key": key}, field)


def _write_option(
    menu: Menu, index: int, option: Mapping[str, Any], shape: Mapping[int, int | None]
) -> None:
    field = f"options[{index}]"
    goes_to = option["goes_to"]
    if goes_to["kind"] == _MENU and goes_to.get("target") is None and goes_to.get("new"):
        goes_to = {**goes_to, "target": _new_level(menu, option, shape, field)}
    found = destinations.columns(goes_to, option.get("mailbox"), f"{field}.goes_to")
    if (child := found.get("submenu_id")) is not None:
        _hang(child, menu, shape, f"{field}.goes_to.target")
    row = MenuOption(menu=menu, key=option["key"], position=index + 1, **found)
    row.name = option.get("name") or {}
    rows.save(row)


def _new_level(
    menu: Menu, option: Mapping[str, Any], shape: Mapping[int, int | None], field: str
) -> int:
    check_hangs({**shape, 0: None}, 0, menu.pk, f"{field}.goes_to")
    name = texts.choose(option.get("name") or {}, get_language() or "en")
    name = name or _("Key %(key)s of %(menu)s") % {"key": option["key"], "menu": menu.name}
    return rows.create(Menu, {"name": name[:80], "parent": menu}).pk


def _hang(child: int, menu: Menu, shape: Mapping[int, int | None], field: str) -> None:
    """Hang a level under `menu`; its own version stays, since nothing of its own changed."""
    if child in shape:
        check_hangs(shape, child, menu.pk, field)
    other = MenuOption.objects.filter(submenu=child).select_related("menu").first()
    if other is not None:
        place = {"key": other.key, "menu": other.menu.name}
        message = _("Key %(key)s of “%(menu)s” leads to this menu already.")
        raise Refused("menu_has_a_key", message % place, field)
    if shape.get(child, menu.pk) != menu.pk:
        check_not_in_use([child], field)
    Menu.objects.filter(pk=child).update(parent=menu)


def check_hangs(
    shape: Mapping[int, int | None], menu: int, under: int, field: str | None = None
) -> None:
    """Raise Refused where a level would lead back to itself, or lie too deep."""
    match menu_shape.problem(shape, menu, under):
        case "menu_loop":
            raise Refused("menu_loop", _("A menu cannot lead back to itself."), field)
        case "menu_too_deep":
            message = _("A menu has at most %(most)d levels.") % {"most": MOST_LEVELS}
            raise Refused("menu_too_deep", message, field)


def check_not_in_use(menus: Collection[int], field: str | None = None) -> None:
    """Raise Conflict, or Refused at `field`, saying which numbers begin with one of `menus`."""
    used = [
        *PhoneNumber.objects.filter(menu__in=menus).values_list("name", flat=True),
        *ClosedRoute.objects.filter(submenu__in=menus).values_list("phone_number__name", flat=True),
    ]
    if not used:
        return
    names = ", ".join(f"“{name}”" for name in dict.fromkeys(used))
    message = _("It answers the calls of %(names)s: give these numbers another menu first.")
    told = message % {"names": names}
    if field is not None:
        raise Refused("menu_in_use", told, field)
    raise Conflict("in_use", told)


def _write_otherwise(menu: Menu, key: str, goes_to: Mapping[str, Any]) -> None:
    field = f"on_{key}"
    kind = goes_to["kind"]
    if kind == _MENU:
        message = _("Without the right key nobody is led to another menu.")
        raise Refused("leads_to_a_menu", message, field)
    asks_again = {GoalKind.REPEAT.value, *([GoalKind.BACK.value] if menu.parent_id is None else [])}
    if key == "too_many" and kind in asks_again:
        message = _("After too many tries it is not asked again: say where it ends.")
        raise Refused("asks_for_ever", message, field)
    found = destinations.columns(goes_to, goes_to.get("mailbox"), field)
    rows.save(MenuOption(menu=menu, key=key, position=0, **found))
