"""The admin of schedules, shifts and diverts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import ServedAdmin, VersionedForm
from oncall_portal.lib.form_fields import HoursField, WallField, ZoneSelect
from oncall_portal.lib.writes import Writes
from scheduling import feed_pages, import_pages, services, wall, whens
from scheduling.admin import coverage_field
from scheduling.admin.coverage_field import CoverageField, HolidaysField
from scheduling.admin.inlines import ScheduleSupervisors
from scheduling.admin.periods import Periods
from scheduling.admin.tables import TableAdmin
from scheduling.calendar import doubts
from scheduling.calendar import views as calendar
from scheduling.diverts import DivertAdmin
from scheduling.models import Divert, Schedule, Shift
from scheduling.models.rota import default_alert_hours, default_coverage
from scheduling.tables import ShiftTable


class ScheduleForm(VersionedForm):
    """A schedule."""

    coverage = CoverageField(
        label=_("Required coverage"),
        initial=default_coverage,
        help_text=_("When somebody must be reachable; holes are warned of."),
    )
    alert_before_hours = HoursField(
        label=_("Warn before (hours)"),
        required=False,
        initial=default_alert_hours,
        help_text=_("336, 72, 24, 2: two weeks, three days, a day, two hours. Empty: no warning."),
    )
    holidays = HolidaysField(label=_("Public holidays"))

    class Meta:
        widgets = {"time_zone": ZoneSelect}


@admin.register(Schedule)
class ScheduleAdmin(ServedAdmin):
    """Schedules."""

    form = ScheduleForm
    writes = Writes(services.create_schedule, services.change_schedule, services.delete_schedule)
    fields = (
        *("name", "time_zone", "coverage", "alert_before_hours", "holidays", "scenario"),
        "version",
    )
    change_form_template = "admin/scheduling/schedule.html"
    list_display = ("name", "time_zone", "scenario", "calendar_link")
    list_filter = ("time_zone",)
    list_select_related = ("scenario",)
    search_fields = ("name",)
    inlines = [ScheduleSupervisors, Periods]

    @admin.display(description=_("calendar"))
    def calendar_link(self, schedule: Schedule) -> SafeString:
        """Return the way to its calendar."""
        address = reverse("admin:scheduling_schedule_calendar", args=[schedule.pk])
        name = format_html('<span class="vh"> {}</span>', schedule.name)
        return format_html('<a href="{}">{}{}</a>', address, gettext("Open calendar"), name)

    def get_urls(self) -> list[URLPattern]:
        """Add the calendar of each schedule to the addresses of schedules."""
        guard = self.admin_site.admin_view
        return [
            path("calendar/", guard(calendar.choose), name="scheduling_calendar"),
            path("parts/", guard(coverage_field.parts), name="scheduling_schedule_parts"),
            path(
                "<int:pk>/import-calendar/",
                guard(import_pages.page),
                name="scheduling_schedule_import_calendar",
            ),
            path(
                "<int:pk>/subscribe/",
                guard(feed_pages.of_schedule),
                name="scheduling_schedule_subscribe",
            ),
            path("<int:pk>/calendar/", guard(calendar.page), name="scheduling_schedule_calendar"),
            path("<int:pk>/warnings/", guard(doubts.page), name="scheduling_schedule_warnings"),
            path(
                "<int:pk>/calendar/data/",
                guard(calendar.data),
                name="scheduling_schedule_calendar_data",
            ),
            *super().get_urls(),
        ]


class ShiftForm(VersionedForm):
    """A shift between two wall-clock times of its schedule."""

    starts_local = WallField(label=_("Starts at"), help_text=_("By the clock of the schedule."))
    ends_local = WallField(label=_("Ends at"))

    class Meta:
        model = Shift
        fields = ("schedule", "staff", "service", "level", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            zone = self.instance.schedule.time_zone
            self.initial["starts_local"] = _minute(self.instance.starts_at, zone)
            self.initial["ends_local"] = _minute(self.instance.ends_at, zone)
            if "starts_local" in self.fields:
                self.fields["starts_local"].help_text = zone

    def values(self) -> dict[str, Any]:
        """Return the instants that the written times mean; those left alone stay as they are."""
        values = super().values()
        zone = self.cleaned_data["schedule"].time_zone
        for end in ("starts", "ends"):
            local = values.pop(f"{end}_local", None)
            if local is not None:
                values[f"{end}_at"] = wall.instant(local, zone)
        return values


def _minute(at: datetime, zone: str) -> datetime:
    return wall.wall(at, zone).replace(second=0, microsecond=0, fold=0)


@admin.register(Shift)
class ShiftAdmin(TableAdmin):
    """Shifts."""

    form = ShiftForm
    table = ShiftTable
    writes = Writes(services.create_shift, services.change_shift, services.delete_shift)
    fields = (
        *("schedule", "staff", "service", "level"),
        *("starts_local", "ends_local", "state", "note", "version"),
    )
    readonly_fields = ("state",)
    change_form_template = "admin/scheduling/shift.html"
    list_display = ("starts_at", "ends_at", "schedule", "level", "staff", "service", "state")
    list_filter = ("schedule", "level", "state")
    search_fields = ("staff__name", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shift]:
        """Read the names with the rows: a shift is called by whom it puts on call."""
        return super().get_queryset(request).select_related("schedule", "staff", "service")

    @admin.display(description=_("starts at"), ordering=F("period__startswith"))
    def starts_at(self, shift: Shift) -> str:
        """Return the first instant on duty, by the clock of the schedule."""
        return _shown(shift.starts_at, shift)

    @admin.display(description=_("ends at"), ordering=F("period__endswith"))
    def ends_at(self, shift: Shift) -> str:
        """Return the first instant off duty, by the clock of the schedule."""
        return _shown(shift.ends_at, shift)


def _shown(at: datetime, shift: Shift) -> str:
    return whens.said(wall.wall(at, shift.schedule.time_zone), "D j M Y H:i")


admin.site.register(Divert, DivertAdmin)
