"""One look at every page of a part: in both themes by axe, and on the narrowest telephone."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User

from tests.browser import axe, pages
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.pages import Page

NARROW = (360, 740)
WIDE = (1280, 900)
_OVERFLOW = """const page = document.scrollingElement;
return page.scrollWidth > page.clientWidth ? page.scrollWidth : 0;"""


def wrong(part: str, site: Site, browser: Browser, user: User) -> dict[str, list[str]]:
    """Look at every page of a part; return what is wrong, page by page."""
    found = {}
    for page in pages.pages(part, user):
        if page.signed_in:
            site.enter_as(browser, user)
        else:
            browser.cdp("Network.clearBrowserCookies")
        if wrongs := list(_look(browser, page)):
            found[page.name] = wrongs
    return found


def _look(browser: Browser, page: Page) -> Iterator[str]:
    browser.screen(*WIDE)
    browser.theme("light")
    browser.open(page.path)
    own = f"{browser.base}{page.path} - Failed to load resource: the server responded with a status"
    yield from (line for line in browser.problems() if page.status == 200 or own not in line)
    yield from (f"light: {line}" for line in axe.violations(browser))
    browser.theme("dark")
    yield from (f"dark: {line}" for line in axe.violations(browser, axe.COLOURS))
    browser.screen(*NARROW, touch=True)
    yield from (f"narrow: {line}" for line in axe.violations(browser))
    if width := browser.run(_OVERFLOW):
        yield f"{width} pixels wide where the screen has {NARROW[0]}"
    yield from browser.problems()
