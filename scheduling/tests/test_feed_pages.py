"""The page where people get a private calendar address."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling import services
from scheduling.enums import Role
from scheduling.feed_content import address_of
from scheduling.models import CalendarFeed, Schedule, Staff
from scheduling.tests import build
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db


def visitor(role: Role) -> Client:
    browser = Client()
    browser.force_login(login(role))
    return browser


def page_of(row: Schedule | Staff) -> str:
    return reverse(f"admin:scheduling_{row._meta.model_name}_subscribe", args=[row.pk])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_address_is_made_shown_renewed_and_revoked() -> None:
    boss, rota = visitor(Role.MANAGER), build.schedule("Paris")
    page = page_of(rota)
    assert "Make a private address" in text(boss.get(page))
    assert boss.post(page, {"act": "create"}).status_code == 302
    first = CalendarFeed.objects.get()
    assert address_of(first) in text(boss.get(page))
    boss.post(page, {"act": "renew", "feed": first.pk, "version": 1})
    second = CalendarFeed.objects.get(revoked_at=None)
    shown = text(boss.get(page))
    assert address_of(second) in shown
    assert address_of(first) not in shown
    boss.post(page, {"act": "revoke", "feed": second.pk, "version": 1})
    assert not CalendarFeed.objects.filter(revoked_at=None).exists()


def test_schedules_and_people_lead_to_it() -> None:
    boss, rota, alice = visitor(Role.MANAGER), build.schedule("Paris"), build.staff("Alice")
    for row in (rota, alice):
        change = reverse(f"admin:scheduling_{row._meta.model_name}_change", args=[row.pk])
        assert f'href="{page_of(row)}"' in text(boss.get(change))


def test_a_supervisor_subscribes_to_schedules_and_to_themselves_only() -> None:
    guest = visitor(Role.SUPERVISOR)
    rota, alice = build.schedule("Paris"), build.staff("Alice")
    me = Staff.objects.get(name="Supervisor")
    others = services.create_feed({"schedule": rota})
    assert address_of(others) not in text(guest.get(page_of(rota)))
    assert [guest.get(page_of(row)).status_code for row in (me, alice)] == [200, 403]
    change = reverse("admin:scheduling_staff_change", args=[alice.pk])
    assert page_of(alice) not in text(guest.get(change))


def test_what_is_not_theirs_is_not_revoked() -> None:
    guest, rota = visitor(Role.SUPERVISOR), build.schedule("Paris")
    others = services.create_feed({"schedule": rota})
    sent = {"act": "revoke", "feed": others.pk, "version": 1}
    assert guest.post(page_of(rota), sent).status_code == 404
    assert CalendarFeed.objects.filter(revoked_at=None).exists()


def test_a_change_by_another_is_told() -> None:
    boss, rota = visitor(Role.MANAGER), build.schedule("Paris")
    feed = services.create_feed({"schedule": rota})
    sent = {"act": "revoke", "feed": feed.pk, "version": 7}
    answer = boss.post(page_of(rota), sent, follow=True)
    assert "It was changed by someone else since: look again." in text(answer)
    assert CalendarFeed.objects.filter(revoked_at=None).exists()
