"""The admin of rotations: the rule in plain boxes, and what comes of it while it is written."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock
from oncall_portal.lib.admin import ServedAdmin, VersionedForm
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.form_fields import ZoneSelect
from oncall_portal.lib.writes import Writes
from scheduling import labels, queries, recurrence, rotation_words, services, wall, whens
from scheduling.admin.participants import ParticipantsField, choices_of, told
from scheduling.admin.rule_field import RuleField
from scheduling.enums import GapReason
from scheduling.models import Rotation, Schedule
from scheduling.types import Occurrence, Rule, Who

COMING = 10
_DAY = timedelta(days=1)
_SAID_APART = ("turn_on", "turn_of")
# what may move whose turn it is: the form's own word about it is then kept
_TURNING = {
    *("participants", "turn_on", "turn_of", "recurrence", "starts_on", "turn_count", "turn_unit"),
    *("on_holidays", "start_time"),
}


def _date(label: Any, **kwargs: Any) -> forms.DateField:
    box = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=box, **kwargs)


def _time(label: Any, **kwargs: Any) -> forms.TimeField:
    box = forms.TimeInput({"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=box, **kwargs)


class OwnZone(ZoneSelect):
    """Every time zone, and none of one's own."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices = [("", _("that of the schedule")), *self.choices]


