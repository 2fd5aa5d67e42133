"""Signing in and out, as a person does it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from selenium.webdriver.common.keys import Keys

from scheduling.enums import Role
from scheduling.tests.logins import login
from tests.browser.conftest import Site
from tests.browser.driver import Browser

PASSWORD = "correct horse battery staple"


@pytest.fixture
def manager(site: Site) -> User:
    user = login(Role.MANAGER)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_manager_signs_in_and_sees_the_home_page(manager: User, browser: Browser) -> None:
    browser.open("/")
    browser.write("#id_username", manager.username)
    browser.write("#id_password", PASSWORD)
    browser.press(Keys.ENTER)
    browser.until(lambda: browser.path == "/admin/", "the home page")


def test_a_wrong_password_is_told_and_lets_nobody_in(manager: User, browser: Browser) -> None:
    browser.open("/admin/login/")
    browser.write("#id_username", manager.username)
    browser.write("#id_password", "wrong")
    browser.press(Keys.ENTER)
    browser.see("[role=alert], .errornote", "password")
    assert browser.path == "/admin/login/"
