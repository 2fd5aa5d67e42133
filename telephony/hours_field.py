"""Opening hours, and where callers go outside them, in plain boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.errors import Refused
from oncall_portal.lib.form_fields import ZoneSelect
from scheduling.models import Schedule, Service
from scheduling.predefined import WEEKDAYS
from scheduling.queries import house
from telephony import labels, number_services
from telephony.enums import GoalKind
from telephony.models import ClosedRoute, Menu, Prompt
from telephony.opening_hours import MOST_EXCEPTIONS, MOST_SPANS, OnHolidays

WEEKLY = "weekly"
_DAYS = [(day, WEEKDAYS_ABBR[number]) for number, day in enumerate(WEEKDAYS)]
_KINDS = [("", _("always open")), (WEEKLY, _("at these hours"))]
_HOLIDAYS = [
    (OnHolidays.CLOSED.value, _("closed")),
    (OnHolidays.OPEN.value, _("open all day")),
    (OnHolidays.AS_USUAL.value, _("as on other days")),
]


class SpanForm(forms.Form):
    """From a time of day to another."""

    start = forms.CharField(
        label=_("from"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    end = forms.CharField(label=_("to"), required=False, widget=forms.TimeInput({"type": "time"}))


class WeekForm(SpanForm):
    """Hours on some days of the week."""

    days = forms.MultipleChoiceField(
        label=_("Days"), choices=_DAYS, required=False, widget=forms.CheckboxSelectMultiple
    )


class ExceptionForm(SpanForm):
    """One day with hours of its own, or closed."""

    on = forms.CharField(label=_("On"), required=False, widget=forms.DateInput({"type": "date"}))
    closed = forms.BooleanField(label=_("closed"), required=False)


class HoursWidget(forms.Widget):
    """Always open, or at hours of the week with public holidays and exceptions."""

    template_name = "admin/telephony/hours.html"

    def id_for_label(self, id_: str) -> str:
        """Lead the label to the kind."""
        return id_

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the opening hours that were sent, as they are kept; they may be wrong."""
        if data.get(name) != WEEKLY:
            return None
        return {
            "time_zone": data.get(f"{name}-zone"),
            "weekly": _week(_rows(WeekForm, f"{name}-weekly", MOST_SPANS, data)),
            "holidays": data.get(f"{name}-holidays") or OnHolidays.CLOSED.value,
            "exceptions": _exceptions(
                _rows(ExceptionForm, f"{name}-exceptions", MOST_EXCEPTIONS, data)
            ),
        }

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the boxes for the template."""
        context = super().get_context(name, None, attrs)
        known = value if isinstance(value, dict) else {}
        base = (attrs or {}).get("id", name)
        zone = known.get("time_zone") or house().time_zone
        holidays = known.get("holidays", OnHolidays.CLOSED.value)

        def select(widget: forms.Select, part: str, chosen: Any) -> Any:
            return widget.get_context(f"{name}-{part}", chosen, {"id": f"{base}-{part}"})["widget"]

        kinds = forms.Select(choices=_KINDS)
        context |= {
            "kind": kinds.get_context(name, WEEKLY if known else "", attrs)["widget"],
            "zone": select(ZoneSelect(), "zone", zone),
            "holidays": select(forms.Select(choices=_HOLIDAYS), "holidays", holidays),
            "weekly": _rows(WeekForm, f"{name}-weekly", MOST_SPANS, kept=known.get("weekly", [])),
            "exceptions": _rows(
                ExceptionForm,
                f"{name}-exceptions",
                MOST_EXCEPTIONS,
                kept=known.get("exceptions", []),
            ),
        }
        return context


class HoursField(forms.JSONField):
    """Opening hours as they are kept; None is always open."""

    widget = HoursWidget

    def prepare_value(self, value: Any) -> Any:
        """Return the value for the boxes."""
        return value

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what was sent, as the widget read it."""
        return data

    def to_python(self, value: Any) -> Any:
        """Return the hours; raise ValidationError saying what is wrong with them."""
        try:
            return number_services.checked_hours(value)
        except Refused as error:
            raise ValidationError(error.message, error.code) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether other hours were sent."""
        return bool(initial != data)


def _rows(
    form: type[SpanForm],
    prefix: str,
    most: int,
    data: Mapping[str, Any] | None = None,
    kept: Any = None,
) -> BaseFormSet[Any]:
    """Return rows as they were sent, or those that are kept and an empty one."""
    kind = forms.formset_factory(form, extra=1, max_num=most)
    if data is not None:
        if f"{prefix}-TOTAL_FORMS" not in data:
            data = {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        return kind(data, prefix=prefix)
    shown = [_shown(row) for row in kept or [] if isinstance(row, Mapping)]
    return kind(initial=shown, prefix=prefix)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    end = "00:00" if row.get("to") == "24:00" else row.get("to")
    return {
        "days": row.get("days"),
        "on": row.get("on"),
        "closed": row.get("closed"),
        "start": row.get("from"),
        "end": end,
    }


def _sent(rows: BaseFormSet[Any], own: str) -> list[dict[str, Any]]:
    """Return what each row holds; a row in which nothing was written counts for nothing."""
    rows.is_valid()
    found = [getattr(form, "cleaned_data", None) or {} for form in rows.forms]
    return [row for row in found if row.get(own) or row.get("start") or row.get("end")]


def _week(rows: BaseFormSet[Any]) -> list[dict[str, Any]]:
    return [
        {"days": row.get("days", []), "from": row["start"], "to": row["end"]}
        for row in _sent(rows, "days")
    ]


def _exceptions(rows: BaseFormSet[Any]) -> list[dict[str, Any]]:
    return [
        {"on": row["on"], "closed": True}
        if row.get("closed")
        else {"on": row["on"], "from": row["start"], "to": row["end"]}
        for row in _sent(rows, "on")
    ]


# --- the route for closed hours ------------------------------------------------------------------

_TRANSFER = GoalKind.TRANSFER.value


class RouteField(forms.MultiValueField):
    """Where callers go outside the opening hours: one choice, and a number for a transfer."""

    def __init__(self, **kwargs: Any) -> None:
        choice = forms.ChoiceField(choices=_destinations, required=False)
        number = forms.CharField(max_length=40, required=False)
        box = forms.TextInput({"aria-label": gettext_lazy("Number to transfer to")})
        boxes = RouteWidget([choice.widget, box])
        super().__init__([choice, number], require_all_fields=False, widget=boxes, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, Any] | None:
        """Return {"kind", "target"}, None for the standard route."""
        chosen, number = (*data_list, "", "")[:2]
        if not chosen:
            return None
        kind, _colon, target = chosen.partition(":")
        if kind == _TRANSFER:
            return {"kind": kind, "target": number or None}
        return {"kind": kind, "target": int(target) if target else None}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another route was chosen."""
        before = initial if isinstance(initial, list) else self.widget.decompress(initial)
        return [each or "" for each in data] != [each or "" for each in before]


