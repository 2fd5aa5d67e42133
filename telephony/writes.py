"""The writes of what telephony keeps, as the API and the admin call them."""

from __future__ import annotations

from typing import Any

from oncall_portal.lib import clock
from oncall_portal.lib.writes import Writes
from telephony import (
    blocking_services,
    caller_services,
    job_hooks,
    jobs,
    menu_services,
    number_services,
    prompt_services,
    services,
)
from telephony.models import (
    BlockedCaller,
    Caller,
    EscalationScenario,
    Job,
    JobHook,
    Menu,
    PhoneNumber,
    Prompt,
)


def _change_scenario(pk: int, version: int, values: dict[str, Any]) -> EscalationScenario:
    return services.change_scenario(pk, version, values, clock.now())


def _create_prompt(values: dict[str, Any]) -> Prompt:
    return prompt_services.create_prompt(values, clock.now())


def _change_prompt(pk: int, version: int, values: dict[str, Any]) -> Prompt:
    return prompt_services.change_prompt(pk, version, values, clock.now())


SCENARIOS: Writes[EscalationScenario] = Writes(
    services.create_scenario, _change_scenario, services.delete_scenario
)
PHONE_NUMBERS: Writes[PhoneNumber] = Writes(
    number_services.create_phone_number,
    number_services.change_phone_number,
    number_services.delete_phone_number,
)
BLOCKED_CALLERS: Writes[BlockedCaller] = Writes(
    blocking_services.create, blocking_services.change, blocking_services.delete
)
PROMPTS: Writes[Prompt] = Writes(_create_prompt, _change_prompt, prompt_services.delete_prompt)
MENUS: Writes[Menu] = Writes(
    menu_services.create_menu, menu_services.change_menu, menu_services.delete_menu
)
CALLERS: Writes[Caller] = Writes(
    caller_services.create, caller_services.change, caller_services.delete
)
JOB_HOOKS: Writes[JobHook] = Writes(job_hooks.create, job_hooks.change, job_hooks.delete)
JOBS: Writes[Job] = Writes(jobs.create, jobs.change, jobs.delete)
