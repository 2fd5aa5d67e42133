"""Two callers of one instant: no more are let in than the number takes at a time."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, connections, transaction

from telephony import engine
from telephony.models import CallEvent, PhoneNumber
from telephony.types import Arrival
from tests.cast import CALLER, LINE, START, Cast, create

OTHER = "+33698765433"


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return create()


def arrive(caller: str) -> None:
    engine.arrive(Arrival(f"leg-{caller}", LINE, caller, ""), START)


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone() is not None


def test_of_two_callers_at_one_instant_one_is_let_in(people: Cast) -> None:
    """The first is not through yet when the second comes, who neither sees nor overtakes it."""
    PhoneNumber.objects.update(max_calls=1)
    decided = threading.Event()

    def second() -> None:
        arrive(OTHER)
        decided.set()
        connections.close_all()

    other = threading.Thread(target=second)
    with transaction.atomic():
        arrive(CALLER)
        other.start()
        until = time.monotonic() + 30
        while not (decided.is_set() or somebody_waits_for_a_lock()):
            assert time.monotonic() < until
            time.sleep(0.01)
    other.join(timeout=30)
    refused = CallEvent.objects.filter(code="refused")
    assert [event.call.caller for event in refused] == [OTHER]
