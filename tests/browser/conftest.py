"""A browser for each test, and a site for it to look at."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from oncall_portal.testing import VAR
from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.logins import login
from tests.browser import driver, underway
from tests.browser.driver import Browser
from tests.browser.rota import Rota

PICTURES = VAR / "test" / "browser"
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Note for the browser whether the test failed, so that it leaves a picture."""
    report: Any = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


def _process_browser() -> Iterator[Browser]:
    if reason := driver.missing():
        # elsewhere a person reads the reason; what continuous integration skips nobody misses
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with driver.started() as browser:
        yield browser


first_chromium = pytest.fixture(scope="session", name="first_chromium")(_process_browser)
second_chromium = pytest.fixture(scope="session", name="second_chromium")(_process_browser)


@pytest.fixture
def browser(
    first_chromium: Browser, request: pytest.FixtureRequest, settings: Any
) -> Iterator[Browser]:
    """A browser as new; its console must stay without errors, and the policy unbroken.

    It leaves its page before the test's `settings` are undone: a page that still plays asks on.
    """
    with _for_a_test(first_chromium, request) as browser:
        yield browser


@pytest.fixture
def other_browser(
    second_chromium: Browser, request: pytest.FixtureRequest, settings: Any
) -> Iterator[Browser]:
    """Another person's browser, beside `browser`."""
    with _for_a_test(second_chromium, request) as browser:
        yield browser


@contextmanager
def _for_a_test(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Browser]:
    underway.watch()
    browser.renew()
    yield browser
    problems = browser.problems()
    if problems or request.node.stash.get(_FAILED, False):
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", request.node.nodeid).strip("-")
        browser.driver.save_screenshot(str(PICTURES / f"{name}.png"))
    browser.driver.get("about:blank")  # it asks nothing more of a database that is being emptied,
    assert underway.wait(driver.PATIENCE_S)  # and what it asked before has let go of it
    assert problems == []


@dataclass(frozen=True)
class Site:
    """The portal's web server in this process, over the test's own database."""

    url: str

    def enter(self, browser: Browser, role: Role = Role.ADMINISTRATOR) -> User:
        """Sign somebody of this role in, by a session cookie; return their login."""
        user = login(role)
        self.enter_as(browser, user)
        return user

    def enter_as(self, browser: Browser, user: User) -> None:
        """Sign this user in, by a session cookie."""
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        browser.base = self.url
        browser.cdp("Network.setCookie", name=name, value=value, url=self.url, httpOnly=True)


@pytest.fixture
def site(transactional_db: None, live_server: LiveServer, browser: Browser) -> Site:
    """The portal's pages, for `browser`; it is left before the database is emptied."""
    browser.base = live_server.url
    return Site(live_server.url)


@pytest.fixture
def rota(site: Site, browser: Browser) -> Rota:
    """An empty rota in Paris, looked at by a manager."""
    site.enter(browser, Role.MANAGER)
    return Rota(browser, build.schedule("Paris"))


@pytest.fixture
def alice(rota: Rota) -> Staff:
    """Somebody who can be put on it."""
    return build.staff("Alice Martin")
