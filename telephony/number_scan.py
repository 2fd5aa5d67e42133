"""Looks ninety days ahead for what a caller would find at each number, and tells it once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from oncall_portal.lib import phone
from oncall_portal.outbox.services import send_email
from scheduling import coverage, periods, queries, resolve
from scheduling.enums import AnsweredBy
from scheduling.models import ContactNumber, Schedule, Staff
from scheduling.queries import Rotas
from scheduling.types import Gap, Period, Who
from telephony import missing_prompts, opening, problem_letters
from telephony.enums import Behaviour, GoalKind, Problem
from telephony.models import NumberProblem, PhoneNumber
from telephony.models.menus import Destination
from telephony.problems import Found, Known, Row, compare
from telephony.ways_out import WaysOut

logger = logging.getLogger(__name__)

AHEAD = timedelta(days=90)
NAME_LENGTH, MEND_LENGTH = 160, 40


@transaction.atomic
def scan(now: datetime) -> int:
    """Look at every number from `now` (aware) for ninety days; return how many problems are new.

    Rows are written by difference. What is new goes to the supervisors of the number's schedule,
    or to the house's, in one e-mail each. The number of queries does not depend on how many
    numbers there are, but for those who are written to.
    """
    numbers = list(
        PhoneNumber.objects.select_for_update(of=("self",), no_key=True)
        .select_related("schedule")
        .order_by("pk")
    )
    found = list(_find(numbers, Period(now, now + AHEAD)))
    rows = NumberProblem.objects.order_by("period", "pk")
    difference = compare(map(_known, rows), found, now + AHEAD)
    NumberProblem.objects.filter(pk__in=difference.gone).delete()
    _write(difference.rows, now)
    return _tell({row.pk: row for row in numbers}, now)


# --- looking -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Led:
    """What a number's callers may come to: schedules in open and in closed hours, and services."""

    open: tuple[Schedule, ...]
    closed: tuple[Schedule, ...]
    services: tuple[int, ...]

    @property
    def schedules(self) -> dict[int, Schedule]:
        """Return all of its schedules by id."""
        return {row.pk: row for row in (*self.open, *self.closed)}


def _led(number: PhoneNumber, ways: WaysOut) -> _Led:
    menu, closed = ways.of_menu(number), ways.of_closed_hours(number)
    own = [number.schedule] if number.behaviour == Behaviour.ON_CALL and number.schedule else []
    services = {each.service_id for each in (*menu, *closed) if each.service_id is not None}
    return _Led((*own, *_schedules(menu)), tuple(_schedules(closed)), tuple(sorted(services)))


def _schedules(led: Iterable[Destination]) -> Iterator[Schedule]:
    for each in led:
        if each.kind == GoalKind.SCHEDULE and each.schedule is not None:
            yield each.schedule
        service = each.service
        if service is not None and service.answered_by == AnsweredBy.SCHEDULE:
            assert service.schedule is not None  # noqa: S101  a constraint holds it
            yield service.schedule


def _find(numbers: Iterable[PhoneNumber], window: Period) -> Iterator[Found]:
    ways = WaysOut()
    led = {number.pk: _led(number, ways) for number in numbers}
    schedules = {pk: row for each in led.values() for pk, row in each.schedules.items()}
    gaps = queries.load_gaps_of(filter(_is_readable, schedules.values()), *window)
    own, house = queries.supervisor_ids(schedules)
    also = {Who(service=pk) for each in led.values() for pk in each.services}
    also |= {Who(staff=pk) for pk in (*house, *(pk for each in own.values() for pk in each))}
    language = queries.house().languages[0]
    rotas = queries.load_rotas(*window, schedules, also, language)
    switched_off = _switched_off(rotas.people)
    yield from _missing(language, window)
    for number in numbers:
        mine = led[number.pk]
        yield from _nobody(number, mine, gaps, window)
        people = {Who(service=pk) for pk in mine.services}.union(
            *(resolve.people(rotas.facts[pk]) for pk in mine.schedules)
        )
        last = {pk for schedule in mine.schedules for pk in own[schedule] or house}
        last |= set() if mine.schedules else set(house)
        people |= {Who(staff=pk) for pk in last}
        for who in sorted(people & switched_off.keys()):
            for name in switched_off[who]:
                yield Found(number.pk, Problem.DISABLED_NUMBER, name, window, _mend(who))
        yield from _supervisors(number, last, rotas, window)


def _missing(language: str, window: Period) -> Iterator[Found]:
    """Yield what callers do not hear in their language; named in `language`, the house's first."""
    with translation.override(language):
        for each in missing_prompts.missing():
            name = f"{each.what} ({each.language})"[:NAME_LENGTH]
            mend = each.url if len(each.url) <= MEND_LENGTH else ""
            for number in each.numbers:
                yield Found(number, Problem.MISSING_PROMPT, name, window, mend)


def _is_readable(schedule: Schedule) -> bool:
    try:
        coverage.check(schedule.coverage)
    except coverage.UnknownCoverage:
        logger.error("coverage_unknown schedule=%s", schedule.pk)
        return False
    return True


