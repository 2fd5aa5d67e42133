"""What dies is started again without a storm, and what is ours is ended without a stranger."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from oncall_portal.runner import children, processes
from oncall_portal.runner.children import Child, Spec
from oncall_portal.runner.processes import ProcessId

STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child: print(child, flush=True)
time.sleep(60)
"""


def child(tmp_path: Path, code: str) -> Child:
    return Child(Spec("stand-in", (sys.executable, "-c", code)), tmp_path, tmp_path / "log")


def wait_for_words(tmp_path: Path) -> str:
    log = tmp_path / "log" / "stand-in.log"
    for _ in range(600):
        if log.exists() and log.read_text().endswith("\n"):
            return log.read_text()
        time.sleep(0.05)
    raise AssertionError("the process said nothing")


def die(kept: Child, now: float) -> str:
    """Start the process, which ends at once, and return what is told about it."""
    kept.start(dict(os.environ), now)
    assert kept.process is not None
    kept.process.wait()
    words = kept.check(now)
    assert words is not None
    return words


def test_the_pause_doubles_with_each_death_up_to_a_ceiling(tmp_path: Path) -> None:
    kept = child(tmp_path, "raise SystemExit(3)")
    pauses = [die(kept, 0.0).split("again in ")[1].split(" s")[0] for _ in range(8)]
    assert pauses == ["0.5", "1", "2", "4", "8", "16", "30", "30"]


def test_it_is_due_only_after_the_pause(tmp_path: Path) -> None:
    kept = child(tmp_path, "raise SystemExit(3)")
    assert die(kept, 100.0).startswith("ended (exit code 3); again in 0.5 s")
    assert [kept.is_due(now) for now in (100.4, 100.5)] == [False, True]


def test_a_long_life_makes_the_next_death_a_first_one(tmp_path: Path) -> None:
    kept = child(tmp_path, "")
    for _ in range(5):
        die(kept, 0.0)
    kept.start(dict(os.environ), 0.0)
    assert kept.process is not None
    kept.process.wait()
    assert "again in 0.5 s" in (kept.check(children.RECOVERED_S + 1) or "")


def test_a_stubborn_process_is_killed_with_its_offspring(tmp_path: Path) -> None:
    kept = child(tmp_path, STUBBORN)
    kept.start(dict(os.environ), 0.0)
    offspring = psutil.Process(int(wait_for_words(tmp_path)))
    kept.ask_to_stop()
    time.sleep(0.2)
    assert kept.finish() is False
    assert wait_gone(offspring)


def wait_gone(process: psutil.Process) -> bool:
    gone, _ = psutil.wait_procs([process], timeout=10)
    return bool(gone) or process.status() == psutil.STATUS_ZOMBIE


def test_orphans_of_an_earlier_start_are_ended(tmp_path: Path) -> None:
    kept = child(tmp_path, STUBBORN)
    started = kept.start({**os.environ, children.MARK: "ours"}, 0.0)
    offspring = psutil.Process(int(wait_for_words(tmp_path)))
    children.record(tmp_path / "children.json", [started])
    assert kept.process is not None
    assert children.end_orphans(tmp_path / "children.json", "ours", grace_s=0.2) == 2
    kept.process.wait(5)
    assert wait_gone(offspring)
    assert not (tmp_path / "children.json").exists()


def test_a_stranger_with_a_recorded_pid_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        children.record(tmp_path / "children.json", [ProcessId(stranger.pid, 0.0)])
        assert children.end_orphans(tmp_path / "children.json", "ours") == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.communicate()


def test_a_process_that_ended_is_not_mistaken_for_a_later_one() -> None:
    own = processes.identify(os.getpid())
    assert own.find() is not None
    assert ProcessId(own.pid, own.started - 100).find() is None


def test_a_damaged_record_stops_nothing_and_nobody(tmp_path: Path) -> None:
    (tmp_path / "children.json").write_text("{")
    assert children.end_orphans(tmp_path / "children.json", "ours") == 0


def test_a_signal_is_told_by_name(tmp_path: Path) -> None:
    kept = child(tmp_path, "import time; time.sleep(60)")
    started = kept.start(dict(os.environ), 0.0)
    os.kill(started.pid, signal.SIGKILL)
    assert kept.process is not None
    kept.process.wait()
    assert (kept.check(1.0) or "").startswith("ended (SIGKILL)")
