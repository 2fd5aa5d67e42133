"""Lets other apps take over the new name of a service, in the transaction that writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

# Is given the id of the service; what it does before its `yield`, it does before any row is locked.
Around = Callable[[int], AbstractContextManager[None]]
_around: list[Around] = []


def register(around: Around) -> None:
    """Let `around` be entered whenever a service gets another name; apps call it when ready."""
    if around not in _around:
        _around.append(around)


@contextmanager
def changing(service: int) -> Iterator[None]:
    """Write the name of a service inside; where that fails, nobody takes anything over."""
    with ExitStack() as stack:
        for each in _around:
            stack.enter_context(each(service))
        yield
