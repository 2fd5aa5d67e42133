"""The page where a calendar file becomes shifts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Schedule, Shift
from scheduling.tests import build
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db
GOOGLE = Path(__file__).parent / "calendars" / "google.ics"


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.driven_by(lambda: datetime(2026, 11, 26, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def boss() -> Client:
    browser = Client()
    browser.force_login(login(Role.MANAGER))
    return browser


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def page(rota: Schedule) -> str:
    return reverse("admin:scheduling_schedule_import_calendar", args=[rota.pk])


def look(boss: Client, rota: Schedule, data: bytes | None = None) -> str:
    file = SimpleUploadedFile("rota.ics", GOOGLE.read_bytes() if data is None else data)
    return str(boss.post(page(rota), {"file": file}).content.decode())


def form(shown: str, **changes: Any) -> dict[str, Any]:
    """Return what the mapping's form would send."""
    (sealed,) = set(re.findall(r'name="sealed" value="([^"]+)"', shown))
    return {"sealed": sealed, "by": "title", **changes}


def test_a_file_is_looked_at_mapped_and_imported(boss: Client, rota: Schedule) -> None:
    amelie, bruno = build.staff("Amélie Martin"), build.staff("Bruno Petit")
    shown = look(boss, rota)
    assert f'<option value="staff:{amelie.pk}" selected>' in shown
    assert "2 events stand in the way" in shown
    assert "9 new, 0 there already, 0 left out" in shown
    chosen = {"who-0": f"staff:{amelie.pk}", "level-0": "1"}
    chosen |= {"who-1": f"staff:{bruno.pk}", "level-1": "2"}
    shown = boss.post(page(rota), form(shown, act="look", **chosen)).content.decode()
    assert "11 new, 0 there already, 0 left out" in shown
    assert not Shift.objects.exists()
    done = boss.post(page(rota), form(shown, act="import", **chosen), follow=True)
    assert "11 shifts imported." in done.content.decode()
    assert Shift.objects.filter(level=2).count() == 2


def test_what_is_in_the_way_is_shown_and_nothing_is_imported(boss: Client, rota: Schedule) -> None:
    amelie = build.staff("Amélie Martin")
    chosen = {"who-0": f"staff:{amelie.pk}", "level-0": "1", "who-1": "", "level-1": "1"}
    answer = boss.post(page(rota), form(look(boss, rota), act="import", **chosen))
    assert "Say whom “Astreinte : Bruno” puts on call, or leave it out." in answer.content.decode()
    assert not Shift.objects.exists()


def test_events_are_told_apart_by_who_is_invited_on_demand(boss: Client, rota: Schedule) -> None:
    answer = boss.post(page(rota), form(look(boss, rota), act="by", by="people"))
    assert '<th scope="row">Amélie Martin</th>' in answer.content.decode()


def test_a_bad_file_is_told_at_its_field(boss: Client, rota: Schedule) -> None:
    shown = look(boss, rota, b"name,from,to")
    assert "This is not a calendar file" in shown
    assert 'aria-invalid="true"' in shown


def test_a_large_file_is_refused_before_anybody_reads_it(boss: Client, rota: Schedule) -> None:
    length: Any = {"CONTENT_LENGTH": str(50 * 1024 * 1024)}
    answer = boss.generic("POST", page(rota), b"", "multipart/form-data; boundary=x", **length)
    assert "A calendar file has 5 MB at most" in answer.content.decode()


def test_a_form_without_the_secret_of_the_page_is_refused(rota: Schedule) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(login(Role.MANAGER))
    assert browser.post(page(rota), {"sealed": "x"}).status_code == 403


def test_what_was_not_looked_at_here_is_not_imported(boss: Client, rota: Schedule) -> None:
    other = build.schedule("Lyon")
    answer = boss.post(page(other), form(look(boss, rota), act="import"))
    assert "choose the file again" in answer.content.decode()
    assert not Shift.objects.exists()


def test_only_managers_see_it(rota: Schedule) -> None:
    browser = Client()
    browser.force_login(login(Role.SUPERVISOR))
    assert browser.get(page(rota)).status_code == 403
