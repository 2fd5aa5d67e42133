"""The frame of every page: tasks, who is on call, diverts in force, whose portal it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import access, clock
from oncall_portal.phones.emulator_client import is_emulated
from scheduling import wall, whens
from scheduling.access import standing_of
from scheduling.divert_words import in_force
from scheduling.enums import Role
from scheduling.glance import Glance, colours, glance
from scheduling.models import Schedule, Service, ServiceCategory, Staff
from scheduling.queries import house
from scheduling.resolve import DIVERT
from scheduling.types import House, Who
from telephony.models import (
    BlockedCaller,
    Call,
    Caller,
    EscalationScenario,
    Job,
    Menu,
    NumberProblem,
    PhoneNumber,
    Prompt,
    TextMessage,
)
from telephony.models import Promise as Promised
from voicemail.models import Erasure, Mailbox


@dataclass(frozen=True)
class Task:
    """What somebody comes to do: a link of the navigation; `paths` are the pages that belong."""

    key: str
    label: str | Promise
    name: str
    icon: str
    model: type[Any]
    paths: str
    near: bool = False  # stands in the bottom bar of a narrow window


@dataclass(frozen=True)
class Link:
    """A task or a tab as the page shows it."""

    key: str
    label: str | Promise
    url: str
    icon: str = ""
    current: bool = False
    near: bool = False


@dataclass(frozen=True)
class Chip:
    """Who takes the call of one schedule now; `who` is None when nobody does."""

    schedule: str
    who: Face | None
    until: str
    missing: bool
    diverted: bool


@dataclass(frozen=True)
class Face:
    """A person or a service as the avatar shows it."""

    name: str
    colour: str
    is_service: bool

    @property
    def short(self) -> str:
        """The first name of a person, the whole name of a service."""
        return self.name if self.is_service else self.name.split()[0]


TASKS = (
    Task("home", _("On call now"), "admin:index", "oncall", Schedule, r"$", near=True),
    Task(
        "calendar",
        _("Calendar"),
        "admin:scheduling_calendar",
        "calendar",
        Schedule,
        r"scheduling/(schedule/(calendar|\d+/calendar)|shift|rotation|override|timeoff|intendedgap)/",
        near=True,
    ),
    Task(
        "calls",
        _("Calls"),
        "admin:telephony_call_changelist",
        "phone",
        Call,
        r"telephony/(call|leg|callevent|callaction|caller|textmessage|promise)/|"
        r"telephony/(blockedcaller|job)/|"
        r"voicemail/erasure/",
        near=True,
    ),
    Task(
        "messages",
        _("Messages"),
        "admin:inbox",
        "message",
        Call,
        r"inbox/|voicemail/(voicemailmessage|recording)/",
        near=True,
    ),
    Task(
        "people",
        _("People"),
        "admin:scheduling_staff_changelist",
        "people",
        Staff,
        r"scheduling/(staff|service|servicecategory|contactnumber)/",
    ),
    Task(
        "numbers",
        _("Numbers & menus"),
        "admin:telephony_phonenumber_changelist",
        "numbers",
        PhoneNumber,
        r"telephony/(phonenumber|escalationscenario|menu(version)?|prompt|numberproblem)/|"
        r"voicemail/mailbox/",
    ),
    Task("statistics", _("Statistics"), "admin:statistics", "statistics", Call, r"statistics/"),
    Task(
        "settings",
        _("Settings"),
        "admin:settings",
        "settings",
        Schedule,
        r"settings/|(scheduling|telephony|auth|authtoken|django_celery_beat|outbox)/",
    ),
)
# the lists that belong together, as tabs above each of them
TABS: Mapping[str, tuple[tuple[str | Promise, type[Any]], ...]] = {
    "calls": (
        (_("Calls"), Call),
        (_("Texts"), TextMessage),
        (_("To be called back"), Promised),
        (_("Jobs"), Job),
        (_("Callers"), Caller),
        (_("Block list"), BlockedCaller),
        (_("Erasures"), Erasure),
    ),
    "people": (
        (_("People"), Staff),
        (_("Services"), Service),
        (_("Categories"), ServiceCategory),
    ),
    "numbers": (
        (_("Numbers"), PhoneNumber),
        (_("Menus"), Menu),
        (_("Scenarios"), EscalationScenario),
        (_("Announcements"), Prompt),
        (_("Problems ahead"), NumberProblem),
        (_("Mailboxes"), Mailbox),
    ),
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page shows to whoever asks; seven queries at most."""
    own = house_of(request)
    if not standing_of(request.user).at_least(Role.SUPERVISOR):
        return {"house": own, "tasks": (), "on_call_chips": (), "diverts_in_force": ()}
    known = colours()
    now = clock.now()
    return {
        "house": own,
        "own_name": standing_of(request.user).name,
        "tasks": tasks(request),
        "subtasks": tabs(request),
        "on_call_chips": [_chip(found, known, now) for found in glance(now, _language())],
        "diverts_in_force": in_force(request.user, now, own.time_zone),
        "colours_version": version(known.values()),
        "phones_url": _phones(request),
    }


