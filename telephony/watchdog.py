"""Looks after calls: deadlines that passed, actions that nobody carried out, promises due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from telephony import actions, dispatch, engine, promise_sweep, testcalls
from telephony.enums import ActionState
from telephony.models import Call, CallAction
from telephony.types import DeadlinePassed

logger = logging.getLogger(__name__)
# The process that decided an action tries it at once; older than this, anybody may.
ADOPT_AFTER = timedelta(seconds=2)
# Longer than every request's own time limits together.
STUCK_AFTER = timedelta(seconds=20)
_BATCH = 200


def tick(now: datetime) -> int:
    """Do everything that is due at `now` and return how much it was; several copies are safe."""
    calls = _deadlines(now) + _due_actions(now) + _stuck_actions(now)
    return calls + _test_calls(now) + promise_sweep.sweep(now)


def _deadlines(now: datetime) -> int:
    due = Call.objects.filter(deadline_at__lte=now).order_by("deadline_at")
    ids = list(due.values_list("pk", flat=True)[:_BATCH])
    for call_id in ids:
        try:
            _unless_locked(call_id, lambda: engine.advance(call_id, DeadlinePassed(), now))  # noqa: B023 - called at once
        except Exception:
            logger.exception("deadline_failed call=%s", call_id)
            late = Call.objects.filter(pk=call_id, deadline_at__lte=now)
            late.update(deadline_at=now + actions.AFTER_FAILURE)
    return len(ids)


def _due_actions(now: datetime) -> int:
    """New actions belong to the process that decided them; retries and old ones to anybody."""
    orphaned = Q(created_at__lte=now - ADOPT_AFTER) | Q(not_before__gt=F("created_at"))
    due = CallAction.objects.filter(orphaned, state=ActionState.PENDING.value, not_before__lte=now)
    ids = list(due.order_by("not_before", "pk").values_list("pk", flat=True)[:_BATCH])
    if ids:
        dispatch.submit(ids)
    return len(ids)


def _stuck_actions(now: datetime) -> int:
    stuck = CallAction.objects.filter(
        state=ActionState.SENDING.value, claimed_at__lte=now - STUCK_AFTER
    )
    found = list(stuck.order_by("claimed_at").values_list("pk", "call_id")[:_BATCH])
    for action_id, call_id in found:
        try:
            _unless_locked(call_id, lambda: actions.rescue(action_id))  # noqa: B023 - called at once
        except Exception:
            logger.exception("rescue_failed action=%s", action_id)
    return len(found)


def _test_calls(now: datetime) -> int:
    """Nobody's call waits for these: what fails by an error of ours is told, and comes again."""
    try:
        return testcalls.tick(now)
    except Exception:
        logger.exception("test_calls_failed")
        return 0


@transaction.atomic
def _unless_locked(call_id: int, work: Callable[[], object]) -> None:
    """Do the work on a call unless another process holds it: that one may stand still for long."""
    free = Call.objects.select_for_update(skip_locked=True).filter(pk=call_id)
    if free.values_list("pk", flat=True).first() is not None:
        work()
