"""Who may see and edit numbers, scenarios and calls: telephony's rows of the one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from scheduling.access import (
    ADD,
    CHANGE,
    VIEW,
    Grant,
    Standing,
    reaches_me,
    read_only,
    register,
    rules,
)
from scheduling.enums import Role

CALL_BACK, END_CALL, TRIAGE = "call_back", "end_call", "triage"
ERASE, EXPORT = "erase", "export"
TAKE_UP = "take_up"
_meant_for_me: list[Callable[[Standing], Q]] = []


def my_calls(standing: Standing) -> Q:
    """Find the calls for which this person's phone rang, those that they placed included.

    And those that they are to answer by calling back, or were told that nobody answered.
    """
    me = standing.staff_id
    return Q(legs__staff=me) | Q(promise__owner=me) | Q(promise__told=me)


def call_back_too(find: Callable[[Standing], Q]) -> None:
    """Let another app say which further calls were meant for a person, who calls them back."""
    _meant_for_me.append(find)


def calls_for_me(standing: Standing) -> Q:
    """Find the calls that a person calls back: their phone rang, or what was said is for them."""
    found = my_calls(standing)
    for find in _meant_for_me:
        found |= find(standing)
    return found


def placed_by_me(standing: Standing, call: Any) -> bool:
    """Tell whether this person placed the call."""
    return bool(call.started_by_id == standing.staff_id)


def my_jobs(standing: Standing) -> Q:
    """Find the jobs that this person sees to."""
    return Q(owner=standing.staff_id)


def my_promises(standing: Standing) -> Q:
    """Find the promises that this person is to keep, or may: rung for the call, or told of it."""
    me = standing.staff_id
    return Q(owner=me) | Q(told=me) | Q(call__legs__staff=me)


def on_my_calls(standing: Standing) -> Q:
    """Find the comments on the calls that this person sees."""
    me = standing.staff_id
    return Q(call__legs__staff=me) | Q(call__promise__owner=me) | Q(call__promise__told=me)


def on_my_call(standing: Standing, comment: Any) -> bool:
    """Tell whether a comment is, or would be, on a call that this person sees."""
    calls = type(comment.call)._default_manager.filter(my_calls(standing), pk=comment.call_id)
    return bool(calls.exists())


def my_tests(standing: Standing) -> Q:
    """Find the test calls to this person's numbers."""
    return Q(contact_number__staff=standing.staff_id)


def register_rows() -> None:
    """Add the rows; calls are history, which nobody edits; the office triages them."""
    register(
        "telephony.phonenumber", rules(Role.STAFF, Role.MANAGER, numbers=Grant(Role.SUPERVISOR))
    )
    register("telephony.closedroute", read_only(Role.SUPERVISOR))
    for label in ("blockedcaller", "escalationscenario", "escalationstep", "menu", "prompt"):
        register(f"telephony.{label}", rules(Role.SUPERVISOR, Role.MANAGER))
    register(
        "telephony.call",
        {
            VIEW: Grant(Role.SUPERVISOR, own=my_calls),
            CALL_BACK: Grant(Role.SUPERVISOR, own=calls_for_me),
            END_CALL: Grant(Role.SUPERVISOR, mine=placed_by_me),
            TRIAGE: Grant(Role.MANAGER),
        },
    )
    edited = rules(Role.SUPERVISOR, Role.MANAGER)
    register("telephony.job", {**edited, VIEW: Grant(Role.SUPERVISOR, own=my_jobs)})
    promised = Grant(Role.SUPERVISOR, own=my_promises)
    register(
        "telephony.promise",
        {VIEW: promised, TAKE_UP: promised, CHANGE: Grant(Role.SUPERVISOR)},
    )
    said = {VIEW: Grant(Role.SUPERVISOR, own=on_my_calls)}
    register("telephony.callcomment", {**said, ADD: Grant(Role.SUPERVISOR, mine=on_my_call)})
    register("telephony.jobhook", rules(Role.MANAGER, Role.ADMINISTRATOR))
    numbers = Grant(Role.SUPERVISOR, mine=reaches_me)
    register("telephony.leg", read_only(Role.SUPERVISOR, numbers=numbers))
    for label in (
        *("callevent", "callaction", "callbackrequest"),
        *("menuoption", "menuversion", "numberproblem", "promptaudio"),
    ):
        register(f"telephony.{label}", read_only(Role.SUPERVISOR))
    callers = rules(Role.SUPERVISOR, Role.MANAGER)
    register(
        "telephony.caller",
        {
            **callers,
            CALL_BACK: Grant(Role.SUPERVISOR),
            **{each: Grant(Role.MANAGER) for each in (ERASE, EXPORT)},
        },
    )
    register("telephony.textmessage", {each: Grant(Role.SUPERVISOR) for each in (VIEW, ADD)})
    register(
        "telephony.testcall",
        {VIEW: Grant(Role.SUPERVISOR, my_tests), ADD: Grant(Role.MANAGER)},
    )
    for label in ("webhookreceipt", "dialallowance", "watchdogpulse"):
        register(f"telephony.{label}", read_only(Role.ADMINISTRATOR))
