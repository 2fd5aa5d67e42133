"""What the desk phones may ask for, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import phone
from scheduling import queries
from telephony.models import PhoneNumber

BY_HAND = "manual"
# As the emulator writes each behaviour, so that what is set is found again in the list.
BEHAVIOURS = {
    BY_HAND: _("By hand: it rings and waits for you"),
    "answers:4,press=1,talks_s=120": _("Answers and takes the call (key 1)"),
    "answers:4,press=2": _("Answers and passes it on (key 2)"),
    "answers:4": _("Answers and presses nothing"),
    "ignores": _("Lets it ring"),
    "rejects:3": _("Declines"),
    "busy:1": _("Is busy"),
    "unreachable:2": _("Is switched off"),
    "machine:8": _("A voice mailbox answers"),
}
_KEYS = [(key, key) for key in "0123456789*#"]
ACT = "act"


class LineField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when run
    """One of our numbers, shown with its digits."""

    def label_from_instance(self, obj: PhoneNumber) -> str:
        """Return the number's name and the number as people read it."""
        return f"{obj.name} · {phone.spaced(str(obj.number))}"


class CallForm(forms.Form):
    """Who calls, and which of our numbers."""

    caller = forms.CharField(
        label=_("From"),
        required=False,
        max_length=40,
        help_text=_("Any number; leave it empty to withhold it."),
    )
    line = LineField(label=_("To"), queryset=PhoneNumber.objects.all(), empty_label=None)

    def clean_caller(self) -> str:
        """Return E.164, or "" for a withheld number."""
        text = self.cleaned_data["caller"].strip()
        return phone.parse(text, queries.house().region) if text else ""


class CallerActForm(forms.Form):
    """What the caller does: one of `ACTS`, with a key to press."""

    ACTS: Mapping[str, Any] = {"press": _("Press a key"), "hang_up": _("Hang up")}
    key = forms.ChoiceField(choices=_KEYS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[ACT] = forms.ChoiceField(choices=list(self.ACTS.items()))

    def clean(self) -> dict[str, Any]:
        """Insist on a key to press."""
        found = super().clean() or {}
        if found.get(ACT) == "press" and not found.get("key"):
            self.add_error("key", _("Which key?"))
        return found

    def asked(self) -> dict[str, object]:
        """Return the act as the emulator takes it."""
        act = self.cleaned_data[ACT]
        return {act: self.cleaned_data["key"] if act == "press" else True}


class PhoneActForm(CallerActForm):
    """What whoever is beside a telephone does, or will do from the next call on."""

    ACTS = {
        **CallerActForm.ACTS,
        "answer": _("Pick up"),
        "decline": _("Decline"),
        "behaviour": _("At the next call"),
    }
    behaviour = forms.ChoiceField(choices=list(BEHAVIOURS.items()), required=False)

    def clean(self) -> dict[str, Any]:
        """Insist on a behaviour to set."""
        found = super().clean()
        if found.get(ACT) == "behaviour" and not found.get("behaviour"):
            self.add_error("behaviour", _("Which behaviour?"))
        return found

    def asked(self) -> dict[str, object]:
        """Return the act as the emulator takes it."""
        if self.cleaned_data[ACT] == "behaviour":
            return {"behaviour": self.cleaned_data["behaviour"]}
        return super().asked()
