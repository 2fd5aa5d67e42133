"""The page of a menu, as a test speaks of it: levels, keys, and points between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telephony import menu_services
from telephony.models import Menu
from telephony.models.menus import KEYS
from tests.browser.driver import Browser, Point


@dataclass(frozen=True)
class MenuPage:
    """A menu with three keys, the third of which leads to a level of two more."""

    browser: Browser
    root: Menu
    below: Menu

    def open(self) -> None:
        """Open the page and wait until it can be used."""
        self.browser.open(f"/admin/telephony/menu/{self.root.pk}/change/")
        self.browser.see("#menu-live[data-ready]")

    def key(self, pressed: str, menu: Menu | None = None) -> str:
        """Return what finds a key of a level, by default of the first."""
        level = self.root if menu is None else menu
        return f"[data-key='option-{level.pk}-{pressed}'] > .menu-row"

    def button(self, pressed: str, menu: Menu | None = None) -> str:
        """Return what finds the button of a key."""
        return f"{self.key(pressed, menu)} [data-edit-key]"

    def upper(self, pressed: str, menu: Menu | None = None) -> Point:
        """Return the upper edge of a key, where one lands before it."""
        return self.browser.point(self.key(pressed, menu), at=(0.5, 0.1))

    def end(self, menu: Menu) -> Point:
        """Return where one lands after the last key of a level."""
        return self.browser.point(f"[data-key='otherwise-{menu.pk}'] > .menu-row", at=(0.5, 0.1))

    def said(self, text: str) -> None:
        """Wait for the page to say what came of it."""
        self.browser.see(".toast", text)


def two_levels() -> tuple[Menu, Menu]:
    """Create that menu; its keys have names in both languages."""
    name = {"fr": "un message", "en": "a message"}
    below = menu_services.create_menu(
        {"name": "Contracts", "options": [option("1", "a bill"), option("2", "a meeting")]}
    )
    leads = {"kind": "menu", "target": below.pk}
    third = {"key": "3", "name": {"fr": "un contrat", "en": "a contract"}, "goes_to": leads}
    options = [{**option("1", "a leak"), "name": name}, option("2", "heating"), third]
    welcome = {"fr": "Bonjour.", "en": "Hello."}
    root = menu_services.create_menu({"name": "Main", "welcome": welcome, "options": options})
    return root, below


def option(key: str, name: str) -> dict[str, Any]:
    """Return a key that takes a message."""
    return {"key": key, "name": {"fr": name, "en": name}, "goes_to": {"kind": "voicemail"}}


def keys(menu: Menu) -> str:
    """Return the keys of a level in their order."""
    rows = menu.options.filter(key__in=KEYS).order_by("position")
    return "".join(rows.values_list("key", flat=True))
