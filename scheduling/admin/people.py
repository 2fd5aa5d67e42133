"""The admin of people and their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can
from oncall_portal.lib.form_fields import ZoneSelect
from oncall_portal.lib.texts import initials
from oncall_portal.lib.writes import Writes
from scheduling import access, feed_pages, labels, services, team, wall, whens
from scheduling.access import SEE_NUMBER
from scheduling.admin.fields import PROCESS_HELP, ColourForm
from scheduling.admin.inlines import NUMBER_WRITES, NumberForm, StaffNumbers
from scheduling.admin.tables import TableAdmin
from scheduling.enums import PersonWarning, Role
from scheduling.models import CalendarFeed, ContactNumber, Staff
from scheduling.people_warnings import Warned
from scheduling.tables import NumberTable, StaffTable


def face(name: str, colour: str, *, square: bool = False) -> SafeString:
    """Return an avatar with the name beside it."""
    return format_html(
        '<span class="face"><span class="av{} c-{}" aria-hidden="true">{}</span>{}</span>',
        " av-sq" if square else "",
        colour.removeprefix("#"),
        initials(name),
        name,
    )


class WithWarnings(admin.SimpleListFilter):
    """People about whom something is to be put right."""

    title = _("warnings")
    parameter_name = "warnings"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return the one choice beside "all"."""
        return [("yes", _("to be put right"))]

    def queryset(self, request: Any, queryset: QuerySet[Staff]) -> QuerySet[Staff]:
        """Return the people with a warning."""
        return queryset.filter(pk__in=team.warned_ids()) if self.value() == "yes" else queryset


class StaffForm(ColourForm):
    """A person."""

    class Meta:
        widgets = {"time_zone": ZoneSelect}
        help_texts = {
            "email": _("Messages and warnings are sent here."),
            "language": _("What they hear on the phone and read in e-mails."),
            "extension": _("Callers may dial it: 3 to 5 digits; empty for none."),
            "call_process": PROCESS_HELP,
            "active": _(
                "Untick instead of deleting: an inactive person is never rung, and their shifts "
                "show as holes until somebody else takes them."
            ),
            "user": _("Who signs in as this person; a login carries a role."),
        }


@admin.register(Staff)
class StaffAdmin(TableAdmin):
    """People."""

    form = StaffForm
    table = StaffTable
    writes = Writes(services.create_staff, services.change_staff, services.delete_staff)
    fields = (
        *("name", "colour", "language", "time_zone", "email", "extension", "call_process"),
        *("user", "active", "version"),
    )
    list_display = ("who", "phones", "email", "language", "duty", "told")
    list_filter = ("active", WithWarnings, "language")
    search_fields = ("name", "email", "extension", "numbers__number")
    inlines = [StaffNumbers]
    change_form_template = "admin/scheduling/person.html"

    class Media:
        css = {"all": ("css/people.css", "css/mailbox.css")}

    def get_urls(self) -> list[URLPattern]:
        """Add where one subscribes to a person's duties."""
        page = self.admin_site.admin_view(feed_pages.of_person)
        return [
            path("<int:pk>/subscribe/", page, name="scheduling_staff_subscribe"),
            *super().get_urls(),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let only administrators say whose login it is: a login carries a role."""
        boss = access.standing_of(request.user).at_least(Role.ADMINISTRATOR)
        return () if boss else ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Staff]:
        """Read the numbers with the people."""
        return super().get_queryset(request).select_related("user").prefetch_related("numbers")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Add to each person of the page what stands in no column of theirs."""
        found = super().get_changelist_instance(request)
        now, rows = clock.now(), list(found.result_list)
        told = team.members(rows, now)
        for person in rows:
            person.shown = told[person.pk]
            person.now = now
            person.asker = request.user
        found.result_list = rows
        return found

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Show above the form what is to be put right, and how."""
        person = kwargs.get("obj")
        if person is not None:
            told = team.warnings_of([person])[person.pk]
            context["may_subscribe"] = can(request.user, "add", CalendarFeed(staff=person))
            context["warned"] = [(each.severe, advice(each)) for each in told]
        return super().render_change_form(request, context, **kwargs)

    @admin.display(description=_("name"), ordering="name")
    def who(self, person: Staff) -> SafeString:
        """Return the person in their colour."""
        shown = face(person.name, person.colour)
        if person.active:
            return shown
        return format_html('{} <span class="tag">{}</span>', shown, gettext("inactive"))

    @admin.display(description=_("numbers"))
    def phones(self, person: Any) -> SafeString | str:
        """Return the first number in use, and how many more there are."""
        numbers = sorted(person.numbers.all(), key=lambda each: not each.enabled)
        if not numbers:
            return ""
        first, more = numbers[0], len(numbers) - 1
        whole = can(person.asker, SEE_NUMBER, first)
        shown = phone.spaced(str(first.number)) if whole else phone.mask(str(first.number))
        rest = format_html(' <span class="muted">+{}</span>', more) if more else ""
        return format_html('<span class="num nowrap">{}</span>{}', shown, rest)

    @admin.display(description=_("on call"))
    def duty(self, person: Any) -> SafeString | str:
        """Return until when they are on call, or from when."""
        duty = person.shown.duty
        if duty is None:
            return ""
        known = {"schedule": duty.schedule, "level": duty.level}
        if duty.starts_at <= person.now:
            words = gettext("until %(at)s") % {"at": _when(duty.ends_at, duty.zone)}
            tag = format_html('<span class="tag tag-new">{}</span> ', gettext("now"))
        else:
            words = gettext("from %(at)s") % {"at": _when(duty.starts_at, duty.zone)}
            tag = SafeString("")
        place = gettext("%(schedule)s, level %(level)s") % known
        return format_html('{}{}<br><span class="muted small">{}</span>', tag, words, place)

    @admin.display(description=_("to be put right"))
    def told(self, person: Any) -> SafeString:
        """Return the warnings as words with a symbol."""
        tags = [_tag(each) for each in person.shown.warnings]
        return format_html_join(" ", "{}", ((each,) for each in tags))


def _when(at: datetime, zone: str) -> str:
    return whens.said(wall.wall(at, zone), "D j M H:i")


def _tag(warned: Warned) -> SafeString:
    kind, symbol = ("bad", "bad") if warned.severe else ("warn", "warn")
    words = str(labels.PERSON_WARNING[warned.code])
    if warned.code is PersonWarning.NEAR_COLOUR:
        words %= {"about": ", ".join(warned.about)}
    return format_html(
        '<span class="tag tag-{}"><span class="dot dot-{}" aria-hidden="true"></span>{}</span>',
        kind,
        symbol,
        words,
    )


def advice(warned: Warned) -> str:
    """Return what is wrong and what to do about it, in a sentence."""
    names = warned.about
    if warned.code is not PersonWarning.NEAR_COLOUR:
        names = tuple(phone.spaced(each) for each in names)
    return str(labels.PERSON_ADVICE[warned.code]) % {"about": ", ".join(names)}


@admin.register(ContactNumber)
class ContactNumberAdmin(TableAdmin):
    """Numbers of people and services."""

    form = NumberForm
    table = NumberTable
    writes = NUMBER_WRITES
    list_display = ("number", "staff", "service", "label", "position", "enabled", "verified_at")
    list_filter = ("enabled", "can_sms")
    list_select_related = ("staff", "service")
    search_fields = ("number", "label", "staff__name")
    readonly_fields = ("verified_at",)
