"""The admin of stand-ins, of time off, and of holes that are meant to be."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import access, clock
from oncall_portal.lib.admin import ServedAdmin, VersionedForm
from oncall_portal.lib.form_fields import WallField, validate_reckonable
from oncall_portal.lib.writes import Writes
from scheduling import services, snapshots, wall, whens
from scheduling.admin import shift_choices
from scheduling.models import IntendedGap, Override, Staff, TimeOff

_DAY = timedelta(days=1)
_MIDNIGHT = time()


class LastingForm(VersionedForm):
    """Something that lasts, told by the clock of its schedule."""

    starts_local = WallField(label=_("Starts at"), help_text=_("By the clock of the schedule."))
    ends_local = WallField(label=_("Ends at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            zone = self.instance.schedule.time_zone
            for end in ("starts", "ends"):
                local = wall.wall(getattr(self.instance, f"{end}_at"), zone)
                self.initial[f"{end}_local"] = local.replace(second=0, microsecond=0, fold=0)
            if "starts_local" in self.fields:
                self.fields["starts_local"].help_text = zone

    def values(self) -> dict[str, Any]:
        """Return the instants that the written times mean; those left alone stay as they are."""
        values = super().values()
        schedule = self.cleaned_data.get("schedule") or self.instance.schedule
        for end in ("starts", "ends"):
            local = values.pop(f"{end}_local", None)
            if local is not None:
                values[f"{end}_at"] = wall.instant(local, schedule.time_zone)
        return values


class OverrideForm(LastingForm):
    """A stand-in; for a shift, without ends, as long as the shift lasts, or what is left of it."""

    class Meta:
        model = Override
        fields = (
            *("schedule", "replaces_shift", "replaces_staff", "replaces_service"),
            *("replaces_level", "staff", "service", "note"),
        )
        help_texts = {
            "staff": _("Nobody here and no service: the place stays empty."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for end in ("starts_local", "ends_local"):
            if end in self.fields:
                self.fields[end].required = False
        if "replaces_shift" in self.fields:
            schedule = self["schedule"].value()
            shift_choices.offer(self, ["replaces_shift"], schedule, clock.now())


class LastingAdmin(ServedAdmin):
    """Rows that last, told by the clock of their schedule."""

    list_filter = ("schedule",)
    owner = "schedule"  # whose clock counts

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the names with the rows."""
        return super().get_queryset(request).select_related(self.owner)

    @admin.display(description=_("starts at"), ordering=F("period__startswith"))
    def starts_at(self, row: Any) -> str:
        """Return its first instant, by the clock that counts."""
        return _shown(row.starts_at, getattr(row, self.owner).time_zone)

    @admin.display(description=_("ends at"), ordering=F("period__endswith"))
    def ends_at(self, row: Any) -> str:
        """Return the first instant after it, by the clock that counts."""
        return _shown(row.ends_at, getattr(row, self.owner).time_zone)


@admin.register(Override)
class OverrideAdmin(LastingAdmin):
    """Stand-ins."""

    form = OverrideForm
    fields = (
        *("schedule", "replaces_shift", "replaces_staff", "replaces_service", "replaces_level"),
        *("staff", "service", "starts_local", "ends_local", "note", "version"),
    )
    list_display = ("starts_at", "ends_at", "schedule", "instead_of", "staff", "service", "note")
    search_fields = ("staff__name", "replaces_staff__name", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Override]:
        """Read the names with the rows."""
        related = snapshots.TABLES[snapshots.OVERRIDE].related
        return super().get_queryset(request).select_related(*related)

    @admin.display(description=_("instead of"))
    def instead_of(self, row: Override) -> str:
        """Return whose place it is."""
        if row.replaces_level is not None:
            return gettext("level %(level)s") % {"level": row.replaces_level}
        return str(row.replaces_shift or row.replaces_staff or row.replaces_service)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep whose place it is once it is written."""
        return ("schedule", *services.TARGETS) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the stand-in, and tell what it cut."""

        def told(placed: services.Placed) -> Override:
            if placed.cut:
                many = len(placed.cut)
                text = ngettext("%d other stand-in was cut.", "%d other stand-ins were cut.", many)
                self.message_user(request, text % many, messages.WARNING)
            return placed.row

        self.writes = Writes(
            lambda values: told(services.create_override(values)),
            lambda pk, version, values: told(services.change_override(pk, version, values)),
            services.delete_override,
        )
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Override) -> None:
        """Take it back, or end it where it has begun."""
        services.delete_override(obj.pk, obj.version)


@admin.register(IntendedGap)
class IntendedGapAdmin(LastingAdmin):
    """Holes that are meant to be."""

    form = LastingForm
    writes = Writes(
        services.create_intended_gap, services.change_intended_gap, services.delete_intended_gap
    )
    fields = ("schedule", "starts_local", "ends_local", "note", "version")
    list_display = ("starts_at", "ends_at", "schedule", "note")
    search_fields = ("note",)


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    box = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=box, validators=[validate_reckonable], **kwargs)


def _time(label: Any, **kwargs: Any) -> forms.TimeField:
    box = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=box, **kwargs)


class TimeOffForm(VersionedForm):
    """Time off by the clock of the person: whole days, or from and to a time of day."""

    first_day = _day(_("First day"))
    from_time = _time(_("From"), help_text=_("Empty: from the beginning of the day."))
    last_day = _day(_("Last day"))
    to_time = _time(_("To"), help_text=_("Empty: to the end of the day."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            zone = self.instance.staff.time_zone
            start = wall.wall(self.instance.starts_at, zone)
            end = wall.wall(self.instance.ends_at, zone)
            whole = end.time() == _MIDNIGHT
            shown: dict[str, Any] = {
                "first_day": start.date(),
                "from_time": start.time() if start.time() != _MIDNIGHT else None,
                "last_day": end.date() - _DAY if whole else end.date(),
                "to_time": None if whole else end.time(),
            }
            self.initial.update(shown)

    def values(self) -> dict[str, Any]:
        """Return the instants that the days and times mean."""
        names = {"first_day", "from_time", "last_day", "to_time"}
        values = super().values()
        times = {name: values.pop(name) for name in names if name in values}
        if times:
            told, staff = self.cleaned_data, self.cleaned_data.get("staff") or self.instance.staff
            first, last = told["first_day"], told["last_day"]
            end = told["to_time"]
            values["starts_at"] = _instant(first, told["from_time"], staff)
            values["ends_at"] = _instant(last if end else last + _DAY, end, staff)
        return values


def _instant(day: date, at: time | None, staff: Staff) -> datetime:
    return wall.instant(datetime.combine(day, at or _MIDNIGHT), staff.time_zone)


@admin.register(TimeOff)
class TimeOffAdmin(LastingAdmin):
    """Time off: managers enter anybody's, others their own."""

    form = TimeOffForm
    writes = Writes(services.create_time_off, services.change_time_off, services.delete_time_off)
    fields = ("staff", "first_day", "from_time", "last_day", "to_time", "reason", "version")
    list_display = ("staff", "starts_at", "ends_at", "reason")
    list_filter = ("staff",)
    search_fields = ("staff__name", "reason")
    owner = "staff"

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """Offer those for whom the reader may enter it."""
        if db_field.name == "staff":
            people = Staff.objects.filter(active=True)
            mine = [p.pk for p in people if access.can(request.user, "add", TimeOff(staff=p))]
            kwargs["queryset"] = Staff.objects.filter(pk__in=mine)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _shown(at: datetime, zone: str) -> str:
    return whens.said(wall.wall(at, zone), "D j M Y H:i")
