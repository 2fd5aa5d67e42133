"""The forms of the page of staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.errors import Refused
from oncall_portal.lib.form_fields import WallField, validate_reckonable
from scheduling import queries, services, wall
from scheduling.me.board import Duty
from scheduling.models import Shift, Staff, SwapRequest

_DAY = timedelta(days=1)
_FIELDS = {"starts_at": "starts_local", "ends_at": "ends_local"}


class Input(forms.DateTimeInput):
    """A day and a time, in the box of the page."""

    def __init__(self) -> None:
        super().__init__({"type": "datetime-local", "class": "input input-l"}, "%Y-%m-%dT%H:%M")


class OfferForm(forms.Form):
    """Whom I ask to take a duty, or a part of it, and perhaps which of theirs I take."""

    offered_to = forms.MultipleChoiceField(
        label=_("Whom do you ask?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    in_return_for = forms.ChoiceField(
        label=_("Which shift do you take in return?"),
        required=False,
        widget=forms.Select({"class": "select"}),
    )
    starts_local = WallField(label=_("From"), required=False, widget=Input)
    ends_local = WallField(label=_("Until"), required=False, widget=Input)
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"class": "input input-l"}),
    )

    def __init__(
        self, data: Any, *, duty: Duty, shift: Shift, others: Sequence[Duty], now: datetime
    ) -> None:
        zone = duty.schedule.time_zone
        self._shift, self._zone = shift, zone
        start = shift.starts_at if duty.period.starts_at <= now else duty.period.starts_at
        ends = {
            "starts_local": wall.wall(start, zone),
            "ends_local": wall.wall(duty.period.ends_at, zone),
        }
        super().__init__(data, initial=ends)
        people = queries.colleagues_on([duty.schedule.pk], now).exclude(pk=duty.who.staff or 0)
        self._people = {str(person.pk): person for person in people}
        self._others = {str(other.shift): other for other in others}
        asked: Any = self.fields["offered_to"]
        asked.choices = [(key, person.name) for key, person in self._people.items()]
        returned: Any = self.fields["in_return_for"]
        returned.choices = [
            ("", gettext("none: I give it away")),
            *((key, f"{other.name} · {other.span}") for key, other in self._others.items()),
        ]

    def save(self, now: datetime, by: Staff) -> SwapRequest | None:
        """Make the offer; None where it is refused, which the form then shows."""
        sent = self.cleaned_data
        people = [self._people[key] for key in sent["offered_to"]]
        other = self._others.get(sent["in_return_for"])
        if other is not None and not people:
            people = [self._people[key] for key in self._people if key == str(other.who.staff)]
        values = {
            "shift": self._shift,
            "offered_to": people,
            "in_return_for": Shift.objects.filter(pk=other.shift or 0).first() if other else None,
            "note": sent["note"],
            **{
                field: wall.instant(sent[name], self._zone)
                for field, name in _FIELDS.items()
                if sent[name]
            },
        }
        try:
            return services.offer_swap(values, now, by)
        except Refused as error:
            self.add_error(_named(self, error.field), str(error.message))
            return None


class TimeOffForm(forms.Form):
    """Whole days, or a part of one or more, on the clock of whoever is away."""

    starts_on = forms.DateField(
        label=_("From"),
        widget=forms.DateInput({"type": "date", "class": "input input-l"}),
        validators=[validate_reckonable],
    )
    start_time = forms.TimeField(
        label=_("Time, if not all day"),
        required=False,
        widget=forms.TimeInput({"type": "time", "class": "input input-l"}, "%H:%M"),
    )
    ends_on = forms.DateField(
        label=_("Until and including"),
        widget=forms.DateInput({"type": "date", "class": "input input-l"}),
        validators=[validate_reckonable],
    )
    end_time = forms.TimeField(
        label=_("Time, if not all day"),
        required=False,
        widget=forms.TimeInput({"type": "time", "class": "input input-l"}, "%H:%M"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"class": "input input-l"}),
    )

    def save(self, person: Staff) -> bool:
        """Enter the time off; False where it is refused, which the form then shows.

        Without a time the first day counts from midnight, the last one to its end.
        """
        sent, zone = self.cleaned_data, person.time_zone
        midnight = datetime.min.time()
        start = datetime.combine(sent["starts_on"], sent["start_time"] or midnight)
        last = sent["ends_on"] if sent["end_time"] else sent["ends_on"] + _DAY
        end = datetime.combine(last, sent["end_time"] or midnight)
        values = {
            "staff": person,
            "starts_at": wall.instant(start, zone),
            "ends_at": wall.instant(end, zone),
            "reason": sent["reason"],
        }
        try:
            services.create_time_off(values)
        except Refused as error:
            self.add_error("ends_on" if error.field else None, str(error.message))
        except ValidationError as error:
            self.add_error(None, error.messages)
        return self.is_valid()


def _named(form: forms.Form, field: str | None) -> str | None:
    name = _FIELDS.get(field or "", field)
    return name if name in form.fields else None
