"""The admin of numbers and scenarios, and of calls, which nobody edits."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock, phone
from oncall_portal.lib.admin import (
    Guarded,
    ListForm,
    ListInline,
    ServedAdmin,
    VersionedForm,
)
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.form_fields import Inherited, LanguagesField
from oncall_portal.lib.texts_form import TextsFormField
from scheduling import queries
from telephony import blocking_admin, caller_admin, menu_admin, prompt_admin, services, waiting
from telephony.call_admin import CallAdmin
from telephony.models import (
    Call,
    CallAction,
    CallEvent,
    DialAllowance,
    EscalationScenario,
    EscalationStep,
    Leg,
    PhoneNumber,
    TestCall,
    WatchdogPulse,
    WebhookReceipt,
)
from telephony.preview_admin import Previewed
from telephony.story import sentence
from telephony.writes import PHONE_NUMBERS, SCENARIOS

__all__ = [
    "blocking_admin",
    "caller_admin",
    "menu_admin",
    "prompt_admin",
]  # imported for what they register


class StepForm(ListForm):
    """One step; only the target of its kind is used."""

    whisper = TextsFormField(label=_("Whisper"), required=False)

    class Meta:
        widgets = {"call_connect": Inherited}

    def clean_whisper(self) -> dict[str, str] | None:
        """Inherit when nothing was written."""
        return self.cleaned_data["whisper"] or None


class Steps(ListInline):
    """What a scenario tries, in order."""

    model = EscalationStep
    form = StepForm
    taken_as = "steps"
    fields = (
        *("position", "kind", "level", "staff", "service", "mailbox", "prompt", "strategy"),
        *("ring_seconds", "attempts", "call_connect", "whisper"),
    )

    def value(self, entry: Any) -> dict[str, Any]:
        """Return the step with the target that its kind has."""
        target = entry.get(services.TARGETS.get(entry["kind"], ""))
        names = ("kind", "strategy", "ring_seconds", "attempts", "call_connect", "whisper")
        return {
            **{name: entry[name] for name in names},
            "target": getattr(target, "pk", target),
        }


class Waited(ServedAdmin):
    """Shows how long a caller waits at worst, and warns above the house's ceiling."""

    readonly_fields: ClassVar[tuple[str, ...]] = ("longest_wait",)

    def longest_seconds(self, row: Any) -> int | None:
        """Return what no caller waits beyond; None when nobody calls."""
        raise NotImplementedError

    @admin.display(description=_("longest wait"))
    def longest_wait(self, row: Any) -> str | None:
        """Return the figure in words; None (a dash) on a new row."""
        seconds = self.longest_seconds(row) if row.pk else None
        return None if seconds is None else _("%(seconds)d seconds") % {"seconds": seconds}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Warn once everything is written: the steps decide how long it takes."""
        super().save_related(request, form, formsets, change)
        seconds, ceiling = self.longest_seconds(form.instance), queries.house().ceiling_seconds
        if seconds is not None and seconds > ceiling:
            text = _(
                "A caller may wait %(seconds)d seconds; you want to be warned above %(ceiling)d."
            )
            words = text % {"seconds": seconds, "ceiling": ceiling}
            self.message_user(request, words, messages.WARNING)


@admin.register(EscalationScenario)
class ScenarioAdmin(Waited):
    """Escalation scenarios."""

    writes = SCENARIOS
    list_display = ("name", "repeat")
    search_fields = ("name",)
    inlines = [Steps]

    def longest_seconds(self, row: EscalationScenario) -> int | None:
        """Return the most over the numbers that use it."""
        return waiting.longest_of_scenario(row, clock.now())


class PhoneNumberForm(VersionedForm):
    """A number of ours, in any usual spelling for the house's region."""

    number = forms.CharField(label=_("Number"), max_length=40)
    whisper = TextsFormField(label=_("Whisper"), required=False)
    languages = LanguagesField(
        label=_("Languages"), help_text=_("Spoken to callers; the first one when in doubt.")
    )

    class Meta:
        widgets = {"call_connect": Inherited}

    def clean_number(self) -> str:
        """Return E.164, or say why it cannot be ours."""
        number = phone.parse(self.cleaned_data["number"], queries.house().region)
        try:
            services.check_not_a_contact(number)
        except Refused as error:
            raise ValidationError(error.message, error.code) from error
        return number


