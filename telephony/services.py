"""Writes of scenarios, with the rules of the house; and which numbers are ours.

All take validated values by field name and raise Refused (a rule of the house), ValidationError
(a field or constraint), Stale (changed since it was read) or ProtectedError (still referred to).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling import reach_news
from scheduling.models import ContactNumber
from scheduling.queries import house
from telephony import hold, waiting
from telephony.enums import StepKind
from telephony.models import EscalationScenario, EscalationStep, PhoneNumber

TARGETS = {
    StepKind.LEVEL.value: "level",
    StepKind.STAFF.value: "staff",
    StepKind.SERVICE.value: "service",
    StepKind.VOICEMAIL.value: "mailbox",
    StepKind.ANNOUNCEMENT.value: "prompt",
}
ENDS = frozenset({StepKind.VOICEMAIL.value, StepKind.ANNOUNCEMENT.value})
Step = Mapping[str, Any]


@transaction.atomic
def create_scenario(values: Mapping[str, Any]) -> EscalationScenario:
    """Add a scenario; `steps` are its steps in order, each with `kind`, `target` and so on.

    Without an end of its own it ends in the general mailbox.
    """
    values = dict(values)
    steps = values.pop("steps", ())
    scenario = rows.create(EscalationScenario, values)
    hold.check(scenario)
    _write_steps(scenario, steps)
    return scenario


@transaction.atomic
def change_scenario(
    pk: int, version: int, values: Mapping[str, Any], now: datetime
) -> EscalationScenario:
    """Change a scenario as it was read at `version`; `steps` replaces all of its steps.

    Refused when a caller could then wait longer than the house allows, with any roster of the
    ninety days from `now`.
    """
    values = dict(values)
    steps = values.pop("steps", None)
    scenario = rows.change(rows.lock(EscalationScenario, pk, version), values)
    hold.check(scenario)
    if steps is not None:
        scenario.steps.all().delete()
        _write_steps(scenario, steps)
    _check_wait(scenario, now)
    reach_news.changed()
    return scenario


@transaction.atomic
def delete_scenario(pk: int, version: int) -> None:
    """Delete a scenario; schedules that used it try their levels in order."""
    rows.lock(EscalationScenario, pk, version).delete()
    reach_news.changed()


def _check_wait(scenario: EscalationScenario, now: datetime) -> None:
    seconds = waiting.longest_of_scenario(scenario, now)
    limit = house().hard_stop_seconds
    if seconds is not None and seconds > limit:
        message = _(
            "A caller could wait %(seconds)s seconds; the longest allowed is %(limit)s. "
            "Ring fewer people, or each for a shorter time."
        ) % {"seconds": seconds, "limit": limit}
        raise Refused("wait_too_long", message, "steps")


def _write_steps(scenario: EscalationScenario, steps: Sequence[Step]) -> None:
    for row in step_rows(steps):
        row.scenario = scenario
        rows.save(row)


def step_rows(steps: Sequence[Step]) -> list[EscalationStep]:
    """Return the rows of these steps, not saved, with the end that every scenario has.

    Raises Refused for a target that does not fit, and for a step that nobody reaches.
    """
    check_order([step["kind"] for step in steps])
    if not steps or steps[-1]["kind"] not in ENDS:
        steps = [*steps, {"kind": StepKind.VOICEMAIL.value, "target": None}]
    found = []
    for index, step in enumerate(steps):
        own = {name: value for name, value in step.items() if name != "target"}
        target = _target(step["kind"], step.get("target"), f"steps[{index}].target")
        found.append(EscalationStep(position=index + 1, **own, **target))
    return found


def check_order(kinds: Sequence[str]) -> None:
    """Raise Refused when a step stands after a message or an announcement: nobody reaches it."""
    for index, kind in enumerate(kinds[:-1]):
        if kind in ENDS:
            message = _("Nothing can follow a message or an announcement.")
            raise Refused("step_after_end", message, f"steps[{index + 1}]")


def _target(kind: str, target: int | None, field: str) -> dict[str, Any]:
    name = TARGETS.get(kind)
    if name is None:
        if target is not None:
            raise Refused("unexpected_target", _("This kind of step has no target."), field)
        return {}
    if target is None:
        if kind == StepKind.VOICEMAIL.value:
            return {}
        raise Refused("target_required", _("Say whom or what this step tries."), field)
    related: Any = EscalationStep._meta.get_field(name).related_model
    if related is None and 1 <= target <= 9:
        return {name: target}
    if related is None or not related.objects.filter(pk=target).exists():
        raise Refused("unknown_target", _("There is no such target."), field)
    return {f"{name}_id": target}


def check_not_a_contact(number: str) -> None:
    """Raise Refused when `number` (E.164) reaches a person or a service: it would ring itself."""
    contact = ContactNumber.objects.filter(number=number).select_related("staff", "service").first()
    if contact is not None:
        message = _("%(name)s is called at this number; a call would ring itself.") % {
            "name": contact.staff or contact.service
        }
        raise Refused("number_is_a_contact", message, "number")


def check_not_ours(number: str) -> None:
    """Raise Refused when `number` (E.164) is one of our own: a call to it would come back."""
    ours = PhoneNumber.objects.filter(number=number).first()
    if ours is not None:
        message = _("This is the number “%(name)s”; a call to it would come back here.") % {
            "name": ours.name
        }
        raise Refused("own_number", message, "number")