class RotationForm(VersionedForm):
    """A rotation."""

    recurrence = RuleField(label=_("A shift starts every"))
    participants = ParticipantsField(label=_("Who takes turns"))
    starts_on = _date(_("From"))
    ends_on = _date(_("Until"), required=False, help_text=_("Last day; empty: for ever."))
    start_time = _time(_("Starts at"))
    end_time = _time(
        _("Ends at"), required=False, help_text=_("Not needed for turns counted in hours.")
    )
    end_day_offset = forms.IntegerField(
        label=_("Days later"),
        min_value=0,
        max_value=62,
        required=False,
        help_text=_("Empty: the same day, or the next one. 7: a week at a stretch."),
    )
    turn_on = _date(_("On this day"), required=False, help_text=_("Empty: on the first day."))
    turn_of = forms.IntegerField(
        label=_("it is the turn of number"),
        min_value=1,
        required=False,
        help_text=_("Counted in the turns below, from 1."),
    )

    class Meta:
        model = Rotation
        fields = (
            *("schedule", "level", "recurrence", "starts_on", "ends_on", "start_time"),
            *("end_time", "end_day_offset", "turn_count", "turn_unit", "on_holidays"),
            "time_zone",
        )
        widgets = {"time_zone": OwnZone}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept: tuple[Who, ...] = ()
        if self.instance.pk:
            rule = queries.rule_of(self.instance)
            kept = tuple(who for team in rule.participants for who in team)
            self.initial.update(self._as_it_is(rule))
        if "participants" in self.fields:
            box: Any = self.fields["participants"].widget
            box.choices = partial(choices_of, kept)

    def _as_it_is(self, rule: Rule) -> dict[str, Any]:
        """Return the participants, and whose turn it is today, or on the first day to come."""
        teams: dict[int, list[Any]] = {}
        for entry in self.instance.participants.select_related("staff", "service"):
            teams.setdefault(entry.turn, []).append(entry.staff or entry.service)
        day = max(wall.wall(clock.now(), rule.zone).date(), rule.starts_on)
        place = (rule.first_participant + _turn_on(rule, self.instance.schedule, day)) % max(
            len(teams), 1
        )
        return {"participants": list(teams.values()), "turn_on": day, "turn_of": place + 1}

    def clean(self) -> dict[str, Any]:
        """Refuse the turn of a number that there is not."""
        cleaned = super().clean()
        turns, place = len(cleaned.get("participants") or ()), cleaned.get("turn_of") or 1
        if turns and place > turns:
            words = ngettext(
                "There is only %(count)d turn.", "There are only %(count)d turns.", turns
            )
            self.add_error("turn_of", words % {"count": turns})
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what was filled in or changed, with whose turn it is on which day."""
        names = _TURNING & set(self.changed_data)
        values = super().values()
        for name in _SAID_APART:
            values.pop(name, None)
        if names or not self.instance.pk:
            values |= self._whose_turn()
        return values

    def whole(self) -> dict[str, Any]:
        """Return everything that the form says."""
        said = {n: v for n, v in self.cleaned_data.items() if n not in ("version", *_SAID_APART)}
        return said | self._whose_turn()

    def _whose_turn(self) -> dict[str, Any]:
        on = self.cleaned_data.get("turn_on") or self.cleaned_data["starts_on"]
        place = self.cleaned_data.get("turn_of") or 1
        return {"whose_turn": {"on": on, "participant": place - 1}}


@admin.register(Rotation)
class RotationAdmin(ServedAdmin):
    """Rotations; a deleted one writes no more, and is not among them."""

    form = RotationForm
    writes = Writes(services.create_rotation, services.change_rotation, services.delete_rotation)
    change_form_template = "admin/scheduling/rotation.html"
    fieldsets = (
        (None, {"fields": ("schedule", "level", "recurrence", ("starts_on", "ends_on"))}),
        (
            _("Shifts"),
            {
                "fields": (
                    ("start_time", "end_time", "end_day_offset"),
                    ("on_holidays", "time_zone"),
                )
            },
        ),
        (
            _("Turns"),
            {
                "fields": (
                    ("turn_count", "turn_unit"),
                    ("turn_on", "turn_of"),
                    "participants",
                    "version",
                )
            },
        ),
    )
    list_display = ("schedule", "level", "what", "starts_on", "ends_on", "written_until")
    list_display_links = ("what",)
    list_filter = ("schedule", "level")
    list_select_related = ("schedule",)

    class Media:
        css = {"all": ("css/rotations.css",)}
        js = (forms.Script("js/rotations.js", type="module"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rotation]:
        """Leave out those that are kept for the shifts they wrote."""
        rows = super().get_queryset(request).filter(retired=False)
        takers = ("participants__staff", "participants__service")
        return rows.select_related("schedule").prefetch_related(*takers)

    def get_fieldsets(self, request: HttpRequest, obj: Rotation | None = None) -> Any:
        """Tell those who may only read what it does, in place of the boxes."""
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": ("schedule", "level", "what", "starts_on", "ends_on")})]
        return super().get_fieldsets(request, obj)

    @admin.display(description=_("what it does"))
    def what(self, row: Rotation) -> str:
        """Return the rule and who takes turns, in words."""
        rule = queries.rule_of(row)
        turn = _turn_on(rule, row.schedule, day := max(_today(rule), rule.starts_on))
        return rotation_words.sentence(rule, _names_read(row), day, turn)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the rotation alone: its shifts that have not begun go, the others stay."""
        return [str(row) for row in objs], {}, set(), []

    def get_urls(self) -> list[URLPattern]:
        """Add what a rotation would do, while it is written."""
        site = self.admin_site.admin_view
        own = [
            path("preview/", site(self.preview), name="scheduling_rotation_preview"),
            path("<int:pk>/preview/", site(self.preview), name="scheduling_rotation_preview_of"),
        ]
        return own + super().get_urls()

    def preview(self, request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
        """Answer the sentence and the next shifts of what the form says, or why there are none."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.get_object(request, str(pk)) if pk else None
        if not self.has_change_permission(request, row):
            return JsonResponse({"problem": ""}, status=403)
        form = RotationForm(request.POST, instance=row)
        if not form.is_valid():
            return JsonResponse({"problem": _first_problem(form)})
        kept = Rotation.objects.select_related("schedule").get(pk=row.pk) if row else None
        try:
            rule, schedule = services.draft_rule(form.whole(), kept)
        except Refused as error:
            return JsonResponse({"problem": str(error.message)})
        return JsonResponse(_told(rule, schedule))


def _first_problem(form: forms.BaseForm) -> str:
    """Return the first thing to put right, with the name of its box."""
    name, errors = next(iter(form.errors.items()))
    field = form.fields.get(name)
    return f"{field.label}: {errors[0]}" if field and field.label else str(errors[0])


def _told(rule: Rule, schedule: Schedule) -> dict[str, Any]:
    found = queries.coming_shifts(rule, schedule, clock.now(), COMING)
    day = max(_today(rule), rule.starts_on)
    names = _names(rule)
    return {
        "sentence": rotation_words.sentence(rule, names, day, _turn_on(rule, schedule, day)),
        "shifts": [
            {"when": _when(each, rule.zone), "who": names[each.who], "day": each.day.isoformat()}
            for each in found
        ],
        "none": "" if found else gettext("No shift comes of it any more."),
    }


def _when(shift: Occurrence, zone: str) -> str:
    start, end = (wall.wall(at, zone) for at in (shift.period.starts_at, shift.period.ends_at))
    words = gettext("D j M Y, H:i")
    return f"{whens.said(start, words)} \N{EN DASH} {whens.said(end, words)}"


def _names(rule: Rule) -> dict[Any, str]:
    whos = {who for team in rule.participants for who in team}
    reach = queries.load_people(whos, (get_language() or "en")[:2])
    return {who: told(reach, who) for who in whos}


def _names_read(row: Rotation) -> dict[Who, str]:
    """Return the names of those who were read with a rotation; who left is told as such."""
    inactive = labels.GAP_REASON[GapReason.INACTIVE]
    found = {}
    for entry in row.participants.all():
        member = entry.staff or entry.service
        gone = entry.staff is not None and not entry.staff.active
        found[Who(entry.staff_id, entry.service_id)] = (
            f"{member} ({inactive})" if gone else f"{member}"
        )
    return found


def _today(rule: Rule) -> date:
    return wall.wall(clock.now(), rule.zone).date()


def _turn_on(rule: Rule, schedule: Schedule, day: date) -> int:
    return recurrence.turn_on(rule, day, queries.holidays_for(rule, schedule, day + _DAY))
