"""When somebody must be reachable, and which public holidays apply, in plain boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet
from django.http import HttpRequest, JsonResponse
from django.urls import reverse_lazy
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from scheduling import countries, labels, public_holidays
from scheduling.coverage import ALL_DAY, AS_USUAL, MOST_HOURS, NOTHING
from scheduling.enums import CoverageKind
from scheduling.models.fields import validate_coverage
from scheduling.predefined import WEEKDAYS

HOURS = "hours"
_DAYS = [(day, WEEKDAYS_ABBR[number]) for number, day in enumerate(WEEKDAYS)]
_HOLIDAYS = [
    (AS_USUAL, _("as on other days")),
    (ALL_DAY, _("round the clock")),
    (NOTHING, _("nobody needs to be reachable")),
    (HOURS, _("at these hours")),
]


class EndsForm(forms.Form):
    """From a time of day to another."""

    start = forms.CharField(
        label=_("from"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    end = forms.CharField(label=_("to"), required=False, widget=forms.TimeInput({"type": "time"}))


class HoursForm(EndsForm):
    """Hours on some days of the week."""

    days = forms.MultipleChoiceField(
        label=_("Days"), choices=_DAYS, required=False, widget=forms.CheckboxSelectMultiple
    )


class CoverageWidget(forms.Widget):
    """Round the clock, at set hours of the week, or not at all."""

    template_name = "admin/scheduling/coverage.html"

    class Media:
        css = {"all": ("css/rotations.css", "css/coverage.css")}
        js = tuple(forms.Script(f"js/{name}.js", type="module") for name in ("rows", "coverage"))

    def id_for_label(self, id_: str) -> str:
        """Lead the label to the kind."""
        return id_

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the required coverage that was sent, as it is kept; it may be wrong."""
        kind = data.get(name)
        if kind != CoverageKind.WEEKLY.value:
            return {"kind": kind} if kind else None
        holidays = data.get(f"{name}-holidays") or AS_USUAL
        value: dict[str, Any] = {
            "kind": kind,
            "hours": _sent(_rows(HoursForm, f"{name}-hours", data)),
        }
        if holidays == HOURS:
            value["holidays"] = _sent(_rows(EndsForm, f"{name}-holiday_hours", data))
        elif holidays != AS_USUAL:
            value["holidays"] = holidays
        return value

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the boxes for the template."""
        context = super().get_context(name, None, attrs)
        known = value if isinstance(value, dict) else {}
        holidays = known.get("holidays", AS_USUAL)
        listed = holidays if isinstance(holidays, list) else []
        kinds = forms.Select(choices=list(labels.COVERAGE_KIND.items()))
        rules = forms.Select(choices=_HOLIDAYS)
        identity = {"id": f"{(attrs or {}).get('id', name)}-holidays"}
        rule = HOURS if isinstance(holidays, list) else holidays
        context |= {
            "kind": kinds.get_context(name, known.get("kind"), attrs)["widget"],
            "hours": _rows(HoursForm, f"{name}-hours", kept=known.get("hours", [])),
            "holidays": rules.get_context(f"{name}-holidays", rule, identity)["widget"],
            "holiday_hours": _rows(EndsForm, f"{name}-holiday_hours", kept=listed),
        }
        return context


def _rows(
    form: type[EndsForm],
    prefix: str,
    data: Mapping[str, Any] | None = None,
    kept: list[Mapping[str, Any]] | None = None,
) -> BaseFormSet[Any]:
    """Return rows as they were sent, or those that are kept and an empty one."""
    kind = forms.formset_factory(form, extra=1 if kept else 2, max_num=MOST_HOURS)
    shown = [
        {"days": row.get("days"), "start": row.get("from"), "end": row.get("to")}
        for row in kept or []
        if isinstance(row, Mapping)
    ]
    if data is not None and f"{prefix}-TOTAL_FORMS" not in data:
        data = {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return kind(data, prefix=prefix, initial=shown)


def _sent(rows: BaseFormSet[Any]) -> list[dict[str, Any]]:
    """Return the rows in which something was said, as a required coverage has them."""
    found = []
    for row in rows:
        row.is_valid()
        said = {"from": row.cleaned_data.get("start"), "to": row.cleaned_data.get("end")}
        if "days" in row.fields:
            said["days"] = row.cleaned_data.get("days")
        if any(said.values()):
            found.append(said)
    return found


class CoverageField(forms.Field):
    """When somebody must be reachable."""

    widget = CoverageWidget
    default_validators = [validate_coverage]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether something else is required, however it was written."""
        return bool(_plain(initial) != _plain(data))


def _plain(value: Any) -> Any:
    """Return a required coverage without what goes without saying, the days in order."""
    if not isinstance(value, dict):
        return value
    plain = {key: part for key, part in value.items() if (key, part) != ("holidays", AS_USUAL)}
    if isinstance(hours := plain.get("hours"), list):
        plain["hours"] = [{**row, "days": sorted(row.get("days") or ())} for row in hours]
    return plain


class HolidaysWidget(forms.MultiWidget):
    """A country and, where it matters, a part of it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts = {"aria-label": _("State or region, where holidays differ")}
        super().__init__(
            {
                "country": forms.Select({"aria-label": _("Country")}),
                "subdivision": forms.Select(parts),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[str]:
        """Return country and part, "" where nothing is chosen."""
        known = value if isinstance(value, dict) else {}
        return [known.get(name) or "" for name in ("country", "subdivision")]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Offer every country, and the parts of the one that is chosen."""
        chosen = value if isinstance(value, list) else self.decompress(value)
        country: Any = self.widgets[0]
        part: Any = self.widgets[1]
        country.choices = [("", _("none")), *countries.choices()]
        country.attrs["data-url"] = str(reverse_lazy("admin:scheduling_schedule_parts"))
        country.attrs["data-parts"] = f"{(attrs or {}).get('id', name)}_subdivision"
        part.choices = [("", _("the whole country")), *parts_of(chosen[0])]
        return super().get_context(name, value, attrs)


class HolidaysField(forms.MultiValueField):
    """The public holidays that apply, as {"country": "FR", "subdivision": null}, or {}."""

    widget = HolidaysWidget

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False, max_length=2), forms.CharField(required=False)]
        super().__init__(parts, require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str | None]:
        """Return what is kept."""
        country, part = [*data_list, "", ""][:2]
        return {"country": country.upper(), "subdivision": part or None} if country else {}

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether a box holds another text than before."""
        widget: Any = self.widget
        shown = initial if isinstance(initial, list) else widget.decompress(initial)
        return bool(super().has_changed(shown, data))


def parts_of(country: str) -> list[tuple[str, str]]:
    """Return the parts of a country with holidays of their own, by name."""
    try:
        found = public_holidays.subdivisions(country.upper())
    except public_holidays.UnknownCountry:
        return []
    return sorted(found.items(), key=lambda one: one[1])


def parts(request: HttpRequest) -> JsonResponse:
    """Answer the parts of a country, for the page of a schedule."""
    return JsonResponse({"parts": parts_of(request.GET.get("country", ""))})
