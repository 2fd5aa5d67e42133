"""Tells the workers that rows are waiting; losing the broker loses nothing but a few seconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

_AT_ONCE = 4
_lines = threading.BoundedSemaphore(_AT_ONCE)
_muted = False


def ring(task: str) -> None:
    """Ask for the task named `task` after the caller's transaction commits; return at once.

    The phone path calls this: a broker that is down or hangs never delays or fails the caller.
    The task takes no arguments and looks for due rows itself; a beat sweep does the same.
    """
    transaction.on_commit(lambda: _publish_aside(task))


@contextmanager
def muted() -> Iterator[None]:
    """Let nobody hear a ring inside the block, in the whole process: for simulations."""
    global _muted
    previous, _muted = _muted, True
    try:
        yield
    finally:
        _muted = previous


def _publish_aside(task: str) -> None:
    if _muted:
        return
    # While the broker hangs, more rings would only pile up threads.
    if _lines.acquire(blocking=False):
        threading.Thread(target=_publish, args=(task,), name="doorbell", daemon=True).start()


def _publish(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - every broker has its own errors; the sweep follows
        logger.warning("doorbell_not_heard task=%s error=%s", task, type(error).__name__)
    finally:
        _lines.release()
