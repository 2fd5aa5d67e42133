"""The bar of every page holds what fits, whatever things are called and however wide it is."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests import build
from tests.browser.conftest import Site
from tests.browser.driver import Browser

WIDTHS = (900, 1024, 1200, 1320, 1400, 1440, 1600, 1920)
# What can be seen of each part, as [name, left, right]; chips that fell into the second row cannot.
_PARTS = """
const row = document.querySelector(".oncall").getBoundingClientRect();
const parts = document.querySelectorAll(".brand, .tasks a, .oncall a, .langs, .me > summary");
return [...parts]
  .map(part => [part.closest(".oncall") ? "chip" : part.textContent, part.getBoundingClientRect()])
  .filter(([name, box]) => box.width && !(name === "chip" && box.top >= row.bottom))
  .map(([name, box]) => [name, box.left, box.right]);
"""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_in_it_lies_on_something_else(site: Site, browser: Browser, language: str) -> None:
    build.organisation(build.staff("Zoé Lemaître"), name="Société des Chauffages du Grand Ouest")
    now = clock.now()
    for name in ("Astreinte plomberie Paris", "Garde chauffage de Montréal", "Informatique"):
        rota = build.schedule(name)
        build.shift(rota, build.staff("Maximilienne Delacroix"), now, now + timedelta(days=1))
    site.enter(browser, Role.MANAGER)
    browser.cdp("Network.setCookie", name="django_language", value=language, url=site.url)
    for width in WIDTHS:
        browser.screen(width, 900)
        browser.open("/admin/")
        assert browser.run("return document.documentElement.lang") == language
        assert _overlaps(browser.run(_PARTS)) == [], f"{width} pixels wide"


def test_as_many_schedules_stand_in_it_as_there_is_room_for(site: Site, browser: Browser) -> None:
    build.organisation(build.staff("Zoé Lemaître"))
    now = clock.now()
    for name in ("Paris", "Montréal", "Lyon"):
        build.shift(build.schedule(name), build.staff("Max"), now, now + timedelta(days=1))
    site.enter(browser, Role.MANAGER)
    shown = {}
    for width in (1024, 1280, 1920):
        browser.screen(width, 900)
        browser.open("/admin/")
        shown[width] = sum(part[0] == "chip" for part in browser.run(_PARTS))
    assert (shown[1024], shown[1280] > 0, shown[1920]) == (0, True, 3)


def _overlaps(parts: list[list[Any]]) -> list[tuple[str, str]]:
    in_order = sorted(parts, key=lambda part: part[1])
    pairs = pairwise(in_order)
    return [(one[0], other[0]) for one, other in pairs if one[2] > other[1] + 0.5]
