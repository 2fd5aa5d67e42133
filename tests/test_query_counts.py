"""Every list does the same number of queries, however long it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oncall_portal.urls import router
from scheduling.enums import Role
from scheduling.tests.logins import client, login
from tests import rows

pytestmark = pytest.mark.django_db


def queries(page: Any, address: str) -> tuple[int, int]:
    """Return how many queries an address did, and how many rows it showed (200 only)."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = page.get(address)
    assert answer.status_code == 200, answer.content
    if "json" in answer["Content-Type"]:
        return len(captured), answer.json()["count"]
    return len(captured), answer.context["cl"].result_count


@pytest.mark.parametrize("role", [Role.STAFF, Role.MANAGER])
@pytest.mark.parametrize("prefix", [prefix for prefix, _view, _name in router.registry])
def test_a_list_of_the_api(prefix: str, role: Role) -> None:
    api, address = client(role), f"/api/v1/{prefix}/?page_size=500"
    if role is Role.STAFF and api.get(address).status_code == 403:
        return
    rows.fill(3)
    few, seen = queries(api, address)
    rows.fill(27)
    many, all_seen = queries(api, address)
    assert few == many
    if role is Role.MANAGER:
        assert (seen >= 3, all_seen >= 30) == (True, True)


@pytest.mark.parametrize("model", list(admin.site._registry))
def test_a_list_of_the_admin(model: Any) -> None:
    page = Client()
    page.force_login(login(Role.ADMINISTRATOR))
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    rows.fill(3)
    few, _seen = queries(page, address)
    rows.fill(27)
    many, all_seen = queries(page, address)
    assert few == many
    if model._meta.app_label in {"scheduling", "telephony", "voicemail", "outbox"}:
        assert all_seen >= 30 or model._meta.model_name == "organisation"
