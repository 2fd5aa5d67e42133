"""A portal of real processes: it starts, heals, outlives its supervisor, goes without a trace."""

from __future__ import annotations

import os
import re
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from oncall_portal.runner import logs, redis
from tests.running import Running

# One portal serves the whole file, in this order: with xdist, use --dist loadfile.


@pytest.fixture(scope="module")
def portal() -> Iterator[Running]:
    with TemporaryDirectory(prefix="portal with space ") as name:
        Path(name).chmod(0o755)
        portal = Running(Path(name) / "checkout")
        try:
            portal.copy_here()
            portal.start()
            portal.wait_ready()
            yield portal
        finally:
            portal.end()


def test_it_answers_when_it_says_that_it_is_ready(portal: Running) -> None:
    assert [portal.status(path) for path in ("/healthz", "/readyz")] == [200, 200]
    shown = dict(re.findall(r"^  (\w+) +(\S.*)$", portal.words, re.MULTILINE))
    origin = f"http://127.0.0.1:{portal.port}"
    assert (shown["Portal"], shown["Phones"]) == (f"{origin}/admin/", f"{origin}/phones/")
    assert (shown["Call"], shown["Logs"]) == ("+33970000001", str(portal.folder / "var" / "log"))
    assert re.fullmatch(r"admin   \S{16,}", shown["Login"])


def test_every_part_of_it_is_well_soon(portal: Running) -> None:
    portal.wait(lambda: portal.health() == "ok")


def test_what_it_decided_is_private(portal: Running) -> None:
    for name in ("run/env", "secrets.json"):
        assert stat.filemode((portal.folder / "var" / name).stat().st_mode) == "-rw-------"


def test_a_command_in_another_shell_reaches_its_servers(portal: Running) -> None:
    code, words = portal.command("manage.py", "migrate", "--check")
    assert (code, words) == (0, "")


def test_a_command_speaks_the_language_of_its_terminal(portal: Running) -> None:
    code, words = portal.command("manage.py", "whos_on", "nowhere", LANG="fr_FR.UTF-8")
    assert code == 2
    assert "Il n" in words
    assert "nowhere" in words


def test_a_second_start_is_refused_with_one_line(portal: Running) -> None:
    code, words = portal.command("-m", "oncall_portal.runner", "up", PORT="1")
    assert code == 1
    assert words == (f"The portal already runs in this folder (http://127.0.0.1:{portal.port}).\n")


@pytest.mark.parametrize("name", ["web", "watchdog", "emulator", "worker", "beat"])
def test_what_is_killed_is_started_again(portal: Running, name: str) -> None:
    before = portal.pids(name)
    os.kill(before[-1], signal.SIGKILL)
    portal.wait(lambda: len(portal.pids(name)) > len(before))
    portal.wait(lambda: portal.status("/readyz") == 200)
    assert f" {name} " in portal.words
    assert "ended (SIGKILL); again in 0.5 s" in portal.words


def test_a_killed_postgresql_comes_back_with_what_was_committed(portal: Running) -> None:
    before = portal.postmaster()
    users = portal.query("SELECT count(*) FROM auth_user")
    os.kill(before, signal.SIGKILL)
    portal.wait(lambda: "postgres   ended; starting it again" in portal.words)
    portal.wait(lambda: portal.status("/readyz") == 200)
    assert portal.postmaster() != before
    assert portal.query("SELECT count(*) FROM auth_user") == users


def test_a_killed_redis_comes_back(portal: Running) -> None:
    broker = redis.server(portal.folder / "var" / "redis", portal.folder / "var" / "run")
    assert broker is not None
    before, starts = broker.running(), portal.words.count("redis      started")
    assert before is not None
    before.kill()
    # Whether it is said to have ended depends on who looks first.
    portal.wait(lambda: portal.words.count("redis      started") > starts)
    portal.wait(lambda: broker.running() not in (None, before))


def test_a_log_that_has_grown_large_is_put_aside(portal: Running) -> None:
    log = portal.folder / "var" / "log" / "beat.log"
    with log.open("ab") as file:
        file.write(b"x" * (logs.LIMIT_BYTES + 1))
    portal.wait(log.with_name("beat.log.1").exists)
    portal.wait(lambda: log.stat().st_size < logs.LIMIT_BYTES)


def test_after_its_sudden_death_the_next_start_takes_over(portal: Running) -> None:
    postmaster, orphans = portal.postmaster(), portal.pids("web")[-1:] + portal.pids("worker")[-1:]
    portal.kill()
    assert portal.status("/healthz") == 200
    portal.start()
    portal.wait_ready()
    assert "postgres   was still running, attached" in portal.words
    assert portal.postmaster() == postmaster
    assert [pid for pid in orphans if psutil.pid_exists(pid)] == []
    assert portal.status("/readyz") == 200


def test_it_stops_without_a_trace(portal: Running) -> None:
    assert portal.stop() == 0
    assert portal.left_behind() == []
    assert portal.status("/healthz") == 0


def test_it_stops_as_cleanly_while_it_is_still_starting(portal: Running) -> None:
    portal.start()
    portal.wait(lambda: portal.pids("web"))
    assert portal.stop(signal.SIGINT) == 0
    assert portal.left_behind() == []
    assert "ready in " not in portal.words