class RouteWidget(forms.MultiWidget):
    """A choice, and the box of the number beside it."""

    def decompress(self, value: Any) -> list[str]:
        """Return the choice and the number of a route."""
        if not isinstance(value, dict):
            return ["", ""]
        kind, target = value["kind"], value.get("target")
        if kind == _TRANSFER:
            return [kind, str(target or "")]
        return [kind if target is None else f"{kind}:{target}", ""]


def _destinations() -> list[tuple[Any, Any]]:
    """Return every place a caller may go, by kind; asked anew for each form."""
    mailboxes: Any = ClosedRoute._meta.get_field("mailbox").related_model
    rows: list[tuple[GoalKind, Any]] = [
        (GoalKind.MENU, Menu.objects.filter(parent=None)),
        (GoalKind.SCHEDULE, Schedule.objects.all()),
        (GoalKind.SERVICE, Service.objects.all()),
        (GoalKind.VOICEMAIL, mailboxes.objects.all()),
        (GoalKind.ANNOUNCEMENT, Prompt.objects.all()),
    ]
    found: list[tuple[Any, Any]] = [
        ("", gettext("a message on key 1 (the standard)")),
        *((kind.value, labels.GOAL[kind.value]) for kind in (GoalKind.VOICEMAIL,)),
        (GoalKind.CALL_BACK.value, labels.GOAL[GoalKind.CALL_BACK.value]),
        (_TRANSFER, labels.GOAL[_TRANSFER]),
        (GoalKind.HANG_UP.value, labels.GOAL[GoalKind.HANG_UP.value]),
    ]
    for kind, group in rows:
        if choices := [(f"{kind.value}:{row.pk}", str(row)) for row in group]:
            found.append((labels.GOAL[kind.value], choices))
    return found
