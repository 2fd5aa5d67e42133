"""The admin of numbers and scenarios, and of calls, which nobody edits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock
from oncall_portal.lib.admin import (
    Guarded,
    ListForm,
    ListInline,
)
from oncall_portal.lib.form_fields import Inherited
from oncall_portal.lib.texts_form import TextsFormField
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
    TestCall,
    WatchdogPulse,
    WebhookReceipt,
)
from telephony.number_admin import Waited
from telephony.story import sentence
from telephony.writes import SCENARIOS

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
