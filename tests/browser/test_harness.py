"""The harness sees what it promises to see."""

from __future__ import annotations

import re

import pytest

from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser


@pytest.fixture
def page(site: Site, browser: Browser) -> Browser:
    browser.open("/admin/login/")
    return browser


def test_an_error_of_a_script_is_a_problem(page: Browser) -> None:
    page.run("setTimeout(() => { throw new Error('broken'); })")
    (problem,) = page.until(page.problems, "the error")
    assert "broken" in problem


def test_what_the_security_policy_forbids_is_a_problem(page: Browser) -> None:
    page.run("document.body.setAttribute('style', 'color: red')")
    assert page.run("return document.body.style.color") == ""
    told = "security policy:.*style-src-attr.*inline"
    page.until(lambda: any(re.search(told, line) for line in page.problems()), "the violation")


def test_an_expected_error_is_none(page: Browser) -> None:
    page.expect("status of 404")
    page.open("/nowhere")
    assert page.problems() == []


def test_axe_tells_what_has_no_name(page: Browser) -> None:
    page.run("document.querySelector('form').append(document.createElement('input'))")
    assert any(line.startswith("label:") for line in axe.violations(page))


def test_a_browser_stands_in_the_zone_it_is_given(page: Browser) -> None:
    page.zone("Pacific/Auckland")
    zone = "return Intl.DateTimeFormat().resolvedOptions().timeZone"
    assert page.run(zone) == "Pacific/Auckland"
