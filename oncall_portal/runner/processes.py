"""Names processes so that a recycled pid is never mistaken for ours, and stops them."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class ProcessId:
    """A pid together with the process's start (seconds since boot or epoch, as psutil says)."""

    pid: int
    started: float

    def find(self) -> psutil.Process | None:
        """Return the live process, or None when it ended (a zombie has ended)."""
        process = live(self.pid)
        if process is None or abs(process.create_time() - self.started) > 1:
            return None
        return process


def live(pid: int) -> psutil.Process | None:
    """Return the process `pid` unless it is gone or a zombie; a zombie of ours is reaped.

    Servers that check the pid in a lock file take a zombie for a living process.
    """
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE:
            return process
        os.waitpid(pid, os.WNOHANG)
    except (psutil.NoSuchProcess, ChildProcessError):
        return None
    return None


def identify(pid: int) -> ProcessId:
    """Return the identity of the running process `pid`; raise psutil.NoSuchProcess when gone."""
    return ProcessId(pid, psutil.Process(pid).create_time())


def stop(process: psutil.Process, first: signal.Signals, grace_s: float) -> None:
    """Send `first`, wait `grace_s` seconds, then kill; return when the process is gone."""
    try:
        process.send_signal(first)
        process.wait(grace_s)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(5)


def kill_group(group: int) -> None:
    """Kill what is left of a process group that we made."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
