"""The generated stylesheet of people's colours."""

from __future__ import annotations

import pytest
from django.test import Client

from scheduling.colours import PALETTE
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db


def test_a_class_for_each_colour_once_with_the_ink_that_reads_best() -> None:
    build.staff("A", colour="#7c1556")
    build.staff("B", colour="#7c1556")
    build.service("C", colour="#123456")
    answer = Client().get("/colours.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    rules = answer.content.decode().splitlines()
    assert rules.count(".c-7c1556 { --p: #7c1556; --p-on: #ffffff; }") == 1
    assert rules.count(".c-123456 { --p: #123456; --p-on: #ffffff; }") == 1
    # and the palette, so that a colour can be chosen that nobody has
    assert rules.count(".c-e6964f { --p: #e6964f; --p-on: #000000; }") == 1
    assert len(rules) == len(PALETTE) + 1


def test_a_page_links_the_sheet_of_this_moment_and_it_may_be_kept() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    build.staff("A", colour="#7c1556")
    first = page.get("/admin/").context["colours_version"]
    link = f"/colours.css?v={first}"
    assert f'href="{link}"' in page.get("/admin/").content.decode()
    assert page.get(link)["Cache-Control"] == "public, max-age=31536000, immutable"
    build.staff("B", colour="#e6964f")
    assert page.get("/admin/").context["colours_version"] != first
    assert page.get(link)["Cache-Control"] == "no-cache"
