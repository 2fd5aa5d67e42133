"""The settings page: what is set once and what is kept, to whoever may see it."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client

from scheduling.enums import Role
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db


def links(role: Role) -> list[str]:
    page = Client()
    page.force_login(login(role))
    body = page.get("/admin/settings/").content.decode()
    main = body[body.index("<main") : body.index("</main>")]
    return re.findall(r'href="([^"]+)"', main)


def test_every_entry_leads_to_a_page_that_opens() -> None:
    page = Client()
    page.force_login(login(Role.ADMINISTRATOR))
    found = re.findall(r'<p><a href="([^"]+)"', page.get("/admin/settings/").content.decode())
    assert len(found) >= 20
    assert {address for address in found if page.get(address).status_code != 200} == set()


def test_logins_and_workings_are_for_administrators() -> None:
    boss, manager = links(Role.ADMINISTRATOR), links(Role.MANAGER)
    assert {"/admin/auth/user/", "/admin/django_celery_beat/periodictask/"} <= set(boss)
    assert not [address for address in manager if "/auth" in address or "celery" in address]
    assert "/admin/scheduling/organisation/" in manager


def test_the_desk_phones_are_offered_to_managers_while_the_platform_is_played(
    settings: Any,
) -> None:
    assert "/phones/" in links(Role.MANAGER)  # the tests' platform is this machine
    assert "/phones/" not in links(Role.SUPERVISOR)
    assert portal.VONAGE is not None
    settings.VONAGE = dataclasses.replace(portal.VONAGE, api_host="api.nexmo.com")
    assert "/phones/" not in links(Role.ADMINISTRATOR)
