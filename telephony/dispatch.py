"""Hands new actions, after commit, to threads of this process; nobody waits for the platform."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Protocol

from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)
_THREADS = 8

Perform = Callable[[int], None]


class Dispatcher(Protocol):
    """Carries out actions by id, soon; what it loses, the watchdog finds."""

    def submit(self, perform: Perform, action_ids: Sequence[int]) -> None:
        """Take the actions; return at once."""


class ThreadDispatcher:
    """A small pool of threads, each with its own database connection."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="actions")
        self._pending: set[Future[None]] = set()
        self._under_way: set[tuple[Perform, int]] = set()
        self._connections: set[BaseDatabaseWrapper] = set()
        self._lock = threading.Lock()

    def submit(self, perform: Perform, action_ids: Sequence[int]) -> None:
        """Take the actions, but for those that it has already; return at once.

        The watchdog finds an action again, four times a second, until a thread is free for it.
        """
        with self._lock:
            fresh = [each for each in action_ids if (perform, each) not in self._under_way]
            self._under_way.update((perform, each) for each in fresh)
        for action_id in fresh:
            future = self._pool.submit(self._run, perform, action_id)
            self._pending.add(future)
            future.add_done_callback(self._pending.discard)

    def _run(self, perform: Perform, action_id: int) -> None:
        close_old_connections()
        try:
            perform(action_id)
        except Exception:
            logger.exception("action_crashed action=%s", action_id)
        finally:
            with self._lock:
                self._under_way.discard((perform, action_id))
                self._connections.add(connections[DEFAULT_DB_ALIAS])
            close_old_connections()

    def drain(self, timeout_s: float = 30) -> None:
        """Wait until nothing is under way, whatever it leads to included."""
        while pending := list(self._pending):
            if wait(pending, timeout_s).not_done:
                raise TimeoutError("An action is still under way.")

    def close(self) -> None:
        """End the threads and their connections."""
        self._pool.shutdown(wait=True)
        for opened in self._connections:
            opened.inc_thread_sharing()
            opened.close()


class QueueDispatcher:
    """Keeps the actions until `drain`: for simulations, with their one thread."""

    def __init__(self) -> None:
        self._queue: deque[tuple[Perform, int]] = deque()

    def submit(self, perform: Perform, action_ids: Sequence[int]) -> None:
        """Take the actions; return at once."""
        self._queue.extend((perform, action_id) for action_id in action_ids)

    def drain(self) -> bool:
        """Carry out what waits, in order; return whether there was anything."""
        worked = bool(self._queue)
        while self._queue:
            perform, action_id = self._queue.popleft()
            perform(action_id)
        return worked


_dispatcher: Dispatcher | None = None
_perform: Perform | None = None


def install(perform: Perform) -> None:
    """Let `perform` carry out the actions; called once, when telephony is ready."""
    global _perform
    _perform = perform


def submit(action_ids: Sequence[int]) -> None:
    """Have each action carried out, soon and elsewhere."""
    if _perform is None:
        raise RuntimeError("Nothing carries out actions: is telephony in INSTALLED_APPS?")
    run(_perform, action_ids)


def run(perform: Perform, ids: Sequence[int]) -> None:
    """Have `perform` called with each id, soon and elsewhere; a function of a module, no lambda."""
    global _dispatcher
    if _dispatcher is None:
        _dispatcher = ThreadDispatcher()
    _dispatcher.submit(perform, ids)


@contextmanager
def using(dispatcher: Dispatcher) -> Iterator[None]:
    """Let `dispatcher` take the actions inside the block."""
    global _dispatcher
    previous, _dispatcher = _dispatcher, dispatcher
    try:
        yield
    finally:
        _dispatcher = previous
