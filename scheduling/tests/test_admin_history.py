"""The log of operations in the admin: read by supervisors, written by nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling import services
from scheduling.enums import Role
from scheduling.models import RotaOperation
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Client:
    browser = Client()
    browser.force_login(login(Role.SUPERVISOR))
    return browser


def change() -> RotaOperation:
    """Write a shift; return the entry."""
    row: dict[str, Any] = {"schedule": build.schedule("Nights"), "staff": build.staff("Bruno")}
    services.create_shift({**row, "starts_at": at(17), "ends_at": at(31)})
    return RotaOperation.objects.get()


def test_the_list_tells_each_change_in_a_sentence(page: Client) -> None:
    change()
    shown = page.get(reverse("admin:scheduling_rotaoperation_changelist"))
    assert "Bruno, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added" in shown.content.decode()


def test_an_entry_shows_every_value_and_offers_nothing_to_write(page: Client) -> None:
    entry = change()
    address = reverse("admin:scheduling_rotaoperation_change", args=[entry.pk])
    shown = page.get(address)
    after = json.dumps(entry.changes[0]["after"], ensure_ascii=False)
    assert after in shown.content.decode().replace("&quot;", '"')
    assert page.post(address, {"author_name": "x"}).status_code == 403
    assert page.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
    entry.refresh_from_db()
    assert entry.author_name == ""


def test_the_entry_of_a_schedule_that_was_deleted_is_still_shown(page: Client) -> None:
    entry = change()
    services.undo(entry.schedule_id or 0)
    services.delete_schedule(entry.schedule_id or 0, 1)
    shown = page.get(reverse("admin:scheduling_rotaoperation_changelist")).content.decode()
    assert "Undone: Bruno, Mon 4 Jan, 17:00 → Tue 5 Jan, 07:00, added" in shown
    assert shown.count("Nights") >= 2
