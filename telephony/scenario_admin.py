"""The admin of escalation scenarios: steps as cards, and at once what they lead to."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock
from oncall_portal.lib.admin import ListForm, ListInline, VersionedForm
from oncall_portal.lib.errors import Refused
from oncall_portal.lib.form_fields import Inherited
from oncall_portal.lib.texts_form import TextsFormField
from scheduling import queries
from telephony import drafts, services, waiting
from telephony.drafts import Draft, StepWait
from telephony.models import EscalationScenario, EscalationStep
from telephony.waited import Waited, part_words
from telephony.writes import SCENARIOS

_RINGS = ("ring_seconds", "attempts", "call_connect", "whisper")
# The boxes of each kind of step; a script hides the others.
BOXES = {
    "level": ("level", "strategy", *_RINGS),
    "staff": ("staff", *_RINGS),
    "service": ("service", "strategy", *_RINGS),
    "supervisors": ("strategy", *_RINGS),
    "voicemail": ("mailbox",),
    "announcement": ("prompt",),
}


class StepForm(ListForm):
    """One step; only the target of its kind is used."""

    whisper = TextsFormField(
        label=_("Whisper"),
        required=False,
        help_text=_("What whoever picks up hears first. Empty: as the number called."),
    )

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
    may_copy = told = True
    note = _("From first to last; drag them, or move them with Alt and the arrows.")
    fields = (
        *("position", "kind", "level", "staff", "service", "mailbox", "prompt", "strategy"),
        *_RINGS,
    )

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Say in an empty ring time what holds instead, and whose it is."""
        formset = super().get_formset(request, obj, **kwargs)
        ring = formset.form.base_fields["ring_seconds"]
        seconds = {"seconds": queries.house().ring_seconds}
        ring.widget.attrs["placeholder"] = str(seconds["seconds"])
        ring.help_text = (
            gettext("Empty: as the number called, else %(seconds)d s from the organisation.")
            % seconds
        )
        return formset

    def value(self, entry: Any) -> dict[str, Any]:
        """Return the step with the target that its kind has."""
        target = entry.get(services.TARGETS.get(entry["kind"], ""))
        names = ("kind", "strategy", *_RINGS)
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
    fieldsets = (
        (None, {"fields": ("name", "repeat", "version")}),
        (
            _("While callers wait"),
            {"fields": ("waiting_words", "waiting_prompt", "waiting_music")},
        ),
        (_("Kept with the last change"), {"fields": ("longest_wait", "slowest_way")}),
    )

    class Media:
        css = {"all": ("css/rotations.css", "css/scenarios.css")}
        js = (forms.Script("js/scenario.js", type="module"),)

    def longest_seconds(self, row: EscalationScenario) -> int | None:
        """Return the most over the numbers that use it."""
        return waiting.longest_of_scenario(row, clock.now())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Tell the script which boxes each kind of step has."""
        context["boxes"] = json.dumps(BOXES)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add what a scenario would do, while it is written."""
        site = self.admin_site.admin_view
        name = "telephony_escalationscenario_preview"
        return [
            path("preview/", site(self.preview), name=name),
            path("<int:pk>/preview/", site(self.preview), name=f"{name}_of"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
        """Answer how long a caller would wait with the steps of the form, or what is wrong."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.get_object(request, str(pk)) if pk else None
        if not self.has_change_permission(request, row):
            return JsonResponse({"problem": ""}, status=403)
        try:
            steps, repeat = self._drafted(request, row)
        except Refused as error:
            return JsonResponse({"problem": str(error.message)})
        draft = drafts.look(steps, repeat, row, clock.now())
        return JsonResponse(_told(draft) if draft else {"sentence": _nowhere()})

    def _drafted(
        self, request: HttpRequest, row: EscalationScenario | None
    ) -> tuple[list[EscalationStep], int]:
        """Return the steps as the form has them; raises Refused where they are not filled in."""
        formsets, inlines = self._create_formsets(  # type: ignore[attr-defined]
            request, row or EscalationScenario(), change=row is not None
        )
        formset = formsets[0]
        if not formset.is_valid():
            raise Refused("incomplete", _first_problem(formset), "steps")
        steps = [inlines[0].value(entry) for entry in formset.entries()]
        repeat = request.POST.get("repeat", "")
        return services.step_rows(steps), int(repeat) if repeat in set("123456789") else 1


def _first_problem(formset: Any) -> str:
    for number, form in enumerate(formset.forms, 1):
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            words = {"number": number, "label": label, "problem": errors[0]}
            return gettext("Step %(number)d, %(label)s: %(problem)s") % words
    return " ".join(formset.non_form_errors())


def _nowhere() -> str:
    return gettext("There is no number yet that could use it, so nobody waits.")


def _told(draft: Draft) -> dict[str, Any]:
    house = draft.house
    words = {"seconds": draft.seconds, "number": draft.number}
    if draft.used:
        sentence = gettext("A caller of %(number)s waits %(seconds)d seconds at most.")
    else:
        sentence = gettext(
            "No number uses it yet. A caller of %(number)s would wait %(seconds)d seconds at most."
        )
    tone, more = "ok", ""
    if draft.seconds > house.hard_stop_seconds:
        tone, more = "bad", _too_long(draft)
    elif draft.seconds > house.ceiling_seconds:
        tone = "warn"
        more = gettext("You want to be warned above %(ceiling)d.") % {
            "ceiling": house.ceiling_seconds
        }
    return {
        "sentence": " ".join(filter(None, (sentence % words, more))),
        "tone": tone,
        "path": [
            part_words({"name": p.name, "reason": p.reason, "seconds": p.seconds})
            for p in draft.path
        ],
        "steps": [_step(step) for step in draft.steps],
    }


def _too_long(draft: Draft) -> str:
    limit = {"limit": draft.house.hard_stop_seconds}
    if not draft.used:
        return gettext("The ringing would end after %(limit)d.") % limit
    return (
        gettext(
            "It cannot be saved so: the longest allowed is %(limit)d. "
            "Ring fewer people, or each for a shorter time."
        )
        % limit
    )


def _step(step: StepWait) -> dict[str, Any]:
    words = {"start": step.starts_after, "end": step.starts_after + step.seconds}
    if not step.fits:
        told = gettext("At worst there is no time left for it: it would end after %(end)d seconds.")
    elif not step.seconds:
        told = gettext("At worst after %(start)d seconds.")
    else:
        told = gettext("At worst from second %(start)d to %(end)d.")
    return {"told": told % words, "cut": not step.fits}
