"""Every page of this part, in both themes and at 360 pixels."""

from __future__ import annotations

from tests.browser import sweep
from tests.browser.conftest import Site
from tests.browser.driver import Browser


def test_every_page_is_sound(site: Site, browser: Browser) -> None:
    browser.expect(r"/phones/state\?\S* .*status of 503")  # no emulator runs: the desk says so
    sweep.look("rest", site, browser)
