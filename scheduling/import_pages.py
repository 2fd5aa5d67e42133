"""The page where somebody's calendar file becomes shifts: chosen, mapped, looked at, imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from oncall_portal.lib import clock, texts
from oncall_portal.lib.access import can
from oncall_portal.lib.errors import Refused, RowsRefused
from scheduling import calendar_files, sealed_calendars, services, whens
from scheduling.enums import ImportResult
from scheduling.ical import matching
from scheduling.models import Schedule, Service, Shift, Staff
from scheduling.services import Choice, Imported, Line
from scheduling.types import CalendarFile, Who

_BESIDES = sealed_calendars.LONGEST + 500_000  # what the form may hold beside the file
_SHOWN = 200  # events that a page tells of
_NOBODY = "none"
_TAGS = {
    ImportResult.ADDED: "tag-ok",
    ImportResult.ALREADY_THERE: "tag-new",
    ImportResult.LEFT_OUT: "",
    ImportResult.PAST: "",
}


@csrf_exempt  # until it is known that there is not too much to read
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and take the form; a file that is too large is refused before anybody reads it."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > calendar_files.LARGEST + _BESIDES:
        schedule = _schedule(request, pk)
        return _show(request, schedule, {"refused": calendar_files.too_large().message})
    answer: HttpResponse = csrf_protect(_page)(request, pk)
    return answer


def _schedule(request: HttpRequest, pk: int) -> Schedule:
    if not can(request.user, "add", Shift):
        raise PermissionDenied
    return get_object_or_404(Schedule, pk=pk)


def _page(request: HttpRequest, pk: int) -> HttpResponse:
    schedule = _schedule(request, pk)
    if request.method != "POST":
        return _show(request, schedule, {})
    try:
        return _Look(request, schedule).answer()
    except Refused as refused:
        return _show(request, schedule, {"refused": refused.message})


class _Look:
    """One look at a file: whom its events are about, and what importing them would do."""

    def __init__(self, request: HttpRequest, schedule: Schedule) -> None:
        self.request, self.schedule = request, schedule
        self.salt = f"calendar:{schedule.pk}:{request.user.pk}"
        sealed = request.POST.get("sealed")
        self.found = sealed_calendars.opened(sealed, self.salt) if sealed else self._read()
        self.act = request.POST.get("act", "") if sealed else ""
        by_people = request.POST.get("by") == "people"
        self.by_people = by_people if sealed else matching.is_told_by_people(self.found.events)
        self.named = matching.named(self.found.events, self.by_people, calendar_files.known())

    def answer(self) -> HttpResponse:
        """Import what was looked at, or say what that would do."""
        guessed = self.act not in ("look", "import")
        choices = self._guesses() if guessed else self._choices()
        if self.act == "import":
            try:
                done = self._write(services.import_calendar, choices)
            except RowsRefused:
                pass  # a look tells what is in the way
            else:
                messages.success(self.request, _imported(done))
                calendar = "admin:scheduling_schedule_calendar"
                return HttpResponseRedirect(reverse(calendar, args=[self.schedule.pk]))
        looked = self._write(services.look_at_calendar, choices)
        return _show(self.request, self.schedule, self._context(choices, looked))

    def _write(self, write: Any, choices: Mapping[str, Choice]) -> Imported:
        done: Imported = write(self.schedule.pk, self.found.events, choices, self.by_people)
        return done

    def _read(self) -> CalendarFile:
        file = self.request.FILES.get("file")
        if file is None:
            raise calendar_files.required()
        if (file.size or 0) > calendar_files.LARGEST:
            raise calendar_files.too_large()
        return calendar_files.read(file.read(), self.schedule, clock.now())

    def _guesses(self) -> dict[str, Choice]:
        return {text: Choice(who) for text, who in matching.guesses(self.named).items()}

    def _choices(self) -> dict[str, Choice]:
        """Return what was chosen; a text for which nothing was is not among it."""
        found = {}
        for number, each in enumerate(self.named):
            kind, _colon, key = self.request.POST.get(f"who-{number}", "").partition(":")
            level = self.request.POST.get(f"level-{number}", "")
            if kind == _NOBODY:
                found[each.text] = Choice(None)
            elif kind in ("staff", "service") and key.isdigit() and level in list("123456789"):
                found[each.text] = Choice(_who(kind, int(key)), int(level))
        return found

    def _context(self, choices: Mapping[str, Choice], looked: Imported) -> dict[str, Any]:
        result = ImportResult
        return {
            "found": self.found,
            "sealed": sealed_calendars.seal(self.found, self.salt),
            "by_people": self.by_people,
            "texts": [_text(each, choices.get(each.text)) for each in self.named],
            "who_choices": _who_choices(),
            "levels": range(1, 10),
            "rows": [
                _row(line, self.schedule.time_zone, choices, self.by_people)
                for line in looked.lines[:_SHOWN]
            ],
            "more": max(len(looked.lines) - _SHOWN, 0),
            "wrong": len(looked.errors),
            "added": looked.count(result.ADDED),
            "already": looked.count(result.ALREADY_THERE),
            "left_out": looked.count(result.LEFT_OUT),
            "doubts": [
                (
                    each.title,
                    calendar_files.DOUBTS[each.reason],
                    each.starts_at and whens.day(each.starts_at, self.schedule.time_zone),
                )
                for each in self.found.doubts[:_SHOWN]
            ],
        }


def _show(request: HttpRequest, schedule: Schedule, told: dict[str, Any]) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "opts": Schedule._meta,
        "schedule": schedule,
        "title": _("Import a calendar: %(name)s") % {"name": schedule},
        **told,
    }
    return render(request, "admin/scheduling/import_calendar.html", context)


def _imported(done: Imported) -> str:
    added, already = done.count(ImportResult.ADDED), done.count(ImportResult.ALREADY_THERE)
    words = ngettext("%(count)d shift imported.", "%(count)d shifts imported.", added)
    told = words % {"count": added}
    if not already:
        return told
    more = ngettext(
        "%(count)d event was there already.", "%(count)d events were there already.", already
    )
    return f"{told} {more % {'count': already}}"


def _text(each: matching.Named, choice: Choice | None) -> dict[str, Any]:
    return {
        "text": each.text,
        "events": each.events,
        "who": _value(choice.who) if choice else "",
        "level": choice.level if choice else 1,
    }


def _who(kind: str, key: int) -> Who:
    return Who(staff=key) if kind == "staff" else Who(service=key)


def _value(who: Who | None) -> str:
    if who is None:
        return _NOBODY
    return f"staff:{who.staff}" if who.staff else f"service:{who.service}"


def _who_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return people and services in use, by name, as the boxes offer them."""
    language = get_language() or "en"
    people = Staff.objects.filter(active=True).order_by("name", "pk")
    others = Service.objects.filter(active=True)
    named = sorted((texts.choose(row.name, language), row.pk) for row in others)
    return [
        (_("People"), [(f"staff:{row.pk}", row.name) for row in people]),
        (_("Services"), [(f"service:{pk}", name) for name, pk in named]),
    ]


def _row(line: Line, zone: str, choices: Mapping[str, Choice], by_people: bool) -> dict[str, Any]:
    period = line.event.period
    return {
        "number": line.number,
        "text": matching.text_of(line.event, by_people),
        "starts": whens.day(period.starts_at, zone),
        "ends": whens.day(period.ends_at, zone),
        "words": line.error.message if line.error else calendar_files.RESULTS[line.result],
        "tag": "tag-bad" if line.error else _TAGS[line.result],
    }
