"""The admin of numbers and scenarios, and of calls, which nobody edits."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import (
    Guarded,
)
from telephony import (
    blocking_admin,
    caller_admin,
    hook_admin,
    job_admin,
    menu_admin,
    number_admin,
    problem_admin,
    promise_admin,
    prompt_admin,
    scenario_admin,
)
from telephony.call_admin import CallAdmin
from telephony.models import (
    Call,
    CallAction,
    CallEvent,
    DialAllowance,
    Leg,
    TestCall,
    WatchdogPulse,
    WebhookReceipt,
)
from telephony.story import sentence

__all__ = [
    "blocking_admin",
    "caller_admin",
    "hook_admin",
    "job_admin",
    "menu_admin",
    "number_admin",
    "problem_admin",
    "promise_admin",
    "prompt_admin",
    "scenario_admin",
]  # imported for what they register


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
