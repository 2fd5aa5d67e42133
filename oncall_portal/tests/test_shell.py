"""The frame of every page: tasks, who is on call, languages, the way out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from oncall_portal import navigation
from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def signed_in(role: Role = Role.MANAGER) -> Client:
    page = Client()
    page.force_login(login(role))
    return page


def current(page: Client, address: str) -> list[str]:
    """Return the keys of the tasks that the page at `address` marks as its own."""
    links = page.get(address).context["tasks"]
    return [link.key for link in links if link.current]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/admin/", "home"),
        ("/admin/telephony/call/", "calls"),
        ("/admin/telephony/leg/", "calls"),
        ("/admin/inbox/", "messages"),
        ("/admin/scheduling/staff/", "people"),
        ("/admin/scheduling/staff/add/", "people"),
        ("/admin/scheduling/service/", "people"),
        ("/admin/telephony/phonenumber/", "numbers"),
        ("/admin/voicemail/mailbox/", "numbers"),
    ],
)
def test_a_page_marks_the_task_it_belongs_to(address: str, key: str) -> None:
    page = signed_in()
    assert current(page, address) == [key]
    assert page.get(address).content.count(b'aria-current="page"') >= 2  # top and bottom bar


def test_the_navigation_is_tasks_in_their_order() -> None:
    body = signed_in().get("/admin/").content.decode()
    bar = re.search(r'<nav class="tasks".*?</nav>', body, re.DOTALL)
    assert bar is not None
    assert re.findall(r'<a href="([^"?]*)"[^>]*>([^<]*)</a>', bar[0]) == [
        ("/admin/", "On call now"),
        ("/admin/scheduling/schedule/calendar/", "Calendar"),
        ("/admin/telephony/call/", "Calls"),
        ("/admin/inbox/", "Messages"),
        ("/admin/scheduling/staff/", "People"),
        ("/admin/telephony/phonenumber/", "Numbers &amp; menus"),
        ("/admin/statistics/", "Statistics"),
        ("/admin/settings/", "Settings"),
    ]


def crumbs(page: Client, address: str) -> list[str]:
    """Return the steps that lead to the page at `address`, that page last."""
    body = page.get(address).content.decode()
    trail = re.search(r'<nav class="crumbs".*?</nav>', body, re.DOTALL)
    assert trail is not None
    assert trail[0].count('aria-current="page"') == 1
    return [re.sub(r"<[^>]*>", "", step) for step in re.findall(r"<li.*?</li>", trail[0])]


def test_breadcrumbs_lead_from_the_task_to_the_page() -> None:
    page = signed_in()
    form = f"/admin/scheduling/staff/{build.staff('Amélie Laurent').pk}"
    assert crumbs(page, "/admin/scheduling/service/") == ["People", "Services"]
    assert crumbs(page, f"{form}/change/") == ["People", "Amélie Laurent"]
    assert crumbs(page, f"{form}/history/") == ["People", "Amélie Laurent", "History"]


def test_nobody_on_the_sign_in_page_learns_who_is_on_call() -> None:
    rota, now = build.schedule("Paris"), clock.now()
    build.shift(rota, build.staff("Amélie Laurent"), now - HOUR, now + HOUR)
    page = Client().get("/admin/login/")
    assert b"Am\xc3\xa9lie" not in page.content
    assert page.context["tasks"] == ()


def test_a_chip_for_each_schedule_says_who_takes_the_call_and_until_when() -> None:
    now = clock.now()
    rota = build.schedule("Paris", time_zone="UTC")
    until = now.replace(minute=0, second=0, microsecond=0) + 2 * HOUR
    amelie = build.staff("Amélie Laurent", colour="#426bc6")
    build.shift(rota, amelie, now - HOUR, until)
    build.schedule("Lyon")
    page = signed_in().get("/admin/telephony/call/")
    lyon, paris = page.context["on_call_chips"]
    assert (lyon.schedule, lyon.who, lyon.missing) == ("Lyon", None, True)
    assert (paris.schedule, paris.who.short, paris.until) == ("Paris", "Amélie", f"{until:%H:%M}")
    assert '<span class="av c-426bc6" aria-hidden="true">AL</span>' in page.content.decode()


def test_the_frame_costs_a_fixed_number_of_queries() -> None:
    now = clock.now()

    def fill(name: str) -> None:
        rota = build.schedule(name)
        desk = build.service(name, members=(build.staff(name),), answered_by="members")
        build.shift(rota, desk, now - HOUR, now + HOUR)

    def queries() -> int:
        request: Any = RequestFactory().get("/admin/")
        request.user = User.objects.get(pk=user.pk)
        with CaptureQueriesContext(connection) as captured:
            navigation.frame(request)
        return len(captured)

    user = login(Role.ADMINISTRATOR)
    fill("One")
    few = queries()
    for name in ("Two", "Three", "Four"):
        fill(name)
    assert few == queries() == 7  # one of them asks who the person is


def test_the_language_switch_keeps_the_page() -> None:
    page = signed_in()
    body = page.get("/admin/telephony/call/?q=1").content.decode()
    there = re.search(r'name="next" value="([^"]*)"', body)
    assert there is not None
    answer = page.post("/i18n/setlang/", {"language": "fr", "next": there[1]}, follow=True)
    assert answer.request["PATH_INFO"] == "/admin/telephony/call/"
    assert answer.request["QUERY_STRING"] == "q=1"
    assert '<html lang="fr">' in answer.content.decode()


def test_signing_out_is_a_press_away_and_no_link() -> None:
    body = signed_in().get("/admin/").content.decode()
    assert 'method="post" action="/admin/logout/"' in body
    assert 'href="/admin/logout/"' not in body


def test_a_time_soon_is_an_hour_and_a_later_one_names_its_day() -> None:
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    found = [navigation.wall_time(noon + n * HOUR, noon, "Europe/Paris") for n in (20, 30, 216)]
    assert found == ["09:00", "Tue 19:00", "10 Mar"]


@pytest.mark.parametrize(
    ("model", "title", "add"),
    [
        ("scheduling/staff", "No person yet", "Add person"),
        ("scheduling/service", "No service yet", "Add service"),
        ("scheduling/servicecategory", "No category yet", "Add service category"),
        ("scheduling/schedule", "No schedule yet", "Add schedule"),
        ("telephony/phonenumber", "No number to call yet", "Add phone number"),
        ("telephony/escalationscenario", "No scenario yet", "Add escalation scenario"),
        ("telephony/prompt", "No announcement of your own", "Add prompt"),
        ("voicemail/mailbox", "No mailbox yet", "Add mailbox"),
    ],
)
def test_an_empty_list_says_what_belongs_there_and_the_next_step(
    model: str, title: str, add: str
) -> None:
    body = signed_in().get(f"/admin/{model}/").content.decode()
    assert f"<h2>{title}</h2>" in body
    assert f'href="/admin/{model}/add/">{add}</a>' in body


@pytest.mark.parametrize(
    ("model", "title"),
    [
        ("scheduling/contactnumber", "No number yet"),
        ("scheduling/shift", "No shift yet"),
        ("scheduling/coveragealert", "No alert was sent"),
        ("telephony/leg", "Nothing here yet"),
    ],
)
def test_an_empty_list_that_fills_itself_or_elsewhere_says_so(model: str, title: str) -> None:
    body = signed_in(Role.ADMINISTRATOR).get(f"/admin/{model}/").content.decode()
    assert f"<h2>{title}</h2>" in body


def test_a_list_that_a_search_emptied_offers_all_of_it() -> None:
    build.staff("Amélie")
    body = signed_in().get("/admin/scheduling/staff/?q=nowhere").content.decode()
    assert "Nothing matches" in body
    assert "No person yet" not in body


def test_the_lists_of_numbers_and_menus_stand_side_by_side() -> None:
    tabs = signed_in().get("/admin/telephony/prompt/").context["subtasks"]
    assert [(str(tab.label), tab.current) for tab in tabs] == [
        ("Numbers", False),
        ("Menus", False),
        ("Scenarios", False),
        ("Announcements", True),
        ("Problems ahead", False),
        ("Mailboxes", False),
    ]


def test_both_parts_of_a_date_and_time_have_labels() -> None:
    page = signed_in(Role.ADMINISTRATOR)
    user = User.objects.get()
    body = page.get(f"/admin/auth/user/{user.pk}/change/").content.decode()
    for part in ("date_joined_0", "date_joined_1"):
        assert f'<label for="id_{part}">' in body


def test_calls_texts_and_callers_stand_side_by_side() -> None:
    page = signed_in()
    tabs = page.get("/admin/telephony/textmessage/").context["subtasks"]
    assert [(str(tab.label), tab.current) for tab in tabs] == [
        ("Calls", False),
        ("Texts", True),
        ("To be called back", False),
        ("Jobs", False),
        ("Callers", False),
        ("Block list", False),
        ("Erasures", False),
    ]
    assert 'class="tabs"' in page.get("/admin/telephony/call/").content.decode()
