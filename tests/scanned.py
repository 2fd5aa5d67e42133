"""A line, its people, and what the look ninety days ahead found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from scheduling.models import (
    Organisation,
    Schedule,
    Shift,
    Staff,
)
from telephony.models import Menu, MenuOption, NumberProblem, PhoneNumber
from tests.cast import START, Cast, create

AHEAD = timedelta(days=90)
BOTH = {"en": "Hello", "fr": "Bonjour"}
TWO = (("Chloé", "11"), ("Sam", "22"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def cover(schedule: Schedule, person: Staff, start: timedelta, end: timedelta) -> Shift:
    """Put somebody on call, counted from the stories' start."""
    period = DateTimeTZRange(START + start, START + end)
    return Shift.objects.create(schedule=schedule, staff=person, level=1, period=period)


def house() -> Cast:
    """Bruno is on call for all of the ninety days; Sam supervises."""
    cast = create()
    Organisation.objects.update(languages=["en", "fr"])
    cover(cast.schedule, cast.bruno, -DAY, AHEAD + 30 * DAY)
    return cast


def menu_with(**leads: Any) -> Menu:
    """Give the line a menu in the place of its rota, whose key 1 leads there."""
    menu = Menu.objects.create(name="Main")
    MenuOption.objects.create(menu=menu, key="1", name=BOTH, **leads)
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu)
    return menu


def open_till_eleven() -> PhoneNumber:
    """Let the line be open every day from eight to eleven; the stories start at ten."""
    line = PhoneNumber.objects.get()
    week = ["mo", "tu", "we", "th", "fr", "sa", "su"]
    line.opening_hours = {
        "time_zone": "Europe/Paris",
        "weekly": [{"days": week, "from": "08:00", "to": "11:00"}],
        "holidays": "as_usual",
        "exceptions": [],
    }
    line.save()
    return line


def found() -> list[tuple[str, str]]:
    """Return what is kept: the kind, and what or who."""
    rows = NumberProblem.objects.order_by("kind", "period", "name")
    return list(rows.values_list("kind", "name"))


def stretches() -> list[tuple[timedelta, timedelta]]:
    """Return when nobody is reached, counted from the stories' start."""
    rows = NumberProblem.objects.filter(kind="nobody").order_by("period")
    return [(row.period.lower - START, row.period.upper - START) for row in rows]
