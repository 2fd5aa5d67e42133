"""One look at every page of a part: in both themes by axe, and on the narrowest telephone."""

from __future__ import annotations

from collections.abc import Iterator

from tests.browser import axe, company, pages
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.pages import Page

NARROW = (360, 740)
WIDE = (1280, 900)
_OVERFLOW = """const page = document.scrollingElement;
return page.scrollWidth > page.clientWidth ? page.scrollWidth : 0;"""


def look(part: str, site: Site, browser: Browser) -> None:
    """Look at every page of a part; fail with all that is wrong, page by page."""
    company.create()
    user = site.enter(browser)
    wrongs = []
    for page in pages.pages(part, user):
        if page.signed_in:
            site.enter_as(browser, user)
        else:
            browser.cdp("Network.clearBrowserCookies")
        wrongs += [f"{page.name} {line}" for line in _look(browser, page)]
    assert not wrongs, "\n".join(wrongs)


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
