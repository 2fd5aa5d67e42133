"""E-mails about holes in the rota: to whom, once, in whose words."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from scheduling import coverage_alerts, services, tasks
from scheduling.models import CoverageAlert, IntendedGap, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-19")]
DAY = 24


@pytest.fixture
def sam() -> Staff:
    """A supervisor who reads English."""
    return build.staff("Sam", email="sam@example.org")


@pytest.fixture
def rota(sam: Staff) -> Schedule:
    """A schedule covered for 400 days but for the night from day 10 at 18:00 to day 11 at 8:00."""
    rota = build.schedule("Paris", sam, alert_before_hours=[336, 24])
    alice = build.staff("Alice")
    build.shift(rota, alice, at(-DAY), at(10 * DAY + 18))
    build.shift(rota, alice, at(11 * DAY + 8), at(400 * DAY))
    return rota


def scan(now: datetime) -> list[str]:
    """Scan at `now` and return the subjects of the e-mails written by it, by address."""
    seen = set(OutgoingMessage.objects.values_list("pk", flat=True))
    coverage_alerts.scan(now)
    new = OutgoingMessage.objects.exclude(pk__in=seen).order_by("to")
    return [f"{message.to}: {message.subject}" for message in new]


HOLE = "sam@example.org: Nobody on call for Paris: Thu 14 Jan 2027 19:00"
FILLED = "sam@example.org: Covered again: Paris"


def fill(rota: Schedule) -> Shift:
    bob = build.staff("Bob")
    return services.create_shift(
        {
            "schedule": rota,
            "staff": bob,
            "starts_at": at(10 * DAY + 18),
            "ends_at": at(11 * DAY + 8),
        }
    )


def test_a_hole_that_is_intended_alerts_nobody_neither_when_it_comes_to_be_so(
    rota: Schedule,
) -> None:
    assert scan(at(0)) == [HOLE]
    hole = (at(10 * DAY + 18), at(11 * DAY + 8))
    IntendedGap.objects.create(schedule=rota, period=hole)
    assert scan(at(9 * DAY + 19)) == []
    rota.intended_gaps.all().delete()
    assert scan(at(9 * DAY + 20)) == [HOLE]


def test_a_hole_is_told_once_then_within_a_day_then_when_filled(rota: Schedule) -> None:
    assert scan(at(0)) == [HOLE]
    assert scan(at(0.1)) == []
    assert scan(at(9 * DAY)) == []
    assert scan(at(9 * DAY + 19)) == [HOLE]
    assert scan(at(9 * DAY + 20)) == []
    fill(rota)
    assert scan(at(9 * DAY + 21)) == [FILLED]
    assert scan(at(9 * DAY + 22)) == []


def test_each_alert_leaves_its_record(rota: Schedule) -> None:
    scan(at(0))
    (told,) = CoverageAlert.objects.all()
    assert (told.kind, told.reason, told.lead_hours) == ("gap", "nobody_scheduled", 336)
    assert (told.period.lower, told.period.upper) == (at(10 * DAY + 18), at(11 * DAY + 8))
    assert (told.sent_at, told.filled_at) == (at(0), None)
    fill(rota)
    scan(at(1))
    told.refresh_from_db()
    filled = CoverageAlert.objects.get(kind="filled")
    assert (told.filled_at, filled.sent_at) == (at(1), at(1))
    assert filled.period == told.period


def test_a_hole_that_is_filled_after_it_began_is_told_for_what_is_ahead(rota: Schedule) -> None:
    scan(at(10 * DAY + 12))
    fill(rota)
    assert scan(at(11 * DAY)) == [FILLED]
    assert CoverageAlert.objects.get(kind="filled").period.lower == at(11 * DAY)


def test_a_hole_that_is_over_says_nothing(rota: Schedule) -> None:
    scan(at(0))
    assert scan(at(12 * DAY)) == []


def test_the_letter_tells_when_where_why_and_what_to_do(rota: Schedule) -> None:
    scan(at(0))
    (message,) = OutgoingMessage.objects.all()
    assert message.body == (
        "Nobody can be reached on “Paris”:\n\n"
        "- Thu 14 Jan 2027 19:00 to Fri 15 Jan 2027 09:00: nobody scheduled\n\n"
        "Calls that come then go to the supervisors. Put somebody on call who can be reached:"
        f" http://testserver/admin/scheduling/schedule/{rota.pk}/change/\n"
    )
    (alert,) = CoverageAlert.objects.all()
    assert message.cause == f"coverage_alert:{alert.pk}"


def test_several_holes_make_one_letter_with_each_reason(rota: Schedule) -> None:
    away = build.staff("Away", active=False)
    build.shift(rota, away, at(10 * DAY + 20), at(11 * DAY + 8))
    services.delete_shift(rota.shifts.get(period__startswith=at(11 * DAY + 8)).pk, 1)
    build.shift(rota, build.staff("Bob"), at(12 * DAY), at(400 * DAY))
    assert scan(at(0)) == [HOLE]
    body = OutgoingMessage.objects.get().body
    assert [line for line in body.splitlines() if line.startswith("- ")] == [
        "- Thu 14 Jan 2027 19:00 to Thu 14 Jan 2027 21:00: nobody scheduled",
        "- Thu 14 Jan 2027 21:00 to Fri 15 Jan 2027 09:00: inactive",
        "- Fri 15 Jan 2027 09:00 to Sat 16 Jan 2027 01:00: nobody scheduled",
    ]


def test_an_empty_rota_is_told_once_from_now_on(sam: Staff) -> None:
    build.schedule("Lyon", sam)
    assert scan(at(0)) == ["sam@example.org: Nobody on call for Lyon: now"]
    assert "- now to Wed 17 Feb 2027 01:00 or later: nobody" in OutgoingMessage.objects.get().body
    assert [scan(at(hour)) for hour in range(1, 50)] == [[]] * 49


def test_times_are_those_of_the_schedule(rota: Schedule) -> None:
    Schedule.objects.update(time_zone="America/Montreal")
    scan(at(0))
    body = OutgoingMessage.objects.get().body
    assert "- Thu 14 Jan 2027 13:00 to Fri 15 Jan 2027 03:00: nobody" in body
    assert "Times are those of America/Montreal." in body


def test_each_reader_is_written_to_in_their_language(rota: Schedule, sam: Staff) -> None:
    rota.supervisor_entries.create(
        staff=build.staff("Zoé", email="zoe@example.org", language="fr"), position=2
    )
    scan(at(0))
    english, french = OutgoingMessage.objects.order_by("to")
    assert "Thu 14 Jan" in english.body
    assert "jeudi 14 janvier 2027" in french.body


def test_every_supervisor_with_an_address_is_written_to_once(rota: Schedule, sam: Staff) -> None:
    fresh = build.schedule("Lyon", sam, build.staff("Twin", email="SAM@example.org"))
    fresh.supervisor_entries.create(staff=build.staff("Kim", email="kim@example.org"), position=3)
    fresh.supervisor_entries.create(staff=build.staff("Mute"), position=4)
    gone = build.staff("Gone", email="gone@example.org", active=False)
    fresh.supervisor_entries.create(staff=gone, position=5)
    rota.shifts.all().delete()
    rota.delete()
    assert scan(at(0)) == [
        "kim@example.org: Nobody on call for Lyon: now",
        "sam@example.org: Nobody on call for Lyon: now",
    ]


def test_without_addresses_the_organisations_supervisors_are_written_to(rota: Schedule) -> None:
    Staff.objects.update(email="")
    build.organisation(build.staff("House", email="house@example.org"))
    assert scan(at(0)) == [HOLE.replace("sam@", "house@")]


def test_with_nobody_to_write_to_the_alert_is_kept_and_logged(
    rota: Schedule, caplog: pytest.LogCaptureFixture
) -> None:
    Staff.objects.update(email="")
    with caplog.at_level(logging.WARNING, "scheduling"):
        assert scan(at(0)) == []
    (alert,) = CoverageAlert.objects.all()
    assert caplog.messages == [f"coverage_alert_unread schedule={rota.pk} alert={alert.pk}"]
    assert scan(at(1)) == []
    assert len(caplog.messages) == 1


def test_no_coverage_required_or_no_lead_times_tell_nothing(rota: Schedule) -> None:
    build.schedule("Quiet", coverage={"kind": "none"})
    Schedule.objects.filter(pk=rota.pk).update(alert_before_hours=[])
    assert scan(at(0)) == []
    assert CoverageAlert.objects.count() == 0


def test_a_schedule_that_cannot_be_read_does_not_silence_the_others(
    rota: Schedule, caplog: pytest.LogCaptureFixture
) -> None:
    broken = build.schedule("Broken", coverage={"kind": "weekly"})
    assert broken.pk > rota.pk
    Schedule.objects.filter(pk=rota.pk).update(coverage={"kind": "weekly"})
    Schedule.objects.filter(pk=broken.pk).update(coverage={"kind": "always"})
    assert scan(at(0)) == []
    assert caplog.messages[0] == f"coverage_unknown schedule={rota.pk}"
    assert CoverageAlert.objects.filter(schedule=broken).exists()


@pytest.mark.django_db(transaction=True)
def test_two_scans_at_the_same_time_tell_it_once(rota: Schedule) -> None:
    start = Barrier(2)

    def scan_aside(_number: int) -> int:
        try:
            start.wait(10)
            return coverage_alerts.scan(at(0))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(scan_aside, range(2))) == [0, 1]
    assert CoverageAlert.objects.filter(schedule=rota).count() == 1


def test_beat_asks_for_the_scan_by_its_name() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["scan-coverage"]
    assert (entry["task"], entry["schedule"]) == (tasks.scan_coverage.name, 300.0)


def test_the_task_scans_at_the_time_of_the_clock(rota: Schedule) -> None:
    with clock.driven_by(lambda: at(0)):
        tasks.scan_coverage()
    assert CoverageAlert.objects.get().sent_at == at(0)


def test_schedules_without_holes_cost_a_fixed_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for name in ("One", "Two", "Three"):
        covered = build.schedule(name)
        build.shift(covered, build.staff(name), at(-1), at(24 * 60))
    with django_assert_num_queries(3):
        assert coverage_alerts.scan(at(0)) == 0
