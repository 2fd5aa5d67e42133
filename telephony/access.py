"""Who may see and edit numbers, scenarios and calls: telephony's rows of the one table."""

from __future__ import annotations

from django.db.models import Q

from scheduling.access import ADD, VIEW, Grant, Standing, reaches_me, read_only, register, rules
from scheduling.enums import Role


def my_calls(standing: Standing) -> Q:
    """Find the calls for which this person's phone rang."""
    return Q(legs__staff=standing.staff_id)


def my_tests(standing: Standing) -> Q:
    """Find the test calls to this person's numbers."""
    return Q(contact_number__staff=standing.staff_id)


def register_rows() -> None:
    """Add the rows; calls are history, which nobody edits."""
    register(
        "telephony.phonenumber", rules(Role.STAFF, Role.MANAGER, numbers=Grant(Role.SUPERVISOR))
    )
    register("telephony.closedroute", read_only(Role.SUPERVISOR))
    for label in ("blockedcaller", "escalationscenario", "escalationstep", "menu", "prompt"):
        register(f"telephony.{label}", rules(Role.SUPERVISOR, Role.MANAGER))
    register("telephony.call", read_only(Role.SUPERVISOR, own=my_calls))
    numbers = Grant(Role.SUPERVISOR, mine=reaches_me)
    register("telephony.leg", read_only(Role.SUPERVISOR, numbers=numbers))
    for label in (
        *("callevent", "callaction", "callbackrequest"),
        *("menuoption", "menuversion", "numberproblem", "promptaudio"),
    ):
        register(f"telephony.{label}", read_only(Role.SUPERVISOR))
    register("telephony.caller", rules(Role.SUPERVISOR, Role.MANAGER))
    register("telephony.textmessage", {each: Grant(Role.SUPERVISOR) for each in (VIEW, ADD)})
    register(
        "telephony.testcall",
        {VIEW: Grant(Role.SUPERVISOR, my_tests), ADD: Grant(Role.MANAGER)},
    )
    for label in ("webhookreceipt", "dialallowance", "watchdogpulse"):
        register(f"telephony.{label}", read_only(Role.ADMINISTRATOR))
