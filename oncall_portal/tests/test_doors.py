"""Signing in and out, each person's language, the clock of the house, pages of errors."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from scheduling.enums import Role
from scheduling.models import CoverageAlert
from scheduling.tests import build
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def text_of(answer: Any) -> str:
    """Return the words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_sign_in_page_names_the_house_and_switches_the_language() -> None:
    build.organisation(name="Maison Dubreuil")
    page = Client()
    assert "Maison Dubreuil" in text_of(page.get("/admin/login/"))
    answer = page.post("/i18n/setlang/", {"language": "fr", "next": "/admin/login/"}, follow=True)
    assert "Se connecter" in text_of(answer)


def test_a_wrong_password_is_told_and_the_name_is_kept() -> None:
    answer = Client().post("/admin/login/", {"username": "ann", "password": "no"})
    assert "Please enter a correct username and password" in text_of(answer)
    assert 'value="ann"' in answer.content.decode()


def test_whoever_signs_out_is_told_so_and_may_sign_in_again() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    answer = page.post("/admin/logout/", follow=True)
    assert "You are signed out" in text_of(answer)
    assert 'href="/admin/">Sign in again</a>' in answer.content.decode()


def speaks(page: Client) -> str:
    found = re.search(r'<html lang="(\w+)"', page.get("/admin/telephony/call/").content.decode())
    return found[1] if found else ""


def test_a_person_reads_their_own_language_until_they_choose_another() -> None:
    user = login(Role.SUPERVISOR)
    user.staff.language = "fr"
    user.staff.save()
    page = Client(headers={"accept-language": "en"})
    page.force_login(user)
    assert speaks(page) == "fr"
    page.post("/i18n/setlang/", {"language": "en", "next": "/admin/"})
    assert speaks(page) == "en"


def test_a_login_without_a_person_reads_the_language_of_the_browser() -> None:
    user = login(Role.ADMINISTRATOR)
    for language in ("fr", "en"):
        page = Client(headers={"accept-language": language})
        page.force_login(user)
        assert speaks(page) == language


def test_pages_show_times_by_the_clock_of_the_house() -> None:
    build.organisation(time_zone="America/Montreal")
    user = login(Role.MANAGER)
    at = datetime(2027, 3, 1, 23, 15, tzinfo=UTC)
    alert = CoverageAlert.objects.create(
        schedule=build.schedule("Rota"),
        kind="gap",
        period=(at, at + HOUR),
        lead_hours=2,
        sent_at=at,
    )
    page = Client()
    page.force_login(user)
    answer = page.get(f"/admin/scheduling/coveragealert/{alert.pk}/change/")
    assert "6:15 p.m." in text_of(answer)
    assert timezone.get_current_timezone_name() == "UTC"  # it ended with the page


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "It may have been deleted"), ("fr", "Elle a peut-être été supprimée")],
)
def test_an_address_that_is_none_says_so_and_shows_the_way_out(language: str, words: str) -> None:
    answer = Client(headers={"accept-language": language}).get("/nowhere/")
    assert answer.status_code == 404
    assert words in text_of(answer)
    assert 'href="/admin/"' in answer.content.decode()


def test_what_the_portal_does_not_understand_says_what_to_do() -> None:
    answer = Client(headers={"host": "another.example"}).get("/admin/")
    assert answer.status_code == 400
    assert "Go back and try again" in text_of(answer)


def test_who_may_not_open_a_page_is_told_whom_to_ask() -> None:
    page = Client()
    page.force_login(login(Role.SUPERVISOR))
    answer = page.get("/admin/scheduling/staff/add/")
    assert answer.status_code == 403
    assert "Ask a manager" in text_of(answer)


def test_a_form_of_another_session_saves_nothing_and_says_what_to_do() -> None:
    page = Client(enforce_csrf_checks=True)
    answer = page.post("/admin/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Nothing was saved. Go back, load the page again" in text_of(answer)


def test_a_fault_of_ours_needs_no_database_to_say_so(
    settings: Any, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> None:
    page = Client(raise_request_exception=False, headers={"accept-language": "fr"})
    with django_db_blocker.block():
        answer = page.get("/colours.css")
    assert answer.status_code == 500
    assert "Une erreur est survenue ici" in text_of(answer)


def test_what_names_no_icon_has_the_portals_all_the_same() -> None:
    answer = Client().get("/favicon.ico", follow=True)
    assert answer.status_code == 200
    assert (answer["Content-Type"], b"<svg" in b"".join(answer)) == ("image/svg+xml", True)
