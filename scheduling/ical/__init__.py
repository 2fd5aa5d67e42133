"""iCalendar files: duties written for calendar programs, and somebody's rota read from one."""

from __future__ import annotations

from scheduling.ical.reading import LARGEST_FILE, LONGEST_WINDOW, CalendarRefused, read
from scheduling.ical.writing import FeedItem, render

__all__ = [
    "LARGEST_FILE",
    "LONGEST_WINDOW",
    "CalendarRefused",
    "FeedItem",
    "read",
    "render",
]
