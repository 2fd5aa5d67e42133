"""Tells other apps, once it is committed, that who is reached may have changed, or for how long."""

from __future__ import annotations

from typing import Protocol

from django.db import transaction


class Listener(Protocol):
    """Whoever keeps something that depends on who is reached."""

    def __call__(self, schedules: frozenset[int] | None, /) -> None:
        """Take the ids of the schedules concerned; None: it may be any."""


_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Let `listener` be told; apps call it when they are ready."""
    if listener not in _listeners:
        _listeners.append(listener)


def changed(schedule: int | None = None) -> None:
    """Say that a schedule changed in what decides who is reached; None: something that any has.

    Whoever writes such a row calls it. However much is written in one transaction, the listeners
    are told once, after it is committed; where it is rolled back, not at all. What goes wrong in
    a listener is logged, and does not undo what was written.
    """
    connection = transaction.get_connection()
    alive = set(connection.savepoint_ids)
    for savepoints, waiting, _robust in connection.run_on_commit:
        # news of a savepoint that is still open, or of the whole transaction, will be told
        if isinstance(waiting, _News) and savepoints <= alive:
            waiting.schedules.add(schedule)
            return
    transaction.on_commit(_News(schedule), robust=True)


class _News:
    """What one transaction has changed so far."""

    def __init__(self, schedule: int | None) -> None:
        self.schedules = {schedule}

    def __call__(self) -> None:
        known = frozenset(pk for pk in self.schedules if pk is not None)
        told = None if None in self.schedules else known
        for listener in _listeners:
            listener(told)