def _nobody(
    number: PhoneNumber, led: _Led, gaps: Mapping[int, tuple[Gap, ...]], window: Period
) -> Iterator[Found]:
    """Yield when a caller would be led to a rota on which nobody can be reached."""
    if not any(gaps.get(pk) for pk in led.schedules):
        return
    is_open = _open_periods(number, window)
    is_closed = periods.subtract([window], is_open)
    for rows, hours in ((led.open, is_open), (led.closed, is_closed)):
        for schedule in dict.fromkeys(rows):
            holes = [gap.period for gap in gaps.get(schedule.pk, ()) if not gap.intended]
            for hole in periods.intersect(holes, hours):
                mend = f"schedule:{schedule.pk}"
                yield Found(number.pk, Problem.NOBODY, schedule.name, hole, mend)


def _open_periods(number: PhoneNumber, window: Period) -> list[Period]:
    if number.opening_hours is None:
        return [window]
    found: list[Period] = []
    region, at = queries.house().region, window.starts_at
    while at < window.ends_at:
        until = opening.next_change(number, region, at) or window.ends_at
        until = min(until, window.ends_at)
        if opening.is_open(number, region, at):
            found.append(Period(at, until))
        at = until
    return found


def _switched_off(people: Iterable[Who]) -> dict[Who, list[str]]:
    """Return the numbers of these people and services that are not in use; one query."""
    staff, services = ({getattr(who, kind) for who in people} for kind in ("staff", "service"))
    rows = ContactNumber.objects.filter(
        Q(staff__in=staff - {None}, staff__active=True)
        | Q(service__in=services - {None}, service__active=True),
        enabled=False,
    )
    found: dict[Who, list[str]] = defaultdict(list)
    for row in rows.select_related("staff", "service").order_by("position", "pk"):
        who = Who(row.staff_id, row.service_id)
        found[who].append(f"{row.staff or row.service}: {phone.mask(str(row.number))}")
    return found


def _supervisors(
    number: PhoneNumber, supervisors: Iterable[int], rotas: Rotas, window: Period
) -> Iterator[Found]:
    """Yield which of a number's supervisors cannot be reached: for good, or while they are away."""
    for pk in sorted(supervisors):
        person = rotas.people[Who(staff=pk)]
        gone = [window] if person.unreachable else rotas.away.get(pk, ())
        for period in periods.intersect([window], gone):
            mend = _mend(Who(staff=pk))
            yield Found(number.pk, Problem.UNREACHABLE_SUPERVISOR, person.name, period, mend)


def _mend(who: Who) -> str:
    return f"staff:{who.staff}" if who.staff else f"service:{who.service}"


# --- keeping and telling -------------------------------------------------------------------------


def _known(row: NumberProblem) -> Known:
    period = Period(row.period.lower, row.period.upper)
    found = Found(row.phone_number_id, Problem(row.kind), row.name, period, row.mend)
    return Known(row.pk, row.told_at, found)


def _write(rows: Iterable[Row], now: datetime) -> None:
    fresh = []
    for row in rows:
        found = row.found
        values = {
            "period": DateTimeTZRange(found.period.starts_at, found.period.ends_at),
            "told_at": row.told_at,
            "mend": found.mend,
        }
        if row.id is not None:
            NumberProblem.objects.filter(pk=row.id).update(**values)
            continue
        fresh.append(
            NumberProblem(
                phone_number_id=found.number,
                kind=found.kind.value,
                name=found.name,
                found_at=now,
                **values,
            )
        )
    NumberProblem.objects.bulk_create(fresh)


def _tell(numbers: Mapping[int, PhoneNumber], now: datetime) -> int:
    """Write to the supervisors of what nobody knows yet; return how many problems that is."""
    news = list(NumberProblem.objects.filter(told_at=None).order_by("phone_number", "period", "pk"))
    letters: dict[str, tuple[Staff, list[NumberProblem]]] = {}
    told: list[int] = []
    readers: dict[int, list[Staff]] = {}
    for row in news:
        row.phone_number = numbers[row.phone_number_id]
        schedule = row.phone_number.schedule_id or 0
        if schedule not in readers:
            readers[schedule] = queries.supervisors_by_mail(schedule)
        for person in readers[schedule]:
            letters.setdefault(person.email.lower(), (person, []))[1].append(row)
        told += [row.pk] if readers[schedule] else []
    for address, (person, rows) in letters.items():
        _send(address, person, rows, now)
    NumberProblem.objects.filter(pk__in=told).update(told_at=now)
    if len(told) < len(news):
        logger.warning("number_problems_unread count=%s", len(news) - len(told))
    return len(news)


def _send(address: str, person: Staff, rows: list[NumberProblem], now: datetime) -> None:
    page = settings.PUBLIC_URL + reverse("admin:telephony_numberproblem_changelist")
    with translation.override(person.language):
        send_email(
            to=person.email,
            subject=problem_letters.subject(rows),
            body=problem_letters.body(rows, page, queries.house().time_zone),
            cause=f"number_problem:{rows[0].pk}",
            key=f"number_problem:{rows[0].pk}:{int(now.timestamp())}:{address}",
            now=now,
        )
