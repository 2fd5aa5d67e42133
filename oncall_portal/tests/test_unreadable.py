"""Addresses that no database can be asked with are refused, wherever they lead."""

from __future__ import annotations

import pytest
from django.test import Client

from scheduling.enums import Role
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/admin/inbox/?q=%00",
        "/admin/inbox/part/?outcome=a%00b",
        "/admin/telephony/call/?outcome=%00",
        "/admin/telephony/call/export/csv/?outcome=%00",
        "/admin/telephony/job/?state__exact=%00",
        "/api/v1/jobs/?state=%00",
        "/admin/login/?%00=x",
    ],
)
def test_a_null_character_in_an_address_is_a_bad_request(address: str) -> None:
    browser = Client()
    browser.force_login(login(Role.MANAGER))
    assert browser.get(address).status_code == 400


def test_rows_that_nobody_can_filter_by_are_a_bad_request_while_the_list_stands_open() -> None:
    browser = Client()
    browser.force_login(login(Role.MANAGER))
    assert browser.get("/admin/telephony/call/live/?nothing=1").status_code == 400


def test_half_a_character_is_refused_by_the_api_and_not_sent_back() -> None:
    browser = Client()
    browser.force_login(login(Role.MANAGER))
    body = r'{"title": "\ud800", "notes": "\ud800", "caller": "\ud800", "address": "x"}'
    answer = browser.post("/api/v1/jobs/", body, content_type="application/json")
    assert answer.status_code == 400
    assert {each["field"] for each in answer.json()["errors"]} == {"title", "notes", "caller"}
