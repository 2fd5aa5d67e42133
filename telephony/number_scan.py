"""Looks ninety days ahead for what a caller would find at each number, and tells it once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.lib import dialling, phone
from oncall_portal.lib.dialling import NotDialled
from oncall_portal.outbox.services import send_email
from scheduling import periods, queries
from scheduling.models import ContactNumber, Staff
from scheduling.types import Period, Who
from telephony import missing_prompts, number_goals, opening, problem_letters
from telephony.enums import Problem
from telephony.models import NumberProblem, PhoneNumber
from telephony.number_goals import Led
from telephony.number_reach import Reach
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
    language = queries.house().languages[0]
    with translation.override(language):
        found = list(_find(numbers, Period(now, now + AHEAD), language))
    rows = NumberProblem.objects.order_by("period", "pk")
    difference = compare(map(_known, rows), found, now + AHEAD)
    NumberProblem.objects.filter(pk__in=difference.gone).delete()
    _write(difference.rows, now)
    return _tell({row.pk: row for row in numbers}, now)


# --- looking -------------------------------------------------------------------------------------


def _find(numbers: Iterable[PhoneNumber], window: Period, language: str) -> Iterator[Found]:
    """Yield what callers would find at these numbers; names in `language`, the house's first."""
    ways = WaysOut()
    led = {number.pk: number_goals.led(number, ways) for number in numbers}
    reach = Reach(led.values(), window, language)
    silent = _not_rung({*reach.people, *chain(*reach.members.values())})
    yield from _missing(window)
    for number in numbers:
        mine = led[number.pk]
        yield from _nobody(number, mine, reach)
        for who in sorted(reach.whom(mine, number.pk) & silent.keys(), key=_order):
            for name in silent[who]:
                yield Found(number.pk, Problem.DISABLED_NUMBER, name, window, _mend(who))
        yield from _not_transferred(number, ways, window)
        yield from _supervisors(number, reach.supervisors(mine), reach)


def _missing(window: Period) -> Iterator[Found]:
    """Yield what callers do not hear in their language."""
    for each in missing_prompts.missing():
        name = f"{each.what} ({each.language})"[:NAME_LENGTH]
        mend = each.url if len(each.url) <= MEND_LENGTH else ""
        for number in each.numbers:
            yield Found(number, Problem.MISSING_PROMPT, name, window, mend)


def _nobody(number: PhoneNumber, led: Led, reach: Reach) -> Iterator[Found]:
    """Yield when a caller would be led to where nobody can be reached, whatever must be covered.

    Only the hours count in which callers are led there: a divert goes before all else.
    """
    holes = [list(reach.nobody(goals, number.pk)) for goals in (led.open, led.closed)]
    diverts = [period for _goal, period in reach.diverts.get(number.pk, ())]
    if not any(holes) and not diverts:
        return
    straight = periods.subtract([reach.window], diverts)
    is_open = periods.intersect(straight, _open_periods(number, reach.window))
    is_closed = periods.subtract(straight, is_open)
    sides = ((holes[0], is_open), (holes[1], is_closed), (reach.diverted(number.pk), diverts))
    for found, hours in sides:
        for hole in found:
            for stretch in periods.intersect(hole.stretches, hours):
                yield Found(number.pk, Problem.NOBODY, hole.name, stretch, hole.mend)


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


def _not_rung(people: Iterable[Who]) -> dict[Who, list[str]]:
    """Return the numbers of these that are never rung, each with the reason; one query."""
    asked = set(people)
    staff, services = ({getattr(who, kind) for who in asked} for kind in ("staff", "service"))
    rows = ContactNumber.objects.filter(
        Q(staff__in=staff - {None}, staff__active=True)
        | Q(service__in=services - {None}, service__active=True)
    )
    found: dict[Who, list[str]] = defaultdict(list)
    for row in rows.select_related("staff", "service").order_by("position", "pk"):
        why = _refused(str(row.number)) if row.enabled else _("switched off")
        if why:
            who = Who(row.staff_id, row.service_id)
            found[who].append(_named(str(row.staff or row.service), str(row.number), why))
    for who in asked:
        if who.number and (why := _refused(who.number)):
            found[who].append(_named(_("divert"), who.number, why))
    return found


def _not_transferred(number: PhoneNumber, ways: WaysOut, window: Period) -> Iterator[Found]:
    """Yield to which numbers calls are not transferred, although it is set so."""
    for each in number_goals.transfers(number, ways):
        if why := _refused(each.number):
            name = _named(each.where, each.number, why)
            yield Found(number.pk, Problem.DISABLED_NUMBER, name, window, each.mend)


def _refused(number: str) -> str:
    """Return why a number (E.164) is never dialled, "" where it is."""
    match dialling.refusal(number, queries.house().countries):
        case None:
            return ""
        case NotDialled.COUNTRY:
            return _("country not called")
    return _("never dialled")


def _named(whose: str, number: str, why: str) -> str:
    return f"{whose}: {phone.mask(number)} ({why})"[:NAME_LENGTH]


def _supervisors(number: PhoneNumber, supervisors: Iterable[int], reach: Reach) -> Iterator[Found]:
    """Yield which of a number's supervisors cannot be reached: for good, or while they are away."""
    for pk in sorted(supervisors):
        who = Who(staff=pk)
        for period in reach.gone([who]):
            name = reach.people[who].name
            yield Found(number.pk, Problem.UNREACHABLE_SUPERVISOR, name, period, _mend(who))


def _mend(who: Who) -> str:
    if who.number:
        return ""
    return f"staff:{who.staff}" if who.staff else f"service:{who.service}"


def _order(who: Who) -> tuple[int, int, str]:
    return (who.staff or 0, who.service or 0, who.number or "")


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
            body=problem_letters.body(rows, page, queries.house().time_zone, person.time_zone),
            cause=f"number_problem:{rows[0].pk}",
            key=f"number_problem:{rows[0].pk}:{int(now.timestamp())}:{address}",
            now=now,
        )