def _phones(request: HttpRequest) -> str:
    """Return where the desk phones are, "" without an emulator and for who may not play."""
    emulated = settings.VONAGE is not None and is_emulated(settings.VONAGE)
    may_play = access.can(request.user, "change", PhoneNumber)
    return reverse("phones:desk") if emulated and may_play else ""


def tasks(request: HttpRequest) -> list[Link]:
    """Return the tasks that the asker may do, the one of this page marked."""
    here = _task_here(request)
    links = [
        Link(task.key, task.label, _address(task.name), task.icon, task is here, task.near)
        for task in TASKS
        if access.can(request.user, "view", task.model)
    ]
    return [link for link in links if link.url]


def tabs(request: HttpRequest) -> list[Link]:
    """Return the lists that belong with the one on this page, none when it stands alone."""
    here = _task_here(request)
    found = []
    for label, model in TABS.get(here.key if here else "", ()):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if access.can(request.user, "view", model):
            current = request.path.startswith(url)
            found.append(Link(model._meta.label_lower, label, url, current=current))
    return found


def version(used: Iterable[str]) -> str:
    """Return a short mark of the colours in use: another one whenever the stylesheet changes."""
    return hashlib.sha256(" ".join(sorted(set(used))).encode()).hexdigest()[:12]


def house_of(request: HttpRequest) -> House:
    """Return the house settings, asked of the database once per request."""
    known: House | None = request.__dict__.get("_house")
    if known is None:
        known = request.__dict__["_house"] = house()
    return known


def _task_here(request: HttpRequest) -> Task | None:
    start = reverse("admin:index")
    if not request.path.startswith(start):
        return None
    rest = request.path.removeprefix(start)
    return next((task for task in TASKS if re.match(task.paths, rest)), None)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # a page that is still to come
        return ""


def _chip(found: Glance, known: Mapping[Who, str], now: datetime) -> Chip:
    name = found.schedule.name
    if found.on_call is None:
        return Chip(name, None, "", found.missing, False)
    to = found.on_call.assignee
    colour = known.get(Who(to.staff, to.service), "")  # a bare number has none
    until = wall_time(found.on_call.until, now, found.schedule.time_zone)
    face = Face(to.name, colour, is_service=to.staff is None)
    return Chip(name, face, until, False, found.on_call.reason == DIVERT)


def wall_time(at: datetime, now: datetime, zone: str) -> str:
    """Return `at` by the clock of `zone`, short: "08:00", "Fri 08:00", "3 Dec"."""
    local = wall.wall(at, zone)
    if at - now < timedelta(hours=24):
        return whens.said(local, "H:i")
    return whens.said(local, "D H:i" if at - now < timedelta(days=6) else "j M")


def _language() -> str:
    return (get_language() or "en")[:2]
