"""A manager writes down who can be on call."""

from __future__ import annotations

import pytest

from scheduling.enums import Role
from scheduling.models import Staff
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.test_calls import add_person


@pytest.fixture(autouse=True)
def _manager(site: Site, browser: Browser) -> None:
    site.enter(browser, Role.MANAGER)


def test_a_person_is_added_with_two_numbers_in_order(browser: Browser) -> None:
    add_person(browser, "Dora Petit", "01 99 00 01 71", "02 61 91 01 72")
    numbers = Staff.objects.get().numbers.order_by("position")
    assert [str(row.number) for row in numbers] == ["+33199000171", "+33261910172"]
