"""Menus in few words, written by the services."""

from __future__ import annotations

from typing import Any

import pytest

from oncall_portal.lib.errors import Refused
from telephony import destinations, menu_services
from telephony.models import Menu, MenuOption, MenuVersion
from telephony.models.menus import KEYS


def key(pressed: str, kind: str = "voicemail", target: Any = None, **more: Any) -> dict[str, Any]:
    return {"key": pressed, "goes_to": {"kind": kind, "target": target}, **more}


def new(name: str = "Main", *options: dict[str, Any], **values: Any) -> Menu:
    return menu_services.create_menu({"name": name, "options": options, **values})


def below(parent: Menu, name: str, *options: dict[str, Any]) -> Menu:
    """Hang a new level under the next free key of `parent`."""
    child = new(name, *options)
    now = parent.options.filter(key__in=KEYS)
    rows = [key(row.key, row.kind, destinations.target(row)) for row in now]
    hung = key("123456789"[len(rows)], "menu", child.pk)
    menu_services.change_menu(parent.pk, fresh(parent).version, {"options": [*rows, hung]})
    return fresh(child)


def fresh(menu: Menu) -> Menu:
    return Menu.objects.get(pk=menu.pk)


def keys(menu: Menu) -> str:
    return "".join(menu.options.order_by("position").values_list("key", flat=True))


def move(menu: Menu, pressed: str, to: Menu, at: int = 0, new_key: str = "") -> MenuOption:
    versions = fresh(menu).version, fresh(to).version
    return menu_services.move_option(menu.pk, versions[0], pressed, to.pk, versions[1], at, new_key)


def mailbox(name: str) -> Any:
    model: Any = Menu._meta.get_field("mailbox").related_model
    return model.objects.create(name=name)


def code(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, str | None]:
    return refused.value.code, refused.value.field


def saved() -> list[tuple[str | None, int]]:
    """Return the versions of all menus, the oldest first."""
    found = MenuVersion.objects.order_by("pk").select_related("root")
    return [(row.root.name if row.root else None, row.number) for row in found]
