"""Who takes turns in a rotation, as rows in their order; some share the turn of the one above."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from scheduling import labels, queries
from scheduling.models import Service, Staff
from scheduling.types import Assignee, Who

Member = Staff | Service
Choices = list[tuple[str, list[tuple[str, str]]]]

NEXT, WITH = "next", "with"


def key(who: Who) -> str:
    """Return what a box holds for a person or a service: "staff:3"."""
    return f"staff:{who.staff}" if who.staff else f"service:{who.service}"


class EntryForm(forms.Form):
    """One person or service of a rotation."""

    who = forms.ChoiceField(label=_("Who"))
    turn = forms.ChoiceField(
        label=_("When"),
        choices=[(NEXT, _("in a turn of their own")), (WITH, _("together with the one above"))],
        initial=NEXT,
        required=False,
    )
    position = forms.IntegerField(label=_("Order"), required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        box: Any = self.fields["who"]
        box.choices = [("", "---------"), *choices]
        self.fields["position"].widget.attrs["size"] = 3

    def has_changed(self) -> bool:
        """Take a row in which nobody was chosen for none at all."""
        return bool(self.data.get(self.add_prefix("who")))


class ParticipantsWidget(forms.Widget):
    """The rows, moved by hand and by keys like those of numbers; `choices` tells who there is."""

    template_name = "admin/scheduling/participants.html"
    choices: Callable[[], Choices]

    class Media:
        css = {"all": ("css/people.css",)}
        js = (forms.Script("js/rows.js", type="module"),)

    def formset(self, name: str, data: Any = None, initial: Any = None) -> Any:
        """Return the rows, bound to what was sent or to what is kept."""
        kind = forms.formset_factory(
            EntryForm, extra=0 if initial else 1, can_delete=True, max_num=400
        )
        return kind(data, prefix=name, initial=initial, form_kwargs={"choices": self.choices()})

    def id_for_label(self, id_: str) -> str:
        """Lead the label nowhere: each row has its own."""
        return ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the rows as sent; None where the page had none."""
        return self.formset(name, data) if f"{name}-TOTAL_FORMS" in data else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Tell whether the page had no rows."""
        return f"{name}-TOTAL_FORMS" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Return the rows for the template."""
        context = super().get_context(name, None, attrs)
        sent = isinstance(value, forms.BaseFormSet)
        context["formset"] = value if sent else self.formset(name, initial=_initial(value))
        return context


class ParticipantsField(forms.Field):
    """Teams in the order of their turns, each of people and services."""

    widget = ParticipantsWidget
    default_error_messages = {
        "required": _("Say who takes turns: each turn has one participant at least.")
    }

    def to_python(self, value: Any) -> list[list[Member]]:
        """Return the teams; raise ValidationError where a row says nobody who is there."""
        if not isinstance(value, forms.BaseFormSet):
            return list(value or [])
        if not value.is_valid():
            raise ValidationError(gettext("Choose a person or a service in each row."), "invalid")
        kept = [e for e in value.cleaned_data if e.get("who") and not e.get("DELETE")]
        ordered = sorted(kept, key=lambda entry: entry.get("position") or 0)
        teams: list[list[Member]] = []
        for entry, member in zip(ordered, _members(ordered), strict=True):
            if entry.get("turn") == WITH and teams:
                teams[-1].append(member)
            else:
                teams.append([member])
        return teams

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether other teams are meant."""
        if data is None:
            return False
        try:
            return list(initial or []) != self.to_python(data)
        except ValidationError:
            return True


def choices_of(kept: Iterable[Who]) -> Choices:
    """Return everybody who may be chosen, and those who are kept; each says why it cannot ring."""
    language = (get_language() or "en")[:2]
    staying = {who.staff for who in kept}
    people = [row for row in Staff.objects.all() if row.active or row.pk in staying]
    services = list(Service.objects.all())
    reach = queries.load_assignees(
        [row.pk for row in people], [row.pk for row in services], language
    )
    return [
        (gettext("People"), [_choice(reach, Who(staff=row.pk)) for row in people]),
        (gettext("Services"), [_choice(reach, Who(service=row.pk)) for row in services]),
    ]


def told(reach: Mapping[Who, Assignee], who: Who) -> str:
    """Return a name, and why nobody is reached there: "Chloé (inactive)"."""
    why = queries.why_unreachable(reach, who)
    return f"{reach[who].name} ({labels.GAP_REASON[why]})" if why else reach[who].name


def _choice(reach: Mapping[Who, Assignee], who: Who) -> tuple[str, str]:
    return key(who), told(reach, who)


def _initial(teams: Iterable[Iterable[Member]] | None) -> list[dict[str, Any]]:
    rows = [(member, place) for team in teams or () for place, member in enumerate(team)]
    return [
        {"who": key(_who(member)), "turn": WITH if place else NEXT, "position": number}
        for number, (member, place) in enumerate(rows, 1)
    ]


def _members(entries: Iterable[Mapping[str, Any]]) -> list[Member]:
    found = [entry["who"].split(":") for entry in entries]
    ids = {kind: [int(pk) for each, pk in found if each == kind] for kind in ("staff", "service")}
    staff, services = Staff.objects.in_bulk(ids["staff"]), Service.objects.in_bulk(ids["service"])
    rows: dict[str, Mapping[int, Member]] = {"staff": staff, "service": services}
    return [rows[kind][int(pk)] for kind, pk in found]


def _who(member: Member) -> Who:
    return Who(staff=member.pk) if isinstance(member, Staff) else Who(service=member.pk)
