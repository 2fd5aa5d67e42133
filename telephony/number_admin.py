"""The admin of rented numbers: what each does when it rings, in sections."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock, phone
from oncall_portal.lib.admin import VersionedForm
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.form_fields import Inherited, LanguagesField
from oncall_portal.lib.texts_form import TextsFormField
from scheduling import queries
from scheduling.models.fields import DAYS_KEPT
from telephony import (
    destinations,
    house_menus,
    labels,
    missing_prompts,
    number_services,
    number_warnings,
    services,
    timing,
    waiting,
)
from telephony.blocking_admin import BlockedHere
from telephony.enums import Behaviour
from telephony.hours_field import HoursField, RouteField
from telephony.models import Menu, PhoneNumber
from telephony.preview_admin import Previewed
from telephony.waited import Waited
from telephony.writes import PHONE_NUMBERS


class PhoneNumberForm(VersionedForm):
    """A number of ours, in any usual spelling for the house's region."""

    number = forms.CharField(label=_("Number"), max_length=40)
    forwarding_number = forms.CharField(
        label=_("Transfer to"),
        max_length=40,
        required=False,
        help_text=_("Whom the calls are passed on to; not one of your own numbers."),
    )
    languages = LanguagesField(
        label=_("Languages"), help_text=_("Spoken to callers; the first one when in doubt.")
    )
    whisper = TextsFormField(
        label=_("Whisper"),
        required=False,
        help_text=_(
            "What whoever picks up hears before the caller, where a key is asked for; empty: as "
            "the organisation."
        ),
    )
    recording_notice = TextsFormField(
        label=_("Notice of the recording"),
        required=False,
        most=timing.SPOKEN_CHARACTERS,
        help_text=_("Said to both sides before anything is recorded; empty: the standard words."),
    )
    text_back = TextsFormField(label=_("Text for missed calls"), required=False, rows=2)
    opening_hours = HoursField(label=_("Opening hours"), required=False)
    closed_route = RouteField(
        label=_("Outside these hours"),
        required=False,
        help_text=_("Where callers go while the number is closed."),
    )

    class Meta:
        widgets = {"call_connect": Inherited}
        help_texts = {
            "name": _("For you; callers never hear it."),
            "inbound_timeout": _(
                "How long each phone rings. Empty: 60; 15 for a transfer with the voicemail after "
                "it; as the organisation for whoever is on call."
            ),
            "outbound_timeout": _("For calls back that a colleague places; empty: 60."),
            "call_connect": _("With a key, a voicemail or a machine never counts as an answer."),
            "pass_called_number": _(
                "The phone that is called can only show one of your own numbers: the telephone "
                "platform lets no other through. Without this, the caller's own number is said in "
                "the whisper, which is heard only where a key is asked for."
            ),
            "caller_by_sms": _(
                "Also send the caller's number by text: to whoever takes the call, where their "
                "number receives SMS, and to the number that calls are transferred to, as it "
                "rings, where it is a mobile."
            ),
            "max_calls": _("Further callers hear that all lines are busy; empty: no limit."),
            "record": _("Both sides hear the notice first; the recording stands on the call."),
            "text_back_enabled": _("A caller whom nobody answered gets a text at once."),
            "text_back_quiet_minutes": _(
                "The same caller gets no second text for so long, and never within 15 minutes."
            ),
            "mailbox": _("Where messages go; empty: the general mailbox."),
            "greeting": _(
                "Said before callers leave a message; empty: the mailbox's own, or the standard "
                "words."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            spaced = phone.spaced(str(self.instance.forwarding_number or ""))
            self.initial["forwarding_number"] = spaced
            route = getattr(self.instance, "closed_route", None)
            self.initial["closed_route"] = destinations.goes_to(route) if route else None
            self._warn("greeting", missing_prompts.greeting_warning(self.instance))
            self._warn("menu", house_menus.warning(self.instance))
        menu = self.fields.get("menu")
        if isinstance(menu, forms.ModelChoiceField):
            menu.queryset = Menu.objects.filter(parent=None)
        for name in DAYS_KEPT:
            self._inherit(name)
        if "inbound_timeout" in self.fields:
            self.fields["inbound_timeout"].widget.attrs["data-warnings"] = _ranges()

    def _inherit(self, name: str) -> None:
        """Say beside a number of days what holds while it is empty."""
        if name not in self.fields:
            return
        days = getattr(queries.house(), name)
        told = gettext("Empty: as the organisation, for ever.")
        if days is not None:
            self.fields[name].widget.attrs["placeholder"] = days
            told = ngettext(
                "Empty: as the organisation, %(days)d day.",
                "Empty: as the organisation, %(days)d days.",
                days,
            ) % {"days": days}
        self.fields[name].help_text = told

    def _warn(self, name: str, told: str) -> None:
        """Say at a field what callers would miss, if anything."""
        if told and name in self.fields:
            field = self.fields[name]
            warning = format_html('<span class="number-warning">{}</span>', told)
            field.help_text = format_html("{} {}", field.help_text, warning)

    def clean_number(self) -> str:
        """Return E.164, or say why it cannot be ours."""
        number = phone.parse(self.cleaned_data["number"], queries.house().region)
        try:
            services.check_not_a_contact(number)
        except Refused as error:
            raise ValidationError(error.message, error.code) from error
        return number

    def clean_forwarding_number(self) -> str:
        """Return E.164, "" for none, or say why it may not be called."""
        text = self.cleaned_data["forwarding_number"]
        if self.instance.pk and text == self.initial["forwarding_number"]:
            return str(self.instance.forwarding_number)  # as it was: ruled out since, perhaps
        try:
            return number_services.forwarding_number(text)
        except Refused as error:
            raise ValidationError(error.message, error.code) from error

    def clean(self) -> dict[str, Any]:
        """Show what the services refused at its field, a part of the route at the route."""
        refusal = self.refusal
        if isinstance(refusal, Refused) and (refusal.field or "").startswith("closed_route"):
            self.refusal = Refused(refusal.code, refusal.message, "closed_route")
        cleaned = super().clean()
        forwards = cleaned.get("behaviour") in number_services.FORWARDS
        if forwards and cleaned.get("forwarding_number") == "":
            message = _("Say which number the calls are transferred to.")
            self.add_error("forwarding_number", ValidationError(message, "required"))
        return cleaned


def _ranges() -> str:
    """Return which ring times are warned of as they are typed: by behaviour, from, to, words."""
    told = {
        behaviour.value: [
            [low, high, str(labels.NUMBER_WARNING[found.value])]
            for low, high, found in number_warnings.ranges(behaviour.value)
        ]
        for behaviour in Behaviour
    }
    return json.dumps(told)


@admin.register(PhoneNumber)
class PhoneNumberAdmin(Previewed, Waited):
    """Rented numbers."""

    form = PhoneNumberForm
    writes = PHONE_NUMBERS
    list_display = ("name", "number", "behaviour", "schedule", "mailbox", "longest_wait")
    list_filter = ("behaviour", "schedule")
    list_select_related = ("schedule", "mailbox")
    search_fields = ("name", "number")
    readonly_fields = (*Waited.readonly_fields, "unreached")
    inlines = [BlockedHere]
    change_form_template = "admin/telephony/phonenumber/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "number", "languages", "version")}),
        (
            _("When it rings"),
            {"fields": ("behaviour", "schedule", "menu", "forwarding_number", "assigned_staff")},
        ),
        (_("Opening hours"), {"fields": ("opening_hours", "closed_route")}),
        (
            pgettext_lazy("heading", "Ringing"),
            {
                "fields": (
                    *("inbound_timeout", "outbound_timeout", "call_connect", "whisper"),
                    *("pass_called_number", "caller_by_sms", "max_calls"),
                )
            },
        ),
        (_("What callers hear"), {"fields": ("greeting", "mailbox")}),
        (_("Recording"), {"fields": ("record", "recording_notice")}),
        (
            _("Missed calls"),
            {"fields": ("text_back_enabled", "text_back", "text_back_quiet_minutes")},
        ),
        (_("How long things are kept"), {"fields": DAYS_KEPT}),
        (_("Longest wait"), {"fields": ("longest_wait", "slowest_way", "unreached")}),
    )

    class Media:
        css = {
            "all": ("css/rotations.css", "css/coverage.css", "css/number.css", "css/mailbox.css")
        }
        js = (
            forms.Script("js/rows.js", type="module"),
            forms.Script("js/number.js", type="module"),
            forms.Script("js/own-mailbox.js", type="module"),
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Warn of a voicemail that nobody recorded, and of services that callers cannot choose."""
        super().save_related(request, form, formsets, change)
        for warning in (missing_prompts.greeting_warning, house_menus.warning):
            if told := warning(form.instance):
                self.message_user(request, told, messages.WARNING)

    def longest_seconds(self, row: PhoneNumber) -> int:
        """Return what its callers are promised."""
        return waiting.promised(row, clock.now())

    @admin.display(description=_("no time left for, at worst"))
    def unreached(self, row: PhoneNumber) -> str:
        """Return who is not rung when all before them take their longest; a dash for nobody."""
        names = waiting.unreached(row, clock.now()) if row.pk else []
        return ", ".join(names) or "\u2013"