@admin.register(PhoneNumber)
class PhoneNumberAdmin(Previewed, Waited):
    """Rented numbers."""

    form = PhoneNumberForm
    writes = PHONE_NUMBERS
    change_form_template = "admin/telephony/phonenumber/change_form.html"
    list_display = ("name", "number", "behaviour", "schedule", "mailbox")
    list_filter = ("behaviour", "schedule")
    list_select_related = ("schedule", "mailbox")
    search_fields = ("name", "number")

    readonly_fields = (*Waited.readonly_fields, "unreached")

    def longest_seconds(self, row: PhoneNumber) -> int:
        """Return what its callers are promised."""
        return waiting.promised(row, clock.now())

    @admin.display(description=_("no time left for, at worst"))
    def unreached(self, row: PhoneNumber) -> str | None:
        """Return who is not rung when all before them take their longest; a dash for nobody."""
        names = waiting.unreached(row, clock.now()) if row.pk else []
        return ", ".join(names) or None


class Told:
    """Shows events as sentences."""

    @admin.display(description=_("at"), ordering="at")
    def when(self, event: CallEvent) -> str:
        """Return the instant to the second, with its zone: a call's events are seconds apart."""
        return formats.date_format(timezone.localtime(event.at), "Y-m-d H:i:s T")

    @admin.display(description=_("what happened"))
    def words(self, event: CallEvent) -> str:
        """Return what happened, in the reader's language."""
        return sentence(event.code, event.params, event.leg.name if event.leg else "")


admin.site.register(Call, CallAdmin)


@admin.register(Leg)
class LegAdmin(Guarded):
    """Phones rung: history."""

    list_display = ("call", "name", "number", "dialled_at", "result")
    list_filter = ("result", "screened")
    list_select_related = ("call",)
    search_fields = ("name", "number")
    exclude = ("token", "uuid")


@admin.register(CallEvent)
class CallEventAdmin(Told, Guarded):
    """Events of calls: history."""

    list_display = ("when", "call", "words")
    list_filter = ("code",)
    list_select_related = ("call", "leg")
    fields = readonly_fields = ("when", "call", "words")


@admin.register(CallAction)
class CallActionAdmin(Guarded):
    """Requests to the platform: history."""

    list_display = ("created_at", "call", "leg", "kind", "state", "attempts", "error")
    list_filter = ("kind", "state")
    list_select_related = ("call", "leg")


@admin.register(WebhookReceipt)
class WebhookReceiptAdmin(Guarded):
    """Webhooks received: history."""

    list_display = ("received_at", "path", "status")
    list_filter = ("status",)
    search_fields = ("jti", "path")


@admin.register(DialAllowance)
class DialAllowanceAdmin(Guarded):
    """The account's latest dials: looked at when calls start late."""

    list_display = ("__str__", "recent")


@admin.register(WatchdogPulse)
class WatchdogPulseAdmin(Guarded):
    """The watchdog's sign of life."""

    list_display = ("seen_at",)


@admin.register(TestCall)
class TestCallAdmin(Guarded):
    """Test calls: history; they are asked for on a person's or a service's page."""

    list_display = ("requested_at", "contact_number", "state", "requested_by", "ended_at")
    list_filter = ("state",)
    list_select_related = ("contact_number", "requested_by")
    search_fields = ("number",)
    exclude = ("token", "uuid", "asked", "not_before", "deadline_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return no: whoever may ask for one does so where the number stands."""
        return False
