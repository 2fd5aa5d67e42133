"""The admin of people, services, schedules, shifts and the house."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import (
    Guarded,
    ListInline,
    RowsInline,
    ServedAdmin,
    VersionedForm,
)
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.texts_form import TextsFormField
from oncall_portal.lib.writes import Writes
from scheduling import access, services
from scheduling.calendar import views as calendar
from scheduling.diverts import DivertAdmin
from scheduling.enums import Role
from scheduling.models import (
    ContactNumber,
    CoverageAlert,
    Divert,
    Organisation,
    OrganisationSupervisor,
    RotaOperation,
    Schedule,
    ScheduleSupervisor,
    Service,
    ServiceCategory,
    ServiceMember,
    Shift,
    Staff,
)
from scheduling.operation_words import author_words, operation_words
from scheduling.operations import changes_of

NUMBER_WRITES = Writes(
    services.create_contact_number, services.change_contact_number, services.delete_contact_number
)


class ColourForm(VersionedForm):
    """Without a colour, the services choose the most distinct one."""

    colour = forms.RegexField(
        r"^#[0-9a-f]{6}$",
        label=_("Colour"),
        required=False,
        help_text=_("Empty: the most distinct one still free."),
    )

    def clean_colour(self) -> str:
        """Keep the colour of a row when the box is emptied."""
        return str(self.cleaned_data["colour"] or self.instance.colour)


class ServiceForm(ColourForm):
    """A service, its name in every language."""

    name = TextsFormField(label=_("Name"))


class CategoryForm(VersionedForm):
    """A heading, its name in every language."""

    name = TextsFormField(label=_("Name"))


class NumberForm(VersionedForm):
    """A number in any usual spelling for the house's region."""

    number = forms.CharField(label=_("Number"), max_length=40)

    def clean_number(self) -> str:
        """Return E.164, or say why nobody may be reached there."""
        try:
            return services.acceptable_number(self.cleaned_data["number"])
        except Refused as error:
            raise ValidationError(error.message, error.code) from error


class NumbersInline(RowsInline):
    """The numbers of a person or a service, in the order they are tried."""

    model = ContactNumber
    form = NumberForm
    writes = NUMBER_WRITES
    fields = (
        *("number", "label", "position", "ring_seconds", "call_connect"),
        *("can_sms", "enabled", "version"),
    )


class StaffNumbers(NumbersInline):
    """A person's numbers."""

    fk_name = "staff"


class ServiceNumbers(NumbersInline):
    """A service's numbers."""

    fk_name = "service"


class PeopleInline(ListInline):
    """People in the order they are tried."""

    fields = ("staff", "position")

    def value(self, entry: Any) -> Staff:
        """Return the person."""
        person: Staff = entry["staff"]
        return person


class Members(PeopleInline):
    """Who answers for a service."""

    model = ServiceMember
    taken_as = "member_entries"


class ScheduleSupervisors(PeopleInline):
    """Who supervises a schedule."""

    model = ScheduleSupervisor
    taken_as = "supervisor_entries"


class HouseSupervisors(PeopleInline):
    """Who supervises everything."""

    model = OrganisationSupervisor
    taken_as = "supervisor_entries"


