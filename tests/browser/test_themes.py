"""The page follows the theme that the system prefers."""

from __future__ import annotations

from tests.browser.conftest import Site
from tests.browser.driver import Browser


def test_a_page_is_light_or_dark_as_the_system_prefers(site: Site, browser: Browser) -> None:
    browser.open("/admin/login/")
    grounds = []
    for theme in ("light", "dark"):
        browser.theme(theme)
        grounds.append(browser.run("return getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(245, 245, 242)", "rgb(14, 16, 19)"]
