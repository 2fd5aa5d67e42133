"""Two calls that come to the same busy phones in another order do not wait for each other."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections, transaction

from scheduling.models import ContactNumber, Staff
from telephony import busy
from telephony.models import Call, Leg
from tests.cast import BRUNO, CHLOE, LINE, START


@pytest.mark.django_db(transaction=True)
def test_no_caller_keeps_the_lock_of_a_busy_phone() -> None:
    talk = Call.objects.create(token="t", leg_uuid="x", dialled=LINE, started_at=START)
    for ordinal, number in enumerate((BRUNO, CHLOE), 1):
        Leg.objects.create(
            call=talk,
            ordinal=ordinal,
            token=f"t{ordinal}",
            uuid=f"u{ordinal}",
            number=number,
            name="n",
            dialled_at=START,
        )
    both_asked_once = threading.Barrier(2, timeout=10)
    found: list[bool] = []

    def ask(*numbers: str) -> None:
        with transaction.atomic():
            found.append(busy.is_busy(numbers[0], 0))
            both_asked_once.wait()
            found.append(busy.is_busy(numbers[1], 0))
        connections.close_all()

    callers = [
        threading.Thread(target=ask, args=numbers) for numbers in ((BRUNO, CHLOE), (CHLOE, BRUNO))
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=30)
    assert found == [True] * 4


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_about_a_free_phone_has_it_to_the_end_of_the_transaction() -> None:
    asked, found = threading.Event(), []

    def ask_too() -> None:
        with transaction.atomic():
            asked.set()
            found.append(busy.is_busy(BRUNO, 0))
        connections.close_all()

    other = threading.Thread(target=ask_too)
    with transaction.atomic():
        assert not busy.is_busy(BRUNO, 0)
        other.start()
        asked.wait(10)
        call = Call.objects.create(token="t", leg_uuid="x", dialled=LINE, started_at=START)
        Leg.objects.create(
            call=call, ordinal=1, token="t1", uuid="u", number=BRUNO, name="n", dialled_at=START
        )
    other.join(timeout=30)
    assert found == [True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("caller", "phase", "ended", "is_busy"),
    [
        (BRUNO, "connected", False, True),
        (BRUNO, "connected", True, False),
        (BRUNO, "ringing", False, False),
        (CHLOE, "connected", False, False),
    ],
)
def test_a_colleague_who_called_and_talks_is_busy(
    caller: str, phase: str, ended: bool, is_busy: bool
) -> None:
    call = Call.objects.create(
        leg_uuid="caller-1",
        token="t",
        dialled=LINE,
        caller=caller,
        phase=phase,
        started_at=START,
        ended_at=START if ended else None,
        outcome="connected" if ended else "",
    )
    assert busy.is_busy(BRUNO, 0) is is_busy
    assert not busy.is_busy(BRUNO, call.pk)


@pytest.fixture
def bruno(db: None) -> int:
    """Bruno, who has two phones."""
    person = Staff.objects.create(name="Bruno", colour="#1f6feb")
    for number in (BRUNO, CHLOE):
        ContactNumber.objects.create(staff=person, number=number)
    return person.pk


@pytest.mark.parametrize(
    ("leg", "is_busy"),
    [
        ({"accepted_at": START}, True),
        ({"screened": False, "picked_up_at": START}, True),
        ({"picked_up_at": START}, False),
        ({"accepted_at": START, "ended_at": START}, False),
        ({}, False),
    ],
)
def test_whoever_talks_on_one_phone_is_busy_on_the_other(
    bruno: int, leg: dict[str, Any], is_busy: bool
) -> None:
    call = Call.objects.create(token="t", leg_uuid="x", dialled=LINE, started_at=START)
    Leg.objects.create(
        call=call,
        ordinal=1,
        token="t1",
        uuid="u",
        number=BRUNO,
        dialled_at=START,
        staff_id=bruno,
        **leg,
    )
    assert busy.is_busy(CHLOE, 0, bruno) is is_busy
    assert not busy.is_busy(CHLOE, call.pk, bruno)
    assert not busy.is_busy(CHLOE, 0)


def test_whoever_called_from_one_phone_and_talks_is_busy_on_the_other(bruno: int) -> None:
    Call.objects.create(
        token="t", leg_uuid="x", dialled=LINE, caller=BRUNO, phase="connected", started_at=START
    )
    assert busy.is_busy(CHLOE, 0, bruno)
    assert not busy.is_busy(CHLOE, 0)
