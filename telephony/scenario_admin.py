"""The admin of escalation scenarios."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock
from oncall_portal.lib.admin import ListForm, ListInline, VersionedForm
from oncall_portal.lib.form_fields import Inherited
from oncall_portal.lib.texts_form import TextsFormField
from telephony import services, waiting
from telephony.models import EscalationScenario, EscalationStep
from telephony.waited import Waited
from telephony.writes import SCENARIOS


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


class ScenarioForm(VersionedForm):
    """A scenario, with what callers hear meanwhile."""

    waiting_words = TextsFormField(
        label=_("Words while waiting"),
        required=False,
        help_text=_("Said between two pieces of music. Empty: the standard words."),
    )


@admin.register(EscalationScenario)
class ScenarioAdmin(Waited):
    """Escalation scenarios."""

    form = ScenarioForm
    writes = SCENARIOS
    list_display = ("name", "repeat", "longest_wait")
    search_fields = ("name",)
    inlines = [Steps]

    def longest_seconds(self, row: EscalationScenario) -> int | None:
        """Return the most over the numbers that use it."""
        return waiting.longest_of_scenario(row, clock.now())
