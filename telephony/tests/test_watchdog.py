"""The watchdog looks after every call, whatever becomes of the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections, transaction

from oncall_portal.lib import clock
from telephony import actions, engine, watchdog
from telephony.models import Call, CallAction
from telephony.tests import hostile
from telephony.types import Arrival

# The line's people are on duty for an hour before and after.
START = clock.now()
LATER = START + timedelta(seconds=120)


def call(number: int) -> Call:
    """Return a live call of that number, whose deadlines all pass within two minutes."""
    engine.arrive(Arrival(f"leg-{number}", f"+{hostile.LINE}", f"+{hostile.CALLER}", ""), START)
    return Call.objects.get(leg_uuid=f"leg-{number}")


def elsewhere(work: Callable[[], object]) -> threading.Thread:
    """Do `work` in a process of its own, as it were."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_call_that_another_process_holds_does_not_hold_up_the_others() -> None:
    hostile.build_line()
    held, other = call(1), call(2)
    with transaction.atomic():
        Call.objects.select_for_update().get(pk=held.pk)
        elsewhere(lambda: watchdog.tick(LATER)).join(timeout=30)
    for each in (held, other):
        each.refresh_from_db()
    assert held.deadline_at is not None
    assert other.deadline_at is not None
    assert held.deadline_at <= LATER < other.deadline_at


@pytest.mark.django_db
def test_a_call_never_ends_before_it_began_whatever_the_clocks_say() -> None:
    hostile.build_line()
    gone = call(1)
    arrival = Arrival(gone.caller_leg, gone.dialled, gone.caller, "")
    engine.arrived_and_gone(arrival, START - timedelta(milliseconds=20))
    gone.refresh_from_db()
    assert gone.ended_at == START


@pytest.mark.django_db
def test_a_call_that_cannot_be_read_is_put_off(caplog: pytest.LogCaptureFixture) -> None:
    hostile.build_line()
    broken = call(1)
    Call.objects.filter(pk=broken.pk).update(state={"version": 9})
    with caplog.at_level(logging.CRITICAL, logger="telephony.watchdog"):
        watchdog.tick(LATER)
    broken.refresh_from_db()
    assert broken.deadline_at == LATER + timedelta(seconds=10)


@pytest.mark.django_db
def test_an_action_that_cannot_be_read_is_put_off() -> None:
    hostile.build_line()
    broken = call(1)
    Call.objects.filter(pk=broken.pk).update(state={"version": 9})
    action = CallAction.objects.filter(call=broken).earliest("pk")
    with pytest.raises(ValueError, match="plan"):
        actions.perform(action.pk)
    action.refresh_from_db()
    assert (action.state, action.attempts) == ("pending", 0)
    assert action.not_before > action.created_at
