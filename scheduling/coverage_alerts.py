"""Tells supervisors of holes ahead, once per stretch and lead time, and when they are filled."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from oncall_portal.outbox.services import send_email
from scheduling import alerting, coverage, letters, periods, queries
from scheduling.enums import AlertKind
from scheduling.models import CoverageAlert, Schedule
from scheduling.types import AlertDecision, CoverageNews, Gap, Period, Told

logger = logging.getLogger(__name__)

LOOK_BEYOND = timedelta(days=30)  # so that a hole is told with its end, not cut at the lead time


def scan(now: datetime) -> int:
    """Look at every schedule at `now`, tell what is new, and return the number of e-mails."""
    schedules = list(Schedule.objects.order_by("pk"))
    quiet = _quiet(schedules, now)
    return sum(_scan(row.pk, now) for row in schedules if row.pk not in quiet)


def _quiet(schedules: Iterable[Schedule], now: datetime) -> set[int]:
    """Return those with no hole ahead, and none told: most of them, found without a lock.

    A hole that opens just then is told by the next scan.
    """
    read = [row for row in schedules if row.alert_before_hours and _is_readable(row)]
    farthest = max((max(row.alert_before_hours) for row in read), default=0)
    horizon = now + timedelta(hours=farthest) + LOOK_BEYOND
    gaps = queries.load_gaps_of(read, now, horizon)
    told = set(_open_alerts(now).values_list("schedule", flat=True))
    return {row.pk for row in read if not gaps[row.pk] and row.pk not in told}


def _is_readable(schedule: Schedule) -> bool:
    try:
        coverage.check(schedule.coverage)
    except coverage.UnknownCoverage:
        return False
    return True


@transaction.atomic
def _scan(schedule_id: int, now: datetime) -> int:
    """Look at one schedule; its row is locked, so that two scans never tell the same thing."""
    schedule = Schedule.objects.select_for_update().filter(pk=schedule_id).first()
    if schedule is None or not schedule.alert_before_hours:
        return 0
    horizon = now + timedelta(hours=max(schedule.alert_before_hours)) + LOOK_BEYOND
    try:
        found = queries.load_gaps(schedule, now, horizon)
    except coverage.UnknownCoverage:
        logger.exception("coverage_unknown schedule=%s", schedule.pk)
        return 0
    gaps = tuple(gap for gap in found if not gap.intended)
    intended = [gap.period for gap in found if gap.intended]
    decision = alerting.decide(
        [gap.period for gap in gaps],
        _told(schedule, now),
        schedule.alert_before_hours,
        now,
        horizon,
    )
    covered = periods.subtract(decision.filled, intended)  # nobody is there, but on purpose
    decision = replace(decision, filled=tuple(covered))
    first = _keep(schedule, decision, gaps, now)
    if first is None:
        return 0
    news = CoverageNews(
        schedule=schedule.name,
        time_zone=schedule.time_zone,
        page=settings.PUBLIC_URL + reverse("admin:scheduling_schedule_change", args=[schedule.pk]),
        at=now,
        seen_until=horizon,
        gaps=tuple(_within(gaps, (told.period for told in decision.news))),
        filled=decision.filled,
    )
    return _write(schedule, news, first)


def _open_alerts(now: datetime) -> QuerySet[CoverageAlert]:
    """Return the holes that were told and are not over."""
    return CoverageAlert.objects.filter(
        kind=AlertKind.GAP.value, filled_at=None, period__endswith__gt=now
    )


def _told(schedule: Schedule, now: datetime) -> list[Told]:
    rows = _open_alerts(now).filter(schedule=schedule)
    return [
        Told(
            Period(row.period.lower, row.period.upper),
            row.lead_hours,
            row.sent_at,
            row.open_ended,
            row.pk,
        )
        for row in rows.order_by("pk")
    ]


def _keep(
    schedule: Schedule, decision: AlertDecision, gaps: Sequence[Gap], now: datetime
) -> CoverageAlert | None:
    """Write down what is told; return the first new row that gives reason to write, if any."""
    grown = [
        CoverageAlert(pk=row.id, period=_range(row.period), open_ended=row.open_ended)
        for row in decision.grown
    ]
    CoverageAlert.objects.bulk_update(grown, ["period", "open_ended"])
    closed = CoverageAlert.objects.filter(pk__in=[row.id for row in decision.closed if row.id])
    closed.update(filled_at=now)
    CoverageAlert.objects.bulk_create(_rows(schedule, decision.kept, gaps))
    told = _rows(schedule, decision.news, gaps)
    told += [
        CoverageAlert(
            schedule=schedule,
            kind=AlertKind.FILLED.value,
            period=_range(period),
            lead_hours=0,
            sent_at=now,
        )
        for period in decision.filled
    ]
    return next(iter(CoverageAlert.objects.bulk_create(told)), None)


def _rows(schedule: Schedule, told: Iterable[Told], gaps: Sequence[Gap]) -> list[CoverageAlert]:
    """Return a row for each reason within each stretch."""
    return [
        CoverageAlert(
            schedule=schedule,
            kind=AlertKind.GAP.value,
            period=_range(gap.period),
            reason=gap.reason.value,
            lead_hours=row.lead_hours,
            sent_at=row.sent_at,
            open_ended=row.open_ended and gap.period.ends_at == row.period.ends_at,
        )
        for row in told
        for gap in _within(gaps, [row.period])
    ]


def _within(gaps: Iterable[Gap], stretches: Iterable[Period]) -> list[Gap]:
    """Return the parts of `gaps` that lie within `stretches`, in order."""
    told = periods.merge(stretches)
    return [
        Gap(piece, gap.reason) for gap in gaps for piece in periods.intersect([gap.period], told)
    ]


def _range(period: Period) -> DateTimeTZRange:
    return DateTimeTZRange(period.starts_at, period.ends_at)


def _write(schedule: Schedule, news: CoverageNews, first: CoverageAlert) -> int:
    """Write one e-mail to each supervisor who has an address; return how many."""
    people = queries.supervisors_by_mail(schedule.pk)
    if not people:
        logger.warning("coverage_alert_unread schedule=%s alert=%s", schedule.pk, first.pk)
    for person in people:
        with translation.override(person.language):
            send_email(
                to=person.email,
                subject=letters.subject(news),
                body=letters.body(news, person.time_zone),
                cause=f"coverage_alert:{first.pk}",
                key=f"coverage_alert:{first.pk}:{person.email.lower()}",
                now=news.at,
            )
    return len(people)
