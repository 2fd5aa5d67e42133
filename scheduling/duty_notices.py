"""Tells people how their duties changed: one e-mail for all that happened within some minutes.

But for what a letter about a swap told them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils import translation

from oncall_portal.outbox.services import send_email
from scheduling import (
    duties,
    duty_changes,
    notice_letters,
    offer_changes,
    operations,
    swap_letters,
)
from scheduling.duties import Duty
from scheduling.duty_changes import OVERRIDE, SHIFT, Row, Rows
from scheduling.enums import ShiftState
from scheduling.models import DutyNotice, Override, RotaOperation, Schedule, Shift, Staff
from scheduling.notice_letters import DutyNews, ScheduleNews
from scheduling.offer_changes import Offer, OfferNews
from scheduling.operation_words import author_words
from scheduling.queries.standins import override_fact
from scheduling.types import Change, Period, ShiftFact, Who

QUIET = timedelta(minutes=5)  # so long nothing more must have come
LONGEST = timedelta(minutes=15)  # so long a notice waits while more comes
KEPT_FOR = timedelta(days=90)  # so long it can be looked up whom a change was told to


def tell(now: datetime) -> int:
    """Tell everybody whose notices are due at `now`; return the number of e-mails.

    Several may run at once: each person is told by one of them.
    """
    waiting = DutyNotice.objects.filter(closed_at=None).order_by("staff").values("staff")
    spans = waiting.annotate(first=Min("created_at"), last=Max("created_at"))
    due = spans.filter(Q(last__lte=now - QUIET) | Q(first__lte=now - LONGEST))
    return sum(_tell(staff, now) for staff in list(due.values_list("staff", flat=True)))


def prune(now: datetime) -> int:
    """Delete the notices that were closed long ago, and return how many; open ones stay."""
    return DutyNotice.objects.filter(closed_at__lt=now - KEPT_FOR).delete()[0]


@transaction.atomic
def _tell(staff: int, now: datetime) -> int:
    """Tell one person what changed in all, if anything did, and close the notices."""
    open_rows = DutyNotice.objects.filter(staff=staff, closed_at=None).order_by("pk")
    rows = list(
        open_rows.select_for_update(of=("self",), skip_locked=True).select_related(
            "staff", "operation__schedule"
        )
    )
    if not rows or not _due(rows, now):
        return 0
    DutyNotice.objects.filter(pk__in=[row.pk for row in rows]).update(closed_at=now)
    person = rows[0].staff
    if not person.email or not person.active:
        return 0
    with translation.override(person.language):
        news = _news(person, rows, now)
        if not news.schedules:
            return 0
        send_email(
            to=person.email,
            subject=notice_letters.subject(news),
            body=notice_letters.body(news, person.time_zone),
            cause=f"duty_notice:{rows[-1].pk}",
            key=f"duty_notice:{rows[-1].pk}",
            now=now,
        )
    return 1


def _due(rows: Sequence[DutyNotice], now: datetime) -> bool:
    first, last = min(row.created_at for row in rows), max(row.created_at for row in rows)
    return last <= now - QUIET or first <= now - LONGEST


def _news(person: Staff, rows: Sequence[DutyNotice], now: datetime) -> DutyNews:
    """Return how the duties of a person differ from what they know, before the first of `rows`."""
    told: dict[Schedule, list[RotaOperation]] = {}
    for row in rows:
        if row.operation.schedule is not None:
            told.setdefault(row.operation.schedule, []).append(row.operation)
    found: list[ScheduleNews] = []
    authors: dict[str, None] = {}
    for schedule, theirs in sorted(told.items(), key=lambda item: item[0].name):
        meant, later = _done(schedule.pk, theirs[0].pk, theirs[-1].pk)
        before, after = _duties(person.pk, schedule.pk, meant, later)
        differs = duty_changes.difference(before, after, now)
        offers = _offers(offer_changes.news(_changes(meant), person.pk), now)
        if differs or offers:
            page = reverse("admin:scheduling_schedule_calendar", args=[schedule.pk])
            zone, address = schedule.time_zone, settings.PUBLIC_URL + page
            found.append(ScheduleNews(schedule.name, zone, address, differs, offers))
            authors |= dict.fromkeys(author_words(operation) for operation in theirs)
    return DutyNews(tuple(found), tuple(authors))


def _done(schedule: int, first: int, last: int) -> tuple[list[RotaOperation], list[RotaOperation]]:
    """Return what was done from the operation `first` to the operation `last`, and after it."""
    since = list(RotaOperation.objects.filter(schedule=schedule, pk__gte=first).order_by("pk"))
    meant = [operation for operation in since if operation.pk <= last]
    return meant, since[len(meant) :]


def _changes(done: Iterable[RotaOperation]) -> list[Change]:
    return [change for operation in done for change in operations.changes_of(operation)]


def _offers(found: OfferNews, now: datetime) -> OfferNews:
    """Return offers with the times and levels of their shifts, but for what is over by `now`."""
    if not found:
        return found
    shifts = Shift.objects.in_bulk({offer.shift for offer in found.all})

    def whole(offers: Iterable[Offer]) -> tuple[Offer, ...]:
        known = (_completed(offer, shifts.get(offer.shift)) for offer in offers)
        return tuple(each for each in known if each.period and each.period.ends_at > now)

    return OfferNews(whole(found.gone), whole(found.again), whole(found.own))


def _completed(offer: Offer, shift: Shift | None) -> Offer:
    if shift is None:
        return offer
    period = offer.period or Period(shift.starts_at, shift.ends_at)
    return replace(offer, period=period, level=offer.level or shift.level)


def _duties(
    staff: int, schedule: int, meant: Sequence[RotaOperation], later: Sequence[RotaOperation]
) -> tuple[list[Duty], list[Duty]]:
    """Return what a person had, as far as they know, before what is `meant`, and after it.

    Both are reckoned back from the rows of today, so that what came `later` is told by its own
    notice. What a letter about a swap told them already they know.
    """
    changes = _changes(meant)
    period = duty_changes.hull(changes)
    if period is None:
        return [], []
    after = duty_changes.taken_back(_rows(schedule, period), _changes(later))
    known = duty_changes.taken_back(after, changes)
    for operation in meant:
        own = operations.changes_of(operation)
        if swap_letters.told(operation.kind, own, staff):
            known = duty_changes.applied(known, own)
    return _of(staff, schedule, known, period), _of(staff, schedule, after, period)


def _of(staff: int, schedule: int, rows: Rows, period: Period) -> list[Duty]:
    known = duty_changes.facts(rows)
    found = duties.of_facts(known, schedule, period.starts_at, period.ends_at)
    return [duty for duty in found if duty.staff == staff]


def _rows(schedule: int, period: Period) -> Rows:
    """Return the rows that decide on the duties of a schedule as they are; two queries."""
    within = {
        "schedule": schedule,
        "period__overlap": DateTimeTZRange(period.starts_at, period.ends_at),
    }
    found: dict[tuple[str, int], Row] = {}
    for shift in Shift.objects.filter(**within).exclude(state=ShiftState.CANCELLED.value):
        who = Who(shift.staff_id, shift.service_id)
        lasting = Period(shift.starts_at, shift.ends_at)
        found[SHIFT, shift.pk] = ShiftFact(shift.pk, who, shift.level, lasting)
    for override in Override.objects.filter(**within):
        found[OVERRIDE, override.pk] = override_fact(override)
    return found
