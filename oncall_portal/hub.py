"""The settings page: everything that is set once, and everything that is kept, in groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group as LoginGroup
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask
from rest_framework.authtoken.models import TokenProxy

from oncall_portal.lib import access
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.phones.emulator_client import is_emulated
from scheduling.models import (
    CalendarFeed,
    CoverageAlert,
    Divert,
    DutyNotice,
    IntendedGap,
    Organisation,
    Override,
    Rotation,
    Schedule,
    Service,
    ServiceCategory,
    SwapRequest,
    TimeOff,
)
from telephony.models import (
    CallAction,
    CallEvent,
    EscalationScenario,
    JobHook,
    Leg,
    PhoneNumber,
    Prompt,
    WatchdogPulse,
    WebhookReceipt,
)
from voicemail.models import Mailbox

Words = str | Promise


@dataclass(frozen=True)
class Entry:
    """A list or a page, and what one finds there; `action` on `model` is what it takes to see it.

    Without an address (a name of `urls`) it is the list of the model.
    """

    label: Words
    sentence: Words
    model: type[Model]
    action: str = "view"
    address: str = ""

    @property
    def url(self) -> str:
        """Where it is."""
        meta = self.model._meta
        return reverse(self.address or f"admin:{meta.app_label}_{meta.model_name}_changelist")


HOUSE = (
    Entry(
        _("Organisation"),
        _("Name, time zone, languages, how long phones ring, and who supervises everything."),
        Organisation,
    ),
    Entry(
        _("Schedules"),
        _("What must be covered, by whose clock, and who supervises it."),
        Schedule,
    ),
    Entry(_("Services"), _("What callers ask for, and who answers it."), Service),
    Entry(
        _("Service categories"), _("The headings under which services are found."), ServiceCategory
    ),
)
ROTA = (
    Entry(_("Rotations"), _("Who takes turns, on which days and at what hours."), Rotation),
    Entry(_("Stand-ins"), _("Who takes whose place for a while, and on which schedule."), Override),
    Entry(
        _("Swaps"), _("Shifts that people offer each other, and what became of it."), SwapRequest
    ),
    Entry(_("Time off"), _("When people are away, and cannot be on call."), TimeOff),
    Entry(
        _("Intended holes"), _("When a schedule is meant to have nobody: no warning."), IntendedGap
    ),
    Entry(
        _("Swaps"), _("Shifts that people give away or exchange, and who took them."), SwapRequest
    ),
    Entry(
        _("Calendar feeds"), _("Private addresses at which calendar programs read."), CalendarFeed
    ),
)
CALLING = (
    Entry(_("Numbers"), _("The numbers that callers dial, and where each leads."), PhoneNumber),
    Entry(
        _("Scenarios"),
        _("Who is rung, in what order and for how long, before a message is taken."),
        EscalationScenario,
    ),
    Entry(_("Announcements"), _("What callers hear, in your own words or voice."), Prompt),
    Entry(_("Mailboxes"), _("Where messages are left, and who gets them."), Mailbox),
    Entry(
        _("General mailbox"),
        _("Who gets the messages for which there is no mailbox of its own."),
        Mailbox,
        "view",
        "admin:voicemail_general_mailbox",
    ),
)
LOGINS = (
    Entry(_("Logins"), _("Who may sign in, and their passwords."), User),
    Entry(_("Groups"), _("Those in “managers” may change everything but logins."), LoginGroup),
    Entry(_("API keys"), _("What other programs sign in with."), TokenProxy),
    Entry(
        _("Systems that take jobs over"), _("Where every job is sent to, signed."), JobHook, "add"
    ),
)
HISTORY = (
    Entry(_("Diverts"), _("What was diverted, to whom, and by whom."), Divert),
    Entry(
        _("Coverage alerts"), _("When supervisors were told that nobody is on call."), CoverageAlert
    ),
    Entry(
        _("Notices of changes"), _("Who is told by e-mail that their duties changed."), DutyNotice
    ),
    Entry(_("Messages out"), _("Every e-mail and SMS that left, or waits to."), OutgoingMessage),
    Entry(_("Phones rung"), _("Every phone that a call made ring, and what came of it."), Leg),
    Entry(_("Events"), _("Every step of every call, as it happened."), CallEvent),
    Entry(_("Requests"), _("What was asked of the telephone platform."), CallAction),
    Entry(_("Webhooks"), _("What the telephone platform told the portal."), WebhookReceipt),
)
WORKINGS = (
    Entry(_("Periodic tasks"), _("What the portal does by itself, and how often."), PeriodicTask),
    Entry(
        _("Watchdog"), _("The sign of life of what keeps the deadlines of calls."), WatchdogPulse
    ),
    Entry(
        _("API"),
        _("Its description (OpenAPI), for who writes programs."),
        Schedule,
        "view",
        "schema",
    ),
)
DESK = Entry(
    _("Desk phones"),
    _("Play the caller and every phone: no real phone rings."),
    PhoneNumber,
    "change",
    "phones:desk",
)
GROUPS: tuple[tuple[Words, tuple[Entry, ...]], ...] = (
    (_("The house"), HOUSE),
    (_("The rota"), ROTA),
    (_("Numbers & menus"), CALLING),
    (_("Logins"), LOGINS),
    (_("History"), HISTORY),
    (_("Workings"), WORKINGS),
)


def view(request: HttpRequest) -> HttpResponse:
    """Show the groups, each entry only to who may see what it leads to."""
    context = {
        **admin.site.each_context(request),
        "title": _now("Settings"),
        "groups": list(_groups(request.user)),
    }
    return TemplateResponse(request, "admin/settings.html", context)


def _groups(user: Any) -> Iterator[tuple[Words, list[Entry]]]:
    desk = (DESK,) if settings.VONAGE and is_emulated(settings.VONAGE) else ()
    for title, entries in GROUPS:
        offered = (*entries, *desk) if entries is WORKINGS else entries
        seen = [entry for entry in offered if access.can(user, entry.action, entry.model)]
        if seen:
            yield title, seen
