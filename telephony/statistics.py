"""Figures of a stretch of time, counted by the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet
from django.db.models.functions import TruncDate

from telephony.enums import Direction, Outcome, PromiseState
from telephony.models import Call, Promise

ANSWERED = (Outcome.CONNECTED.value, Outcome.PICKED_UP.value)
_TAKEN = Q(outcome__in=ANSWERED)


@dataclass(frozen=True)
class Day:
    """The calls that came in on one day of the zone, and how many of them were answered."""

    date: date
    calls: int
    answered: int


@dataclass(frozen=True)
class Line:
    """The calls to one of our numbers; `name` is "" for a number that is gone."""

    number: int | None
    name: str
    calls: int
    answered: int


@dataclass(frozen=True)
class Figures:
    """What happened in a stretch of time; `median_wait` is until somebody took the call."""

    outcomes: Mapping[str, int]
    days: tuple[Day, ...]
    lines: tuple[Line, ...]
    median_wait: timedelta | None

    @property
    def calls(self) -> int:
        """How many calls came in, those still going on included."""
        return sum(self.outcomes.values())

    @property
    def answered(self) -> int:
        """How many of them somebody took."""
        return sum(self.outcomes.get(outcome, 0) for outcome in ANSWERED)


def figures(starts_at: datetime, ends_at: datetime, zone: str) -> Figures:
    """Count the calls that began in [starts_at, ends_at), days by the clock of `zone`.

    Four queries. Outcomes come most frequent first, "" for a call still going on; days are all
    there, the empty ones too; lines come busiest first.
    """
    calls = Call.objects.filter(
        direction=Direction.IN.value, started_at__gte=starts_at, started_at__lt=ends_at
    ).order_by()
    outcomes = calls.values_list("outcome").annotate(n=Count("pk")).order_by("-n", "outcome")
    return Figures(
        dict(outcomes), _days(calls, starts_at, ends_at, zone), _lines(calls), _median(calls)
    )


def _days(
    calls: QuerySet[Call], starts_at: datetime, ends_at: datetime, zone: str
) -> tuple[Day, ...]:
    tz = ZoneInfo(zone)
    counted = calls.values(day=TruncDate("started_at", tzinfo=tz)).annotate(
        n=Count("pk"), taken=Count("pk", filter=_TAKEN)
    )
    found = {row["day"]: (row["n"], row["taken"]) for row in counted}
    first = starts_at.astimezone(tz).date()
    last = (ends_at - timedelta(microseconds=1)).astimezone(tz).date()
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return tuple(Day(day, *found.get(day, (0, 0))) for day in every)


def _lines(calls: QuerySet[Call]) -> tuple[Line, ...]:
    counted = (
        calls.values_list("phone_number_id", "phone_number__name")
        .annotate(n=Count("pk"), taken=Count("pk", filter=_TAKEN))
        .order_by("-n", "phone_number__name")
    )
    return tuple(Line(key, name or "", n, taken) for key, name, n, taken in counted)


class _Median(Aggregate):
    template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def _median(calls: QuerySet[Call]) -> timedelta | None:
    taken = calls.filter(_TAKEN, accepted_at__isnull=False)
    waited: timedelta | None = taken.aggregate(m=_Median(F("accepted_at") - F("started_at")))["m"]
    return waited


@dataclass(frozen=True)
class CalledBack:
    """What became of what callers were promised; times are from the promise to the talk.

    `in_time` counts those kept by their deadline, `open_late` those that wait beyond it.
    """

    promised: int
    kept: int
    in_time: int
    waived: int
    open_late: int
    median: timedelta | None
    p90: timedelta | None

    @property
    def share(self) -> int | None:
        """Return how many in a hundred were kept in time, of those that are due or done."""
        settled = self.kept + self.open_late
        return round(100 * self.in_time / settled) if settled else None


class _P90(_Median):
    template = "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"


def called_back(starts_at: datetime, ends_at: datetime, now: datetime) -> CalledBack:
    """Measure what was promised in [starts_at, ends_at), as it stands at `now`; one query."""
    kept = Q(state=PromiseState.KEPT.value)
    took = F("done_at") - F("made_at")
    rows = Promise.objects.filter(made_at__gte=starts_at, made_at__lt=ends_at).order_by()
    found = rows.aggregate(
        promised=Count("pk"),
        kept=Count("pk", filter=kept),
        in_time=Count("pk", filter=kept & Q(done_at__lte=F("due_at"))),
        waived=Count("pk", filter=Q(state=PromiseState.WAIVED.value)),
        open_late=Count("pk", filter=Q(state=PromiseState.OPEN.value, due_at__lte=now)),
        median=_Median(took, filter=kept),
        p90=_P90(took, filter=kept),
    )
    return CalledBack(**found)
