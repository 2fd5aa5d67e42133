"""Calendar feeds as programs read them: over HTTP, without a login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import pytest
import recurring_ical_events
from django.test import Client
from icalendar import Calendar

from oncall_portal.lib import acting, clock
from oncall_portal.lib.logs import SafeFormatter
from scheduling import queries, resolve, services
from scheduling.feed_content import address_of
from scheduling.models import (
    CalendarFeed,
    ContactNumber,
    FeedEvent,
    Override,
    Rotation,
    RotationParticipant,
    Schedule,
    Shift,
    Staff,
)
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.types import Period

pytestmark = pytest.mark.django_db
NOW = at(12)


class Time:
    """What the clock says."""

    now = NOW


@pytest.fixture(autouse=True)
def time() -> Iterator[Time]:
    told = Time()
    with clock.driven_by(lambda: told.now):
        yield told


@pytest.fixture
def rota() -> Schedule:
    build.organisation(languages=["en"])
    return build.schedule("Paris")


def feed_of(row: Staff | Schedule) -> CalendarFeed:
    kind = "staff" if isinstance(row, Staff) else "schedule"
    return services.create_feed({kind: row})


def path_of(feed: CalendarFeed) -> str:
    return f"/calendar/{feed.token}.ics"


def fetch(feed: CalendarFeed, **headers: str) -> Any:
    return Client().get(path_of(feed), headers=headers)


def events(feed: CalendarFeed) -> dict[str, Any]:
    """Return the events that are not cancelled, by title, in order of their beginning."""
    calendar: Any = Calendar.from_ical(fetch(feed).content)
    live = [e for e in calendar.walk("VEVENT") if e["STATUS"] == "CONFIRMED"]
    return {str(e["SUMMARY"]): e for e in sorted(live, key=lambda e: e["DTSTART"].dt)}


def told(feed: CalendarFeed) -> list[tuple[str, int, str]]:
    """Return title, sequence and status of every event."""
    calendar: Any = Calendar.from_ical(fetch(feed).content)
    return [(str(e["SUMMARY"]), e["SEQUENCE"], str(e["STATUS"])) for e in calendar.walk("VEVENT")]


def spans(data: bytes) -> list[Period]:
    """Return what a reader that knows recurrences and zones finds."""
    query = recurring_ical_events.of(Calendar.from_ical(data))
    found = [(e["DTSTART"].dt, e["DTEND"].dt) for e in query.between(2020, 2036)]
    return sorted(Period(a.astimezone(UTC), b.astimezone(UTC)) for a, b in found)


def move(row: Shift, hours: int) -> None:
    row.refresh_from_db()
    services.move_shift(row.pk, row.version, minutes=60 * hours)


def test_anybody_who_knows_the_address_reads_the_rota(rota: Schedule) -> None:
    build.shift(rota, build.staff("Alice"), at(18), at(32))
    answer = fetch(feed_of(rota))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-cache"
    assert spans(answer.content) == [Period(at(18), at(32))]
    assert b"SUMMARY:Alice (level 1)\r\n" in answer.content
    assert b"X-WR-CALNAME:Paris\r\n" in answer.content


def test_an_address_nobody_has_made_is_not_found() -> None:
    assert Client().get("/calendar/not-a-token.ics").status_code == 404


def test_a_revoked_address_is_gone(rota: Schedule) -> None:
    build.shift(rota, build.staff("Alice"), at(18), at(20))
    feed = feed_of(rota)
    fetch(feed)
    assert FeedEvent.objects.count() == 1
    services.revoke_feed(feed.pk, 1)
    answer = fetch(feed)
    assert (answer.status_code, answer.content) == (410, b"")
    assert not FeedEvent.objects.exists()


def test_the_address_of_somebody_inactive_is_gone() -> None:
    alice = build.staff("Alice")
    feed = feed_of(alice)
    Staff.objects.update(active=False)
    assert fetch(feed).status_code == 410


def test_a_new_address_takes_the_old_one_out_of_use(rota: Schedule) -> None:
    old = feed_of(rota)
    new = services.renew_feed(old.pk, 1)
    assert (fetch(old).status_code, fetch(new).status_code) == (410, 200)
    assert new.schedule == rota


def test_addresses_are_long_and_never_the_same(rota: Schedule) -> None:
    tokens = {feed_of(rota).token for _ in range(5)}
    assert [len(token) for token in tokens] == [43] * 5


def test_an_address_is_not_written_to_the_log(rota: Schedule, caplog: Any) -> None:
    feed = feed_of(rota)
    services.revoke_feed(feed.pk, 1)
    fetch(feed)
    lines = [SafeFormatter("%(message)s").format(record) for record in caplog.records]
    assert lines
    assert not any(feed.token in line for line in lines)


def test_whoever_has_it_already_is_told_so(rota: Schedule, time: Time) -> None:
    duty = build.shift(rota, build.staff("Alice"), at(18), at(32))
    feed = feed_of(rota)
    tag = fetch(feed)["ETag"]
    time.now += timedelta(hours=1)
    again = fetch(feed, if_none_match=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    move(duty, 1)
    assert fetch(feed, if_none_match=tag).status_code == 200


def test_a_person_reads_what_they_do_everywhere(rota: Schedule) -> None:
    alice, bob = build.staff("Alice", language="fr"), build.staff("Bob")
    nights = build.schedule("Nights", time_zone="America/Santiago")
    build.shift(rota, alice, at(18), at(32))
    build.shift(nights, alice, at(40), at(44), level=2)
    build.shift(rota, bob, at(32), at(36))
    found = events(feed_of(alice))
    assert list(found) == [
        "D\u2019astreinte\u00a0: Paris (niveau 1)",
        "D\u2019astreinte\u00a0: Nights (niveau 2)",
    ]
    zones = [str(event["DTSTART"].params["TZID"]) for event in found.values()]
    assert zones == ["Europe/Paris", "America/Santiago"]


def test_a_stand_in_reads_that_they_are_on_call_and_the_other_that_they_are_not(
    rota: Schedule,
) -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    duty = build.shift(rota, alice, at(18), at(32))
    Override.objects.create(schedule=rota, period=(at(20), at(22)), replaces_shift=duty, staff=bob)
    assert spans(fetch(feed_of(alice)).content) == [
        Period(at(18), at(20)),
        Period(at(22), at(32)),
    ]
    assert spans(fetch(feed_of(bob)).content) == [Period(at(20), at(22))]
    assert "Stand-in" in str(events(feed_of(bob))["On call: Paris (level 1)"]["DESCRIPTION"])


@pytest.mark.requirement("PLA-03")
def test_who_answers_for_a_service_reads_when_it_is_on_call(rota: Schedule) -> None:
    alice = build.staff("Alice")
    desk = build.service("Desk", members=(alice,), answered_by="members")
    counter = build.service("Counter", build.fresh_number(), members=(alice,))
    build.shift(rota, desk, at(18), at(20))
    build.shift(rota, counter, at(20), at(22))
    assert list(events(feed_of(alice))) == ["On call for Desk: Paris (level 1)"]


def test_a_service_that_a_rota_answers_rings_its_own_numbers_before_its_members(
    rota: Schedule,
) -> None:
    alice, number, lyon = build.staff("Alice"), build.fresh_number(), build.schedule("Lyon")
    desk = build.service("Desk", number, members=(alice,), answered_by="schedule", schedule=lyon)
    build.shift(rota, desk, at(18), at(20))
    assert list(events(feed_of(alice))) == []
    ContactNumber.objects.filter(number=number).update(enabled=False)
    assert list(events(feed_of(alice))) == ["On call for Desk: Paris (level 1)"]


def test_a_change_counts_on_and_one_gone_is_cancelled(rota: Schedule, time: Time) -> None:
    alice = build.staff("Alice")
    first = build.shift(rota, alice, at(18), at(20))
    second = build.shift(rota, alice, at(30), at(32))
    feed, name = feed_of(rota), "Alice (level 1)"
    assert told(feed) == [(name, 0, "CONFIRMED"), (name, 0, "CONFIRMED")]
    move(first, 1)
    assert told(feed) == [(name, 1, "CONFIRMED"), (name, 0, "CONFIRMED")]
    services.delete_shift(second.pk, 1)
    assert told(feed) == [(name, 1, "CONFIRMED"), (name, 1, "CANCELLED")]
    services.undo(rota.pk)
    assert told(feed) == [(name, 1, "CONFIRMED"), (name, 2, "CONFIRMED")]
    services.redo(rota.pk)
    assert told(feed) == [(name, 1, "CONFIRMED"), (name, 3, "CANCELLED")]
    time.now += timedelta(days=89)
    assert [status for _name, _sequence, status in told(feed)] == ["CANCELLED"]
    time.now += timedelta(days=2)
    assert told(feed) == []
    assert not FeedEvent.objects.exists()


def test_readers_see_thirty_days_back_and_a_hundred_and_eighty_ahead(
    rota: Schedule, time: Time
) -> None:
    alice, day = build.staff("Alice"), timedelta(days=1)
    for ends in (NOW - 30 * day, NOW - 29 * day, NOW + 180 * day, NOW + 181 * day):
        build.shift(rota, alice, ends - timedelta(hours=6), ends)
    assert [p.ends_at for p in spans(fetch(feed_of(rota)).content)] == [
        NOW - 29 * day,
        NOW + 180 * day,
    ]


def test_a_shift_is_told_whole_however_long_ago_it_began(rota: Schedule, time: Time) -> None:
    build.shift(rota, build.staff("Alice"), NOW - timedelta(days=40), NOW + timedelta(days=1))
    feed = feed_of(rota)
    whole = [Period(NOW - timedelta(days=40), NOW + timedelta(days=1))]
    assert spans(fetch(feed).content) == whole
    time.now += timedelta(hours=5)
    assert told(feed) == [("Alice (level 1)", 0, "CONFIRMED")]


def test_nothing_is_written_where_nothing_changed(
    rota: Schedule, time: Time, django_assert_num_queries: Callable[[int], Any]
) -> None:
    build.shift(rota, build.staff("Alice"), at(18), at(32))
    feed = feed_of(rota)
    fetch(feed)
    before = list(FeedEvent.objects.values())
    time.now += timedelta(minutes=59)
    fetch(feed)
    assert list(FeedEvent.objects.values()) == before
    assert CalendarFeed.objects.get().read_at == NOW
    time.now += timedelta(minutes=1)
    fetch(feed)
    assert CalendarFeed.objects.get().read_at == time.now


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Paris", datetime(2027, 3, 27, tzinfo=UTC)),
        ("Europe/Paris", datetime(2027, 10, 30, tzinfo=UTC)),
        ("America/Santiago", datetime(2027, 4, 3, tzinfo=UTC)),
        ("America/Santiago", datetime(2027, 9, 4, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 10, 2, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2027, 10, 2, tzinfo=UTC)),
    ],
)
def test_readers_get_the_instants_of_the_final_schedule(
    zone: str, day: datetime, time: Time
) -> None:
    rota, alice = build.schedule("Far", time_zone=zone), build.staff("Alice")
    time.now = day - timedelta(days=3)
    for quarter in range(0, 60 * 48, 45):
        start = day + timedelta(minutes=quarter)
        build.shift(rota, alice, start, start + timedelta(minutes=45))
    window = (day, day + timedelta(days=3))
    final = resolve.final_schedule(queries.load_facts(rota.pk, *window), *window)
    assert spans(fetch(feed_of(rota)).content) == [entry.period for entry in final]


def test_who_made_an_address_is_kept(rota: Schedule) -> None:
    user = build.staff("Alice", user=None)
    feed = feed_of(user)
    assert (feed.created_by, feed.created_at) == (None, NOW)
    assert acting.act().user is None


def test_an_address_is_of_our_own_site(rota: Schedule, settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.example.org"
    feed = feed_of(rota)
    assert address_of(feed) == f"https://portal.example.org{path_of(feed)}"
    build.shift(rota, build.staff("Alice"), at(18), at(32))
    uid = str(next(iter(events(feed).values()))["UID"])
    assert uid == f"schedule{rota.pk}-s{Shift.objects.get().pk}@portal.example.org"


def test_a_feed_takes_as_many_queries_for_one_schedule_as_for_many(
    rota: Schedule, time: Time, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    alice = build.staff("Alice")
    feed = feed_of(alice)
    for number in range(6):
        other = build.schedule(f"Schedule {number}")
        for night in range(5):
            build.shift(other, alice, at(18, night + 5), at(24, night + 5))
    with django_assert_max_num_queries(20):
        assert len(told(feed)) == 30
    with django_assert_max_num_queries(16):
        assert len(told(feed)) == 30


def test_what_a_rule_says_beyond_what_is_written_is_told_and_keeps_its_identity(
    rota: Schedule,
) -> None:
    rule = Rotation.objects.create(
        schedule=rota,
        recurrence="RRULE:FREQ=DAILY",
        counted_from=date(2027, 1, 5),
        starts_on=date(2027, 1, 5),
        ends_on=date(2027, 1, 6),
        start_time=clock_time(9),
        end_time=clock_time(17),
        written_until=date(2027, 1, 5),
    )
    alice = build.staff("Alice")
    RotationParticipant.objects.create(rotation=rule, turn=0, staff=alice)
    feed = feed_of(rota)
    assert spans(fetch(feed).content) == [Period(at(32), at(40)), Period(at(56), at(64))]
    build.shift(rota, alice, at(32), at(40), rotation=rule, day=date(2027, 1, 5), state="generated")
    Rotation.objects.update(written_until=date(2027, 1, 6))
    assert [sequence for _title, sequence, _status in told(feed)] == [0, 0]
