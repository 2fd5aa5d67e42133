"""Every list does the same number of queries, however long it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oncall_portal.urls import router
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import client, login
from tests import rows
from tests.every_url_table import RESOURCES
from voicemail.models import VoicemailMessage

pytestmark = pytest.mark.django_db
BOXES = ("todo", "promises", "all", "jobs")


def queries(page: Any, addresses: Iterable[str]) -> dict[str, int]:
    """Return how many queries each address did to answer."""
    found = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            answer = page.get(address)
        assert answer.status_code == 200, answer.content
        found[address] = len(captured)
    return found


def counted(page: Any, addresses: list[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the queries of each address with 3 rows of everything, and with 30."""
    rows.fill(3)
    few = queries(page, addresses)
    rows.fill(27)
    return few, queries(page, addresses)


@pytest.mark.parametrize("role", [Role.STAFF, Role.MANAGER])
def test_the_lists_of_the_api(role: Role) -> None:
    api = client(role)
    lists = [f"/api/v1/{prefix}/?page_size=500" for prefix, _view, _name in router.registry]
    few, many = counted(api, [address for address in lists if api.get(address).status_code == 200])
    assert few == many
    seen = [listed[list(Role).index(role)] for listed, _row, _written in RESOURCES.values()]
    assert len(few) == seen.count(200)


def test_the_manager_sees_all_the_rows_that_were_counted() -> None:
    api = client(Role.MANAGER)
    rows.fill(30)
    for prefix, _view, _name in router.registry:
        assert api.get(f"/api/v1/{prefix}/").json()["count"] >= 30


def test_the_lists_of_the_admin() -> None:
    build.organisation()
    page = Client()
    page.force_login(login(Role.ADMINISTRATOR))
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
        if model is not VoicemailMessage  # the inbox has them
    ]
    lists += [f"/admin/inbox/{part}?box={box}" for part in ("", "part/") for box in BOXES]
    few, many = counted(page, lists)
    assert few == many
