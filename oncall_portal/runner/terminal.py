"""Tells the person at the terminal what happens, one line per event."""

from __future__ import annotations

import sys

from oncall_portal.lib import clock


def say(who: str, words: str) -> None:
    """Print one event with the local time; a terminal that went away is no reason to stop."""
    at = clock.now().astimezone()
    show(f"{at:%H:%M:%S} {who:<10} {words}")


def show(text: str) -> None:
    """Print `text` as it is."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        return
