"""The requests that this process's web server still answers, whoever waits for them."""

from __future__ import annotations

import threading
from typing import Any

from django.core.signals import request_finished, request_started

_changed = threading.Condition()
_requests: set[int] = set()


def _started(**_signal: Any) -> None:
    if threading.current_thread() is threading.main_thread():
        return  # a test's own client, which may leave an answer unread
    with _changed:
        _requests.add(threading.get_ident())


def _finished(**_signal: Any) -> None:
    with _changed:
        _requests.discard(threading.get_ident())
        _changed.notify_all()


def watch() -> None:
    """Begin to count; twice counts once."""
    request_started.connect(_started, dispatch_uid="under way")
    request_finished.connect(_finished, dispatch_uid="under way")


def wait(at_most_s: float) -> bool:
    """Wait until nothing is answered any more; tell whether that came to pass."""
    with _changed:
        return _changed.wait_for(lambda: not _requests, at_most_s)
