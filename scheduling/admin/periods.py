"""Predefined periods on the page of their schedule, in the order of the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import RowsInline, VersionedForm
from oncall_portal.lib.writes import Writes
from scheduling import predefined, services
from scheduling.models import ShiftTemplate
from scheduling.models.template import every_day

_DAYS = [(day, WEEKDAYS_ABBR[number]) for number, day in enumerate(predefined.WEEKDAYS)]


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))


class PeriodForm(VersionedForm):
    """A predefined period."""

    start_time = _time(_("Starts at"))
    end_time = _time(_("Ends at"))
    end_day_offset = forms.IntegerField(
        label=_("Days later"),
        min_value=0,
        max_value=predefined.LONGEST_DAYS,
        required=False,
        help_text=_("Empty: the same day, or the next one."),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Starts on"),
        choices=_DAYS,
        initial=every_day,
        widget=forms.CheckboxSelectMultiple,
    )

    def has_changed(self) -> bool:
        """Take a new row without a name for none at all, wherever it stands."""
        named = self.data.get(self.add_prefix("name"))
        return super().has_changed() and bool(self.instance.pk or named)


class Periods(RowsInline):
    """The predefined periods of a schedule."""

    model = ShiftTemplate
    form = PeriodForm
    writes = Writes(services.create_template, services.change_template, services.delete_template)
    fields = (
        *("name", "start_time", "end_time", "end_day_offset", "weekdays", "level"),
        *("position", "version"),
    )
    note = _("Dropped on the calendar, with whoever is to be on call.")
