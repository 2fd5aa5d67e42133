"""A request to the platform is made once, after what decided it is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections, transaction

from oncall_portal.lib import clock
from telephony import actions, dispatch, engine
from telephony.enums import ActionKind, ActionState
from telephony.models import Call, CallAction
from telephony.tests import hostile
from telephony.types import Arrival


class Noted:
    """Takes actions, and keeps their ids."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def submit(self, _perform: dispatch.Perform, action_ids: Any) -> None:
        """Keep them."""
        self.ids += action_ids


@pytest.fixture
def noted() -> Iterator[Noted]:
    taken = Noted()
    with dispatch.using(taken):
        yield taken


def arrive() -> None:
    engine.arrive(Arrival("leg-1", f"+{hostile.LINE}", f"+{hostile.CALLER}", ""), clock.now())


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_of_the_platform_before_it_is_committed(noted: Noted) -> None:
    hostile.build_line()
    with transaction.atomic():
        arrive()
        assert noted.ids == []
    assert noted.ids == list(CallAction.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_of_the_platform_when_it_is_not_kept(noted: Noted) -> None:
    hostile.build_line()
    with transaction.atomic():
        arrive()
        transaction.set_rollback(True)
    assert (noted.ids, Call.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("noted")
def test_two_processes_do_not_carry_out_one_action(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock both would be past the check of its state before either has changed it."""
    hostile.build_line()
    arrive()
    dial = CallAction.objects.filter(kind=ActionKind.DIAL.value).earliest("pk")
    both_checked, made = threading.Barrier(2), []
    wanted = actions._wanted

    def slow(claimed: Any) -> bool:
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both_checked.wait(timeout=1)
        return wanted(claimed)

    def request(claimed: Any) -> None:
        made.append(claimed.action.pk)

    def process() -> None:
        actions.perform(dial.pk)
        connections.close_all()

    monkeypatch.setattr(actions, "_wanted", slow)
    monkeypatch.setitem(actions._REQUESTS, ActionKind.DIAL, request)
    threads = [threading.Thread(target=process) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    dial.refresh_from_db()
    assert (made, dial.state, dial.attempts) == ([dial.pk], ActionState.DONE, 1)
