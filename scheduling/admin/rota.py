"""The admin of schedules, shifts and diverts."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import ServedAdmin, VersionedForm
from oncall_portal.lib.writes import Writes
from scheduling import services
from scheduling.admin.inlines import ScheduleSupervisors
from scheduling.calendar import views as calendar
from scheduling.diverts import DivertAdmin
from scheduling.models import Divert, Schedule, Shift


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


admin.site.register(Divert, DivertAdmin)
