"""The rule of a rotation in plain boxes, kept as the text of one RRULE."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scheduling import rule_words
from scheduling.rules import WEEKDAYS, BadRule, Recurrence, parse

LAST = -1
_OWN = "RULE"
_FREQUENCIES = [
    ("DAILY", _("days")),
    ("WEEKLY", _("weeks")),
    ("MONTHLY", _("months")),
    (_OWN, _("by a rule, written out")),
]
_ORDINALS = [
    ("", _("on a day of the month")),
    ("1", _("on the first")),
    ("2", _("on the second")),
    ("3", _("on the third")),
    ("4", _("on the fourth")),
    ("-1", _("on the last")),
]
_WEEKDAYS = [(code, WEEKDAY_NAMES[number]) for number, code in enumerate(WEEKDAYS)]
_MONTH_DAYS = [(str(day), str(day)) for day in range(1, 32)] + [(str(LAST), _("the last day"))]
NAMES = ("freq", "interval", "weekdays", "ordinal", "weekday", "month_day", "text")


class RuleWidget(forms.MultiWidget):
    """Every so many days, weeks on weekdays, or months on a day; or the text of a rule."""

    template_name = "admin/scheduling/rule.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        labels = {"aria-label": _("days, weeks or months")}
        super().__init__(
            {
                "freq": forms.Select(labels, choices=_FREQUENCIES),
                "interval": forms.NumberInput({"min": 1, "max": 1000, "aria-label": _("every")}),
                "weekdays": forms.CheckboxSelectMultiple(choices=_WEEKDAYS),
                "ordinal": forms.Select(
                    {"aria-label": _("which day of the month")}, choices=_ORDINALS
                ),
                "weekday": forms.Select({"aria-label": _("weekday")}, choices=_WEEKDAYS),
                "month_day": forms.Select(
                    {"aria-label": _("day of the month")}, choices=_MONTH_DAYS
                ),
                "text": forms.TextInput(
                    {
                        "aria-label": _("recurrence rule (RRULE)"),
                        "placeholder": "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
                    }
                ),
            },
            attrs,
        )

    def id_for_label(self, id_: str) -> str:
        """Lead the label to the first box."""
        return f"{id_}_1" if id_ else id_

    def decompress(self, value: Any) -> list[Any]:
        """Return what the boxes show for a rule."""
        text = rule_words.text_of(value) if value else "RRULE:FREQ=WEEKLY;BYDAY=MO"
        try:
            parts = parse(text)
        except BadRule:
            return _own(text)
        return _plain(parts) or _own(text)


def _own(text: str) -> list[Any]:
    return [_OWN, 1, [], "", "MO", "1", text]


def _plain(parts: Recurrence) -> list[Any] | None:
    """Return the boxes of a rule that they can say wholly, else None."""
    rare = (parts.months, parts.year_days, parts.week_numbers, parts.positions)
    if any(rare) or parts.until or parts.count or parts.week_start:
        return None
    boxes = [parts.freq, parts.interval, [], "", "MO", "1", ""]
    days = [(WEEKDAYS[day], ordinal) for day, ordinal in sorted(parts.weekdays)]
    if parts.freq == "DAILY" and not days and not parts.month_days:
        return boxes
    if parts.freq == "WEEKLY" and days and not parts.month_days:
        return [*boxes[:2], [day for day, _ordinal in days], *boxes[3:]]
    if parts.freq != "MONTHLY" or len(days) + len(parts.month_days) != 1:
        return None
    if days and str(days[0][1]) in dict(_ORDINALS):
        return [*boxes[:3], str(days[0][1]), days[0][0], "1", ""]
    month_day = str(next(iter(parts.month_days), 0))
    return [*boxes[:5], month_day, ""] if month_day in dict(_MONTH_DAYS) else None


class RuleField(forms.MultiValueField):
    """The days on which a shift starts, as the text of one RRULE."""

    widget = RuleWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = (
            forms.ChoiceField(choices=_FREQUENCIES),
            forms.IntegerField(min_value=1, max_value=1000, required=False),
            forms.MultipleChoiceField(choices=_WEEKDAYS, required=False),
            forms.ChoiceField(choices=_ORDINALS, required=False),
            forms.ChoiceField(choices=_WEEKDAYS, required=False),
            forms.ChoiceField(choices=_MONTH_DAYS, required=False),
            forms.CharField(max_length=1000, required=False),
        )
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> str:
        """Return the rule that the boxes say; raise ValidationError where one is missing."""
        said = dict(zip(NAMES, data_list, strict=False))
        freq, interval = said.get("freq"), said.get("interval") or 1
        if freq == _OWN:
            return _checked(said["text"])
        parts = [f"FREQ={freq}"] + ([f"INTERVAL={interval}"] if interval > 1 else [])
        if freq == "WEEKLY":
            if not said["weekdays"]:
                raise ValidationError(gettext("Choose at least one weekday."), "required")
            parts.append("BYDAY=" + ",".join(said["weekdays"]))
        if freq == "MONTHLY":
            day = f"BYMONTHDAY={said['month_day'] or 1}"
            weekday = f"BYDAY={said['ordinal']}{said['weekday'] or 'MO'}"
            parts.append(weekday if said["ordinal"] else day)
        return "RRULE:" + ";".join(parts)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether the boxes say another rule."""
        try:
            return bool(rule_words.text_of(initial or "") != self.clean(data))
        except ValidationError:
            return True


def _checked(text: str) -> str:
    try:
        parse(text)
    except BadRule as error:
        refusal = rule_words.refused(error)
        raise ValidationError(refusal.message, refusal.code) from error
    return text
