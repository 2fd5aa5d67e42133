"""Timed events and cooperative tasks under one lock, driven by a test or by real time."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from telephony.emulator.clock import Clock, VirtualClock

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sleep:
    """Wait `seconds` (None: for ever), or until a signal of `wake_on`; yields it, or None."""

    seconds: float | None
    wake_on: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Join:
    """Wait for another task; yields its result, None when it was cancelled."""

    task: Task


@dataclass(frozen=True)
class Outside:
    """Run `fn` without the lock, since it waits for somebody else; yields what it returns."""

    fn: Callable[[], Any]


Steps = Generator[Sleep | Join | Outside, Any, Any]


@dataclass(order=True)
class _Job:
    at: datetime
    order: int
    fn: Callable[[], Any] = field(compare=False)
    is_outside: bool = field(compare=False, default=False)
    then: Callable[[Any], None] = field(compare=False, default=lambda _: None)


class NotReached(AssertionError):
    """What a test waited for did not happen within its limit."""


class Task:
    """A generator that waits by yielding effects; signals wake it where it listens."""

    def __init__(self, scheduler: Scheduler, steps: Steps) -> None:
        self.done = False
        self.result: Any = None
        self._scheduler = scheduler
        self._steps = steps
        self._turn = 0
        self._wakes: frozenset[str] = frozenset()
        self._joiners: list[Callable[[Any], None]] = []

    def signal(self, name: str, value: Any = None) -> bool:
        """Wake the task with `(name, value)`; False when it is not waiting for that."""
        if self.done or name not in self._wakes:
            return False
        self._wakes = frozenset()
        self._turn += 1
        turn = self._turn
        self._scheduler.after(0, lambda: self.resume(turn, (name, value)))
        return True

    def cancel(self) -> None:
        """Never resume again; those who join get None."""
        if not self.done:
            self._finish(None)

    def resume(self, turn: int, value: Any) -> None:
        if self.done or turn != self._turn:
            return
        self._turn += 1
        self._wakes = frozenset()
        try:
            effect = self._steps.send(value)
        except StopIteration as stop:
            if not self.done:
                self._finish(stop.value)
            return
        if not self.done:
            self._wait_for(effect)

    def _wait_for(self, effect: Sleep | Join | Outside) -> None:
        turn = self._turn

        def go_on(value: Any) -> None:
            self.resume(turn, value)

        if isinstance(effect, Sleep):
            self._wakes = effect.wake_on
            if effect.seconds is not None:
                self._scheduler.after(effect.seconds, lambda: go_on(None))
        elif isinstance(effect, Outside):
            self._scheduler.outside(effect.fn, go_on)
        elif effect.task.done:
            self._scheduler.after(0, lambda: go_on(effect.task.result))
        else:
            effect.task._joiners.append(go_on)

    def _finish(self, result: Any) -> None:
        self.done, self.result = True, result
        self._scheduler.tasks.discard(self)
        for joiner in self._joiners:
            self._scheduler.after(0, lambda joiner=joiner: joiner(result))  # type: ignore[misc]


class Scheduler:
    """The heap of what is to come. Everything runs under `lock`, except what waits for others.

    Virtual: the thread that calls `step` executes the events, moves the clock, and calls
    `idle_hooks` (without the lock) before it takes each next event. Real: `start` runs a thread of
    its own and a small pool.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.idle_hooks: list[Callable[[], object]] = []
        self.concurrent = False
        self.tasks: set[Task] = set()
        self._changed = threading.Condition(self.lock)
        self._heap: list[_Job] = []
        self._order = itertools.count()
        self._thread: threading.Thread | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._stopping = False

    # -- planning

    def after(self, seconds: float, fn: Callable[[], Any]) -> None:
        """Run `fn` under the lock, `seconds` from now."""
        self._push(seconds, fn)

    def outside(
        self,
        fn: Callable[[], Any],
        then: Callable[[Any], None] = lambda _: None,
        *,
        after_s: float = 0,
    ) -> None:
        """Run `fn` without the lock, `after_s` from now, then `then(result)` under it."""
        self._push(after_s, fn, is_outside=True, then=then)

    def every(self, seconds: float, fn: Callable[[], object]) -> None:
        """Call `fn` without the lock every `seconds`, for as long as time passes."""

        def again(_: Any) -> None:
            self.outside(fn, again, after_s=seconds)

        with self.lock:
            again(None)

    def spawn(self, steps: Steps) -> Task:
        """Start a task; it runs its first step at once, as an event of its own."""
        with self.lock:
            task = Task(self, steps)
            self.tasks.add(task)
            self.after(0, lambda: task.resume(0, None))
            return task

    def _push(self, seconds: float, fn: Callable[[], Any], **more: Any) -> None:
        with self.lock:
            at = self.clock.now() + timedelta(seconds=max(0, seconds))
            heapq.heappush(self._heap, _Job(at, next(self._order), fn, **more))
            self._changed.notify_all()

    # -- virtual time

    def step(self, until: datetime) -> bool:
        """Execute the next event that is due by `until`; False when there is none."""
        for hook in list(self.idle_hooks):
            hook()
        with self.lock:
            job = self._next(until)
            if job is None:
                return False
            assert isinstance(self.clock, VirtualClock)  # noqa: S101 - real time has its own thread
            self.clock.move_to(job.at)
            if not job.is_outside:
                job.then(job.fn())
                return True
            batch = [job, *self._others_at(job.at)] if self.concurrent else [job]
        results = [job.fn()] if len(batch) == 1 else _at_once([each.fn for each in batch])
        with self.lock:
            for each, result in zip(batch, results, strict=True):
                each.then(result)
        return True

    def advance_to(self, until: datetime) -> None:
        """Execute everything due by `until` and leave the clock there."""
        assert isinstance(self.clock, VirtualClock)  # noqa: S101 - see step
        while self.step(until):
            pass
        self.clock.move_to(until)

    def _next(self, until: datetime) -> _Job | None:
        if self._heap and self._heap[0].at <= until:
            return heapq.heappop(self._heap)
        return None

    def _others_at(self, at: datetime) -> list[_Job]:
        """Run what else happens at this instant until only requests are left, and return those."""
        waiting: list[_Job] = []
        while (job := self._next(at)) is not None:
            if job.is_outside:
                waiting.append(job)
            else:
                job.then(job.fn())
        return waiting

    # -- real time

    def start(self, threads: int = 8) -> None:
        """Run events as real time passes, until `stop`."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="emulator-webhook")
        self._thread = threading.Thread(target=self._live, name="emulator-clock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the threads of `start`; requests under way are waited for."""
        with self.lock:
            self._stopping = True
            self._changed.notify_all()
        if self._thread and self._pool:
            self._thread.join()
            self._pool.shutdown()

    def wait(self, timeout_s: float) -> None:
        """Real time: wait until something was planned or `timeout_s` passed."""
        with self.lock:
            self._changed.wait(timeout_s)

    def _live(self) -> None:
        with self.lock:
            while not self._stopping:
                job = self._next(self.clock.now())
                if job is None:
                    wait = (
                        (self._heap[0].at - self.clock.now()).total_seconds() if self._heap else 1
                    )
                    self._changed.wait(min(max(wait, 0), 1))
                elif job.is_outside and self._pool:
                    self._pool.submit(self._run_live, job)
                else:
                    self._run_safely(job)

    def _run_live(self, job: _Job) -> None:
        try:
            result = job.fn()
        except Exception:  # a broken hook must not end the platform
            logger.exception("outside_failed")
            result = None
        with self.lock:
            job.then(result)
            self._changed.notify_all()

    def _run_safely(self, job: _Job) -> None:
        try:
            job.then(job.fn())
        except Exception:  # one broken leg must not end the platform
            logger.exception("event_failed")


def _at_once(functions: list[Callable[[], Any]]) -> list[Any]:
    """Call all of them from threads that start at the same moment."""
    gate = threading.Barrier(len(functions))

    def through(fn: Callable[[], Any]) -> Any:
        gate.wait()
        return fn()

    with ThreadPoolExecutor(len(functions)) as pool:
        return [future.result() for future in [pool.submit(through, fn) for fn in functions]]