@admin.register(Staff)
class StaffAdmin(ServedAdmin):
    """People."""

    form = ColourForm
    writes = Writes(services.create_staff, services.change_staff, services.delete_staff)
    list_display = ("name", "email", "language", "extension", "active")
    list_filter = ("active", "language")
    search_fields = ("name", "email", "extension", "numbers__number")
    inlines = [StaffNumbers]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let only administrators say whose login it is: a login carries a role."""
        boss = access.standing_of(request.user).at_least(Role.ADMINISTRATOR)
        return () if boss else ("user",)


@admin.register(ContactNumber)
class ContactNumberAdmin(ServedAdmin):
    """Numbers of people and services."""

    form = NumberForm
    writes = NUMBER_WRITES
    list_display = ("number", "staff", "service", "label", "position", "enabled", "verified_at")
    list_filter = ("enabled", "can_sms")
    list_select_related = ("staff", "service")
    search_fields = ("number", "label", "staff__name")
    readonly_fields = ("verified_at",)


@admin.register(ServiceCategory)
class ServiceCategoryAdmin(ServedAdmin):
    """Headings."""

    form = CategoryForm
    writes = Writes(services.create_category, services.change_category, services.delete_category)
    list_display = ("__str__", "position")
    search_fields = ("name",)


@admin.register(Service)
class ServiceAdmin(ServedAdmin):
    """Services."""

    form = ServiceForm
    writes = Writes(services.create_service, services.change_service, services.delete_service)
    list_display = ("__str__", "category", "answered_by", "schedule", "active")
    list_filter = ("active", "answered_by")
    list_select_related = ("category", "schedule")
    search_fields = ("name",)
    inlines = [Members, ServiceNumbers]


@admin.register(Schedule)
class ScheduleAdmin(ServedAdmin):
    """Schedules."""

    writes = Writes(services.create_schedule, services.change_schedule, services.delete_schedule)
    list_display = ("name", "time_zone", "scenario")
    list_filter = ("time_zone",)
    list_select_related = ("scenario",)
    search_fields = ("name",)
    inlines = [ScheduleSupervisors]

    def get_urls(self) -> list[URLPattern]:
        """Add the calendar of each schedule to the addresses of schedules."""
        guard = self.admin_site.admin_view
        return [
            path("calendar/", guard(calendar.choose), name="scheduling_calendar"),
            path("<int:pk>/calendar/", guard(calendar.page), name="scheduling_schedule_calendar"),
            path(
                "<int:pk>/calendar/data/",
                guard(calendar.data),
                name="scheduling_schedule_calendar_data",
            ),
            *super().get_urls(),
        ]


class ShiftForm(VersionedForm):
    """A shift between two instants, in UTC."""

    starts_at = forms.SplitDateTimeField(label=_("Starts at (UTC)"), widget=AdminSplitDateTime)
    ends_at = forms.SplitDateTimeField(label=_("Ends at (UTC)"), widget=AdminSplitDateTime)

    class Meta:
        model = Shift
        fields = ("schedule", "staff", "service", "level", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("starts_at", "ends_at"):
                self.initial[name] = getattr(self.instance, name).astimezone(UTC)


@admin.register(Shift)
class ShiftAdmin(ServedAdmin):
    """Shifts."""

    form = ShiftForm
    writes = Writes(services.create_shift, services.change_shift, services.delete_shift)
    fields = (
        *("schedule", "staff", "service", "level"),
        *("starts_at", "ends_at", "state", "note", "version"),
    )
    readonly_fields = ("state",)
    list_display = ("starts_at", "ends_at", "schedule", "level", "staff", "service", "state")
    list_filter = ("schedule", "level", "state")
    search_fields = ("staff__name", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shift]:
        """Read the names with the rows: a shift is called by whom it puts on call."""
        return super().get_queryset(request).select_related("schedule", "staff", "service")

    @admin.display(description=_("starts at"), ordering=F("period__startswith"))
    def starts_at(self, shift: Shift) -> Any:
        """Return the first instant on duty."""
        return shift.starts_at

    @admin.display(description=_("ends at"), ordering=F("period__endswith"))
    def ends_at(self, shift: Shift) -> Any:
        """Return the first instant off duty."""
        return shift.ends_at


def _not_offered(*_args: object) -> Any:
    raise PermissionError("There is one organisation; it is neither added nor deleted.")


class OrganisationForm(VersionedForm):
    """House settings."""

    whisper = TextsFormField(label=_("Whisper"), required=False)


@admin.register(Organisation)
class OrganisationAdmin(ServedAdmin):
    """The house: one row."""

    form = OrganisationForm
    writes = Writes(_not_offered, services.change_organisation, _not_offered)
    list_display = ("name", "region", "time_zone")
    inlines = [HouseSupervisors]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show the row, which a new portal gets now."""
        services.organisation()
        return super().changelist_view(request, extra_context)


admin.site.register(Divert, DivertAdmin)


@admin.register(CoverageAlert)
class CoverageAlertAdmin(Guarded):
    """What was told about holes."""

    list_display = ("schedule", "kind", "reason", "lead_hours", "sent_at", "filled_at")
    list_filter = ("kind", "reason", "schedule")
    list_select_related = ("schedule",)


@admin.register(RotaOperation)
class RotaOperationAdmin(Guarded):
    """Who changed the rota when, and how; times on the clock of the schedule."""

    fields = (
        *("what", "schedule_name", "who", "at", "kind", "state", "original", "before", "after"),
    )
    readonly_fields = ("what", "who", "before", "after")
    list_display = ("at", "schedule_name", "who", "what", "state")
    list_filter = ("kind", "state", "schedule")
    list_select_related = ("schedule", "original")
    search_fields = ("author_name", "schedule_name")
    date_hierarchy = "at"

    @admin.display(description=_("what"))
    def what(self, operation: RotaOperation) -> str:
        """Return the sentence of the operation."""
        zone = operation.schedule.time_zone if operation.schedule else "UTC"
        return operation_words(operation, zone)

    @admin.display(description=_("who"), ordering="author_name")
    def who(self, operation: RotaOperation) -> str:
        """Return who did it, under the name of then."""
        return author_words(operation)

    @admin.display(description=_("before"))
    def before(self, operation: RotaOperation) -> str:
        """Return the values of the rows before."""
        return _values(change.before for change in changes_of(operation))

    @admin.display(description=_("after"))
    def after(self, operation: RotaOperation) -> str:
        """Return the values of the rows after."""
        return _values(change.after for change in changes_of(operation))


def _values(states: Iterable[Mapping[str, Any] | None]) -> str:
    return "\n".join(json.dumps(state, ensure_ascii=False) if state else "—" for state in states)
