"""The form of "divert now", on its own page and in the dialog of other pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.lib.errors import Refused
from scheduling import divert_choices, divert_words, queries, services, wall, whens
from scheduling.divert_choices import OTHER, End, Goal, Target
from scheduling.models import Divert, Service, Staff

NUMBER = "number"
_CLOCK = "%Y-%m-%dT%H:%M"
# the services' fields, and those of the form that show what is wrong with them
_AT = {
    "ends_at": "ends",
    "to_staff": "goal",
    "to_service": "goal",
    "to_number": "to_number",
    "schedule": "target",
    "phone_number": "target",
}


class DivertForm(forms.Form):
    """Which number or schedule, until when, to whom; says in a sentence what will happen."""

    target = forms.CharField(max_length=40, required=False)
    ends = forms.CharField(max_length=20, required=False)
    ends_local = forms.DateTimeField(
        required=False,
        input_formats=[_CLOCK, f"{_CLOCK}:%S"],
        error_messages={"invalid": gettext_lazy("Choose a day and a time.")},
    )
    goal = forms.CharField(max_length=40, required=False)
    to_number = forms.CharField(max_length=40, required=False)

    def __init__(self, data: Any = None, *, now: datetime, chosen: str = "") -> None:
        super().__init__(data)
        self.now = now
        self.zone = queries.house().time_zone
        language = (get_language() or "en")[:2]
        self.targets = divert_choices.targets(now, language, self.zone)
        self.goals = divert_choices.goals(language)
        known = {target.key for target in self.targets}
        first = next((target.key for target in self.targets), "")
        self.chosen = {
            "target": self._typed("target") or (chosen if chosen in known else first),
            "ends": self._typed("ends") or "1h",
            "ends_local": self._typed("ends_local"),
            "goal": self._typed("goal"),
            "to_number": self._typed("to_number"),
        }

    def _typed(self, name: str) -> str:
        return str(self.data.get(name, "")) if self.is_bound else ""

    @property
    def target_chosen(self) -> Target | None:
        """Return the number or schedule chosen, the first one at the start."""
        return next((t for t in self.targets if t.key == self.chosen["target"]), None)

    @property
    def ends_offered(self) -> tuple[End, ...]:
        """Return the quick choices for the target chosen."""
        return self.target_chosen.ends if self.target_chosen else ()

    def clean(self) -> dict[str, Any]:
        """Return the values for the services; an error stands at the question it is about."""
        target = self.target_chosen
        if target is None:
            self.add_error("target", _("Choose a number or a schedule."))
            return {}
        return {**target.values, **self._end(target), **self._goal()}

    def _end(self, target: Target) -> dict[str, Any]:
        key = self.cleaned_data.get("ends") or "1h"
        quick = next((end.at for end in target.ends if end.key == key), None)
        if quick is not None:
            return {"ends_at": quick}
        if key != OTHER:
            self.add_error("ends", _("This choice is gone: choose another end."))
        elif self.cleaned_data.get("ends_local") is not None:
            local = self.cleaned_data["ends_local"].replace(tzinfo=None)
            try:
                return {"ends_at": wall.instant(local, target.zone)}
            except OverflowError:
                self.add_error("ends_local", _("This is too far in time."))
        elif "ends_local" not in self.errors:
            self.add_error("ends_local", _("Say until when."))
        return {}

    def _goal(self) -> dict[str, Any]:
        key = self.cleaned_data.get("goal") or ""
        if key == NUMBER:
            number = self.cleaned_data.get("to_number", "").strip()
            if not number:
                self.add_error("to_number", _("Write the number to divert to."))
            return {"to_number": number}
        found = next((goal for goal in self.goals if goal.key == key), None)
        if found is None:
            self.add_error("goal", _("Choose whom to divert to."))
            return {}
        kind, _colon, pk = found.key.partition(":")
        model: Any = Service if kind == "service" else Staff
        return {f"to_{kind}": model.objects.get(pk=pk)}

    def save(self, user: Any) -> Divert | None:
        """Set the divert and return it; on a refusal put the reason beside its question."""
        try:
            return services.create_divert(self.cleaned_data, self.now, user)
        except Refused as error:
            self.add_error(_AT.get(error.field or ""), str(error.message))
        return None

    def prediction(self) -> str:
        """Return what will happen in a sentence or two; "" while something is still missing."""
        target = self.target_chosen
        if not self.is_valid() or target is None:
            return ""
        told = [
            _("From the next call on, %(of)s goes to %(name)s, until %(until)s.")
            % {"of": target.name, "name": self._goal_name(), "until": self._until(target)},
            _(
                "Nobody else is rung first. Unanswered, the supervisors are rung; then the caller"
                " can leave a message."
            ),
        ]
        if target.divert is not None:
            words = {"name": divert_words.goal(target.divert)}
            told.append(_("This ends the divert to %(name)s.") % words)
        return " ".join(told)

    def _until(self, target: Target) -> str:
        return divert_words.until(self.cleaned_data["ends_at"], self.now, target.zone, self.zone)

    def _goal_name(self) -> str:
        found: Goal | None = next((g for g in self.goals if g.key == self.chosen["goal"]), None)
        return found.name if found else phone.spaced(self.cleaned_data["to_number"])


class EndForm(forms.Form):
    """Another end for a divert, on the clock of its schedule."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    ends_local = forms.DateTimeField(
        input_formats=[_CLOCK, f"{_CLOCK}:%S"],
        error_messages={
            "invalid": gettext_lazy("Choose a day and a time."),
            "required": gettext_lazy("Say until when."),
        },
    )

    def __init__(self, data: Any = None, *, row: Divert, zone: str) -> None:
        super().__init__(data)
        self.row, self.divert_zone = row, zone
        self.town = whens.place(zone)
        local = wall.wall(row.ends_at, zone).strftime(_CLOCK)
        self.local = str(data.get("ends_local", "")) if data is not None else local

    def save(self, now: datetime) -> Divert | None:
        """Move the end and return the divert; on a refusal say why beside the field."""
        local = self.cleaned_data["ends_local"].replace(tzinfo=None)
        try:
            values = {"ends_at": wall.instant(local, self.divert_zone)}
            return services.change_divert(self.row.pk, self.cleaned_data["version"], values, now)
        except OverflowError:
            self.add_error("ends_local", _("This is too far in time."))
        except Refused as error:
            self.add_error("ends_local", str(error.message))
        return None
