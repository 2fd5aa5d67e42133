"""Starts one process, starts it again when it dies, and stops it with all it started."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from oncall_portal.runner import processes
from oncall_portal.runner.logs import open_log
from oncall_portal.runner.places import write_private
from oncall_portal.runner.processes import ProcessId

# In the environment of every child: proves, after our own death, that a process was ours.
MARK = "ONCALL_RUNNER"
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
# A child that lived this long has recovered: its next death counts as the first.
RECOVERED_S = 60.0


@dataclass(frozen=True)
class Spec:
    """A program to keep running; `grace_s` seconds to end after SIGTERM."""

    name: str
    command: tuple[str, ...]
    grace_s: float = 10.0


@dataclass
class Child:
    """The life of one kept process. Times are monotonic seconds, given by the caller."""

    spec: Spec
    folder: Path
    logs: Path
    process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _due: float = field(default=0.0)
    _deaths: int = 0

    def start(self, environ: Mapping[str, str], now: float) -> ProcessId:
        """Start the process in a session of its own, its words going to its log."""
        with open_log(self.logs, self.spec.name) as log:
            self.process = subprocess.Popen(
                self.spec.command,
                cwd=self.folder,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started = now
        return processes.identify(self.process.pid)

    def check(self, now: float) -> str | None:
        """Return what to tell when the process has just died; it is due again after a delay."""
        if self.process is None or self.process.poll() is None:
            return None
        code = self.process.returncode
        processes.kill_group(self.process.pid)
        self.process = None
        if now - self._started > RECOVERED_S:
            self._deaths = 0
        delay = min(FIRST_DELAY_S * 2**self._deaths, LONGEST_DELAY_S)
        self._deaths += 1
        self._due = now + delay
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        return f"ended ({how}); again in {delay:g} s; see var/log/{self.spec.name}.log"

    def is_due(self, now: float) -> bool:
        """Say whether the process is down and its delay is over."""
        return self.process is None and now >= self._due

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process; what it started it ends itself."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def is_alive(self) -> bool:
        """Say whether the process still runs."""
        return self.process is not None and self.process.poll() is None

    def finish(self) -> bool:
        """Kill what is left of the process and its group; False when itself had to be killed."""
        if self.process is None:
            return True
        in_time = not self.is_alive()
        processes.kill_group(self.process.pid)
        self.process.wait()
        self.process = None
        return in_time


def record(path: Path, alive: Iterable[ProcessId]) -> None:
    """Write down which processes are ours, for the start after our sudden death."""
    write_private(path, json.dumps([[each.pid, each.started] for each in alive]))


def end_orphans(path: Path, mark: str, grace_s: float = 10.0) -> int:
    """End what an earlier runner left behind, and return how many processes that were.

    Only processes in the recorded sessions that carry our mark: never a stranger with a recycled
    pid.
    """
    try:
        recorded = [ProcessId(int(pid), float(at)) for pid, at in json.loads(path.read_text())]
    except (FileNotFoundError, ValueError, TypeError):
        return 0
    sessions = {each.pid for each in recorded}
    orphans = list(_of_sessions(sessions, mark))
    for process in orphans:
        if process.pid in sessions:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
    _, slow = psutil.wait_procs(orphans, timeout=grace_s if orphans else 0)
    for process in slow:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(slow, timeout=5)
    path.unlink()
    return len(orphans)


def _of_sessions(sessions: set[int], mark: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getsid(process.pid) in sessions and process.environ().get(MARK) == mark:
                yield process
