"""The form that calls somebody back: one of one's own phones rings first, then theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest

from oncall_portal.lib import phone
from oncall_portal.lib.errors import Refused
from telephony import placing
from telephony.models import Call


class CallBackForm(forms.Form):
    """Which of one's own phones rings first."""

    contact_number = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, label="")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        own = placing.own_phones(request.user)
        choices = [(number.pk, _phone_words(number)) for number in own]
        self.fields["contact_number"].choices = choices  # type: ignore[attr-defined]
        self.initial = {"contact_number": choices[0][0]} if choices else {}

    def place(self, place: Callable[[int], Call]) -> Call | None:
        """Let `place` (a phone's id) call; None, with the reason on the form, when it is not sent.

        Nor when it is refused.
        """
        if not self.is_valid():
            return None
        try:
            return place(self.cleaned_data["contact_number"])
        except Refused as refusal:
            self.add_error(None, str(refusal.message))
            return None


def context(form: CallBackForm, whom: str, shown: str) -> dict[str, Any]:
    """Return what the page of the form shows.

    `whom` is called, a name or a spaced number; they see `shown`, a number of ours by name.
    """
    if whom.startswith("+"):  # a number stays on one line
        whom = whom.replace(" ", "\N{NO-BREAK SPACE}")
    return {"form": form, "whom": whom, "shown": shown}


def _phone_words(number: Any) -> str:
    return " · ".join(filter(None, [number.label, phone.spaced(str(number.number))]))
