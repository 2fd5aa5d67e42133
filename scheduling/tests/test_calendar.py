"""What the calendar page is told: bars, holes, slots and people, by the wall clock of the rota."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from scheduling import services
from scheduling.calendar import feed, window, words
from scheduling.calendar.window import View
from scheduling.enums import Role
from scheduling.models import Override, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.types import Period

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 9, 30, 20, tzinfo=UTC)  # a Monday, 10:30 in Paris
DAY = timedelta(days=1)


def paris(day: int, hour: int) -> datetime:
    """Return an hour of the Paris clock in January 2027, an hour ahead of UTC."""
    return datetime(2027, 1, day, hour, tzinfo=UTC) - timedelta(hours=1)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def shown(rota: Schedule, view: View = View.WEEK, day: date = date(2027, 1, 4)) -> dict[str, Any]:
    return feed.describe(feed.load(rota, window.around(view, day), NOW))


def test_a_shift_is_told_by_the_wall_clock_of_its_schedule(rota: Schedule) -> None:
    amelie = build.staff("Amélie Martin", colour="#426bc6")
    shift = build.shift(rota, amelie, paris(4, 18), paris(5, 8), level=2)
    assert shown(rota)["shifts"] == [
        {
            "id": shift.pk,
            "key": str(shift.pk),
            "version": 1,
            "note": "",
            "level": 2,
            "rotation": None,
            "generated": False,
            "sign": "",
            "replaced": "",
            "away": "",
            "warnings": [
                {
                    "code": "not_verified",
                    "short": "no number verified",
                    "text": "Amélie Martin: no number verified",
                    "light": True,
                }
            ],
            "causes": [],
            "start": "2027-01-04T18:00",
            "end": "2027-01-05T08:00",
            "starts_local": "2027-01-04T18:00",
            "ends_local": "2027-01-05T08:00",
            "who": f"staff-{amelie.pk}",
            "name": "Amélie Martin",
            "initials": "AM",
            "colour": "#426bc6",
            "kind": "staff",
            "words": "Mon 4, 18:00 → Tue 5, 08:00",
            "past": False,
            "current": False,
        }
    ]


def test_an_hour_that_comes_twice_is_told_with_its_turn(rota: Schedule) -> None:
    start, end = (datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1))
    build.shift(rota, build.staff("Amélie"), start, end)
    found = shown(rota, View.DAY, date(2027, 10, 31))["shifts"][0]
    assert (found["starts_local"], "starts_fold" in found) == ("2027-10-31T02:30", False)
    assert (found["ends_local"], found["ends_fold"]) == ("2027-10-31T02:30", 1)
    assert (found["start"], found["end"]) == ("2027-10-31T02:30", "2027-10-31T02:45")


def test_levels_in_use_are_shown_and_one_more_to_begin(rota: Schedule) -> None:
    assert shown(rota)["levels"] == [1, 2]
    build.shift(rota, build.staff("Amélie"), paris(4, 8), paris(4, 18), level=3)
    assert shown(rota)["levels"] == [1, 2, 3, 4]


def test_the_result_names_the_first_who_can_be_reached(rota: Schedule) -> None:
    away = build.staff("Bruno", active=False)
    build.shift(rota, away, paris(4, 8), paris(4, 18), level=1)
    build.shift(rota, build.staff("Chloé"), paris(4, 8), paris(5, 8), level=2)
    result = shown(rota, View.DAY)["result"]
    assert [(r["name"], r["start"], r["end"], r["level"]) for r in result] == [
        ("Chloé", "2027-01-04T08:00", "2027-01-05T00:00", 2)
    ]


@pytest.mark.requirement("PLA-18")
def test_a_hole_says_from_when_to_when_why_and_who_is_missing(rota: Schedule) -> None:
    build.shift(rota, build.staff("Bruno", active=False), paris(4, 12), paris(4, 18))
    build.shift(rota, build.staff("Chloé"), paris(4, 0), paris(4, 12))
    build.shift(rota, build.staff("David"), paris(4, 18), paris(5, 0))
    assert shown(rota, View.DAY)["gaps"] == [
        {
            "start": "2027-01-04T12:00",
            "end": "2027-01-04T18:00",
            "words": "Mon 4, 12:00 → 18:00",
            "length": "6 h",
            "reason": "inactive",
            "missing": ["Bruno"],
            "day": "2027-01-04",
            "past": False,
            "intended": None,
            "fill": {"starts_local": "2027-01-04T12:00", "ends_local": "2027-01-04T18:00"},
        }
    ]


def test_a_hole_under_way_is_filled_from_now_on(rota: Schedule) -> None:
    assert shown(rota, View.DAY)["gaps"][0]["fill"]["starts_local"] == "2027-01-04T10:30"


def test_slots_lie_ahead_and_the_one_under_way_begins_now(rota: Schedule) -> None:
    found = shown(rota, View.DAY)["slots"][1]
    assert [(slot["starts_local"], slot["ends_local"]) for slot in found] == [
        ("2027-01-04T10:30", "2027-01-05T00:00")
    ]


def test_people_who_can_be_put_on_call_are_listed_with_their_hours(rota: Schedule) -> None:
    amelie = build.staff("Amélie")
    build.staff("Gone", active=False)
    build.service("Reception")
    build.shift(rota, amelie, paris(3, 12), paris(4, 12))
    people = shown(rota, View.DAY)["people"]
    assert [(p["name"], p["kind"], p["hours"], p["warning"]) for p in people] == [
        ("Amélie", "staff", "12 h", ""),
        ("Reception", "service", "", "no usable number"),
    ]


def test_what_can_be_undone_and_redone_is_told(rota: Schedule) -> None:
    assert [shown(rota)[which] for which in ("undo", "redo")] == [None, None]
    values = {"schedule": rota, "staff": build.staff("Amélie")}
    services.create_shift({**values, "starts_at": paris(4, 18), "ends_at": paris(5, 8)})
    assert shown(rota)["undo"]["text"] == "Amélie, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added"
    services.undo(rota.pk)
    assert shown(rota)["undo"] is None
    assert shown(rota)["redo"]["text"] == "Amélie, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added"


def test_the_list_cuts_shifts_and_holes_at_midnight(rota: Schedule) -> None:
    shift = build.shift(rota, build.staff("Amélie"), paris(4, 18), paris(5, 8))
    days = shown(rota, View.LIST)["list"]
    ahead = {"past": False, "current": False}
    assert days[0]["entries"] == [
        {"from": "00:00", "to": "18:00", "gap": 0, "past": False, "current": True},
        {"from": "18:00", "to": "24:00", "shift": str(shift.pk), **ahead},
    ]
    assert days[1]["entries"][0] == {
        "from": "00:00",
        "to": "08:00",
        "shift": str(shift.pk),
        **ahead,
    }


@pytest.mark.parametrize(
    ("view", "first", "end", "previous", "following"),
    [
        (View.MONTH, (2027, 2, 1), (2027, 3, 1), (2027, 1, 1), (2027, 3, 1)),
        (View.WEEK, (2027, 2, 8), (2027, 2, 15), (2027, 2, 1), (2027, 2, 15)),
        (View.LIST, (2027, 2, 8), (2027, 2, 15), (2027, 2, 1), (2027, 2, 15)),
        (View.DAY, (2027, 2, 14), (2027, 2, 15), (2027, 2, 13), (2027, 2, 15)),
    ],
)
def test_which_days_a_view_shows(
    view: View,
    first: tuple[int, int, int],
    end: tuple[int, int, int],
    previous: tuple[int, int, int],
    following: tuple[int, int, int],
) -> None:
    found = window.around(view, date(2027, 2, 14))
    dates = [date(*each) for each in (first, end, previous, following)]
    assert [found.first, found.end, found.previous, found.next] == dates


def test_dates_out_of_range_show_the_nearest(rota: Schedule) -> None:
    assert window.around(View.DAY, date.min).first == window.EARLIEST
    assert shown(rota, View.MONTH, date.max)["first"] == "9990-12-01"


def test_a_period_is_told_in_the_readers_language() -> None:
    period = Period(datetime(2027, 1, 31, 17, tzinfo=UTC), datetime(2027, 2, 1, 7, tzinfo=UTC))
    assert words.period_words(period, "Europe/Paris") == "Sun 31 Jan, 18:00 → Mon 1 Feb, 08:00"
    with translation.override("fr"):
        said = words.period_words(period, "Europe/Paris")
    assert said == "dim 31 jan, 18:00 → lun 1 fév, 08:00"


def test_the_feed_does_as_many_queries_for_one_shift_as_for_many(
    rota: Schedule, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(4, 11):
        build.shift(rota, build.staff(f"Person {day}"), paris(day, 8), paris(day, 18))
        build.shift(rota, build.service(f"Desk {day}"), paris(day, 18), paris(day, 20))
        stands_in = {"schedule": rota, "replaces_level": day - 3, "staff": Staff.objects.first()}
        Override.objects.create(period=(paris(day, 9), paris(day, 10)), **stands_in)
    with django_assert_num_queries(QUERIES):
        shown(rota)
    Shift.objects.exclude(pk__in=Shift.objects.values("pk")[:2]).delete()
    Override.objects.exclude(replaces_level=1).delete()
    with django_assert_num_queries(QUERIES):
        shown(rota)


# beside the facts, the faces and the warnings: the rows of shifts and of stand-ins, edited
# here, the time off of those listed, intended holes, predefined periods, and undo and redo
QUERIES = 20


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def test_the_page_does_as_many_queries_for_few_rows_as_for_many(
    manager: Client, rota: Schedule
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = manager.get(address)
        assert len(answer.context["rota"]["shown"]["shifts"]) == Shift.objects.count()
        return len(captured)

    def fill(name: str, days: Iterable[int]) -> None:
        person, desk = build.staff(name), build.service(f"Desk of {name}", build.fresh_number())
        for day in days:
            build.shift(rota, person, paris(day, 8), paris(day, 18))
            build.shift(rota, desk, paris(day, 18), paris(day, 20))

    address = f"/admin/scheduling/schedule/{rota.pk}/calendar/?view=month&on=2027-01-04"
    manager.get(address)  # the first one remembers the schedule in the session
    fill("Amélie", [1])
    few = queries()
    for first, name in enumerate(("Bruno", "Chloé", "David"), 1):
        fill(name, range(1 + first, 31, 3))
        build.schedule(f"Rota of {name}")
    assert Shift.objects.count() == 60
    assert few == queries()


def test_the_data_costs_nothing_while_nothing_changes(manager: Client, rota: Schedule) -> None:
    address = f"/admin/scheduling/schedule/{rota.pk}/calendar/data/?view=week&on=2027-01-04"
    first = manager.get(address)
    assert manager.get(address, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304


def test_a_view_that_cannot_be_read_is_this_month(manager: Client, rota: Schedule) -> None:
    address = f"/admin/scheduling/schedule/{rota.pk}/calendar/data/?view=year&on=soon"
    assert manager.get(address).json()["view"] == "month"


def test_the_calendar_opens_the_schedule_last_looked_at(manager: Client, rota: Schedule) -> None:
    other = build.schedule("Zurich")
    choose = "/admin/scheduling/schedule/calendar/"
    assert manager.get(choose)["Location"] == f"/admin/scheduling/schedule/{rota.pk}/calendar/"
    manager.get(f"/admin/scheduling/schedule/{other.pk}/calendar/")
    assert manager.get(choose)["Location"] == f"/admin/scheduling/schedule/{other.pk}/calendar/"


def test_the_page_leads_to_the_rotations_of_its_schedule(manager: Client, rota: Schedule) -> None:
    page = manager.get(f"/admin/scheduling/schedule/{rota.pk}/calendar/").content.decode()
    link = f"/admin/scheduling/rotation/?schedule__id__exact={rota.pk}"
    assert f'href="{link}"' in page
    assert manager.get(link).status_code == 200


def test_without_a_schedule_the_calendar_leads_to_where_one_is_made(manager: Client) -> None:
    answer = manager.get("/admin/scheduling/schedule/calendar/")
    assert answer["Location"] == "/admin/scheduling/schedule/"


def test_a_shift_tells_what_it_causes_on_another(rota: Schedule) -> None:
    amelie = build.staff("Amélie Martin")
    build.shift(rota, amelie, paris(4, 8), paris(4, 18))
    build.shift(rota, amelie, paris(4, 20), paris(4, 23))
    first, second = shown(rota, View.DAY, date(2027, 1, 4))["shifts"]
    assert [warning["code"] for warning in second["warnings"]] == ["not_verified", "rest_too_short"]
    assert first["causes"] == [second["warnings"][1]["text"]]


def test_what_is_over_is_not_warned_of(rota: Schedule) -> None:
    build.shift(rota, build.staff("Amélie Martin", active=False), paris(2, 8), paris(2, 9))
    (bar,) = shown(rota, View.DAY, date(2027, 1, 2))["shifts"]
    assert (bar["past"], bar["warnings"]) == (True, [])


def test_the_load_of_the_view_is_told_beside_the_average(rota: Schedule) -> None:
    build.shift(rota, build.staff("Amélie Martin"), paris(4, 8), paris(4, 20))
    build.shift(rota, build.staff("Bruno Keller"), paris(4, 8), paris(4, 12), level=2)
    load = shown(rota, View.DAY, date(2027, 1, 4))["load"]
    assert (load["average"], load["mark"]) == ("8 h", 80)
    told = [(p["name"], p["hours"], p["bar"], p["deviation"], p["marked"]) for p in load["people"]]
    assert told == [
        ("Amélie Martin", "12 h", 120, "+50 %", True),
        ("Bruno Keller", "4 h", 40, "\N{MINUS SIGN}50 %", True),
    ]
