"""What a calendar feed holds: the final schedule in words, told as changes of what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from scheduling import ical, queries, resolve
from scheduling.enums import AnsweredBy
from scheduling.ical.showing import Duty, Showing, Shown, compare, identities
from scheduling.models import CalendarFeed, FeedEvent, Schedule, Service
from scheduling.types import Assignee, FinalEntry, Period, ScheduleFacts, Who

BEHIND, AHEAD = timedelta(days=30), timedelta(days=180)
_LONGEST = timedelta(days=64)  # so that no event is cut where the window is
_READ_ANEW = timedelta(hours=1)
_KEPT = ("sequence", "starts_at", "ends_at", "values", "changed_at", "cancelled_at")


class Revoked(Exception):
    """This address is not in use any more."""


@dataclass(frozen=True)
class _Subject:
    """What a feed is about: whose duties (None: everybody's), and what it is called."""

    feed: CalendarFeed
    name: str
    zone: str
    language: str
    of: frozenset[Who] | None


def address_of(feed: CalendarFeed) -> str:
    """Return the whole address of a feed: whoever knows it reads the calendar."""
    return settings.PUBLIC_URL + reverse("calendar-feed", args=[feed.token])


@transaction.atomic
def read(token: str, now: datetime) -> bytes:
    """Return the calendar file behind an address, with what changed since it was read last.

    The number of queries is fixed. Raises CalendarFeed.DoesNotExist and Revoked.
    """
    rows = CalendarFeed.objects.select_for_update(of=("self",), no_key=True)
    feed = rows.select_related("staff", "schedule").get(token=token)
    if feed.revoked_at is not None or (feed.staff and not feed.staff.active):
        raise Revoked
    subject = _subject(feed)
    seen = [_shown(row) for row in FeedEvent.objects.filter(feed=feed).order_by("pk")]
    showing = compare(seen, _duties(subject, now), now - BEHIND, now)
    _remember(feed, showing, now)
    items = [_item(event) for event in showing.events]
    return ical.render(subject.name, subject.zone, items, now)


def _subject(feed: CalendarFeed) -> _Subject:
    house = queries.house()
    if feed.staff is None:
        schedule = feed.schedule
        assert schedule is not None  # noqa: S101  # feed_of_one
        return _Subject(feed, schedule.name, schedule.time_zone, house.languages[0], None)
    person = feed.staff
    with translation.override(person.language):
        name = _("On call: %(name)s") % {"name": person.name}
    return _Subject(
        feed, name, person.time_zone or house.time_zone, person.language, _whole(person.pk)
    )


def _whole(staff: int) -> frozenset[Who]:
    """Return for whom a person's phones ring: for themselves, and services that they answer."""
    mine = Service.objects.filter(members=staff).exclude(answered_by=AnsweredBy.NUMBERS.value)
    reached = mine.exclude(answered_by=AnsweredBy.SCHEDULE.value, numbers__enabled=True)
    services = (Who(service=pk) for pk in reached.values_list("pk", flat=True))
    return frozenset({Who(staff=staff), *services})


def _duties(subject: _Subject, now: datetime) -> list[Duty]:
    feed, window = subject.feed, Period(now - BEHIND, now + AHEAD)
    schedules = [feed.schedule] if feed.schedule else list(Schedule.objects.all())
    around = (window.starts_at - _LONGEST, window.ends_at + _LONGEST)
    rotas = queries.load_rotas(*around, [s.pk for s in schedules], language=subject.language)
    with translation.override(subject.language):
        return [
            Duty(_uid(feed, key), entry.period, _values(feed, schedule, entry, rotas.people))
            for schedule in schedules
            for key, entry in _entries(rotas.facts[schedule.pk], subject.of, window)
        ]


def _entries(
    facts: ScheduleFacts, of: frozenset[Who] | None, window: Period
) -> Iterator[tuple[str, FinalEntry]]:
    """Yield what lies in the window, whole, each with its identity."""
    around = (window.starts_at - _LONGEST, window.ends_at + _LONGEST)
    entries = resolve.final_schedule(facts, *around)
    mine = (entry for entry in entries if of is None or entry.who in of)
    for key, entry in identities(mine, facts):
        if entry.period.ends_at > window.starts_at and entry.period.starts_at < window.ends_at:
            yield key, entry


def _uid(feed: CalendarFeed, key: str) -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    whose = f"staff{feed.staff_id}" if feed.staff_id else f"schedule{feed.schedule_id}"
    return f"{whose}-{key}@{host}"[:120]


def _values(
    feed: CalendarFeed, schedule: Schedule, entry: FinalEntry, people: Mapping[Who, Assignee]
) -> dict[str, str]:
    name = people[entry.who].name
    told = {"schedule": schedule.name, "who": name, "level": entry.level}
    if feed.schedule_id:
        summary = _("%(who)s (level %(level)d)") % told
    elif entry.who.staff:
        summary = _("On call: %(schedule)s (level %(level)d)") % told
    else:
        summary = _("On call for %(who)s: %(schedule)s (level %(level)d)") % told
    lines = [schedule.name, _("Level %(level)d") % told, *_reason(entry)]
    page = reverse("admin:scheduling_schedule_calendar", args=[schedule.pk])
    return {
        "zone": schedule.time_zone,
        "summary": summary,
        "description": "\n".join(lines),
        "url": f"{settings.PUBLIC_URL}{page}",
    }


def _reason(entry: FinalEntry) -> list[str]:
    if entry.reason == resolve.DIVERT:
        return [_("All calls are diverted here.")]
    return [_("Stand-in")] if entry.override else []


def _shown(row: FeedEvent) -> Shown:
    period = Period(row.starts_at, row.ends_at)
    return Shown(
        row.pk, row.uid, row.sequence, period, row.values, row.changed_at, row.cancelled_at
    )


def _remember(feed: CalendarFeed, showing: Showing, now: datetime) -> None:
    """Keep what readers are shown anew; nothing is written where nothing changed."""
    rows = [
        FeedEvent(
            pk=event.id,
            feed=feed,
            uid=event.uid,
            sequence=event.sequence,
            starts_at=event.period.starts_at,
            ends_at=event.period.ends_at,
            values=event.values,
            changed_at=event.changed_at,
            cancelled_at=event.cancelled_at,
        )
        for event in showing.news
    ]
    if known := [row for row in rows if row.pk is not None]:
        FeedEvent.objects.bulk_update(known, _KEPT)
    if new := [row for row in rows if row.pk is None]:
        FeedEvent.objects.bulk_create(new)
    if showing.forgotten:
        FeedEvent.objects.filter(pk__in=showing.forgotten).delete()
    if feed.read_at is None or now - feed.read_at >= _READ_ANEW:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)


def _item(event: Shown) -> ical.FeedItem:
    return ical.FeedItem(
        uid=event.uid,
        sequence=event.sequence,
        period=event.period,
        changed_at=event.changed_at,
        cancelled=event.cancelled_at is not None,
        **event.values,
    )
