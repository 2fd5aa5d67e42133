"""A whole portal of real processes, started as a person starts it, in a copy of this folder."""

from __future__ import annotations

import http.client
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.conf import settings

from oncall_portal.runner import children, places, postgres

# First start on two busy cores; an idle machine needs a tenth of it.
PATIENCE_S = 180.0
_LEFT_OUT = ("var", ".venv", ".git", ".*_cache", ".hypothesis", ".env")


@dataclass
class Running:
    """One portal; `account` is who runs it, when root runs the tests."""

    folder: Path
    account: pwd.struct_passwd | None = None
    python: str = sys.executable
    packages: list[str] = field(
        default_factory=lambda: [p for p in sys.path if "site-packages" in p]
    )
    port: int = field(default_factory=postgres.free_port)
    process: subprocess.Popen[bytes] | None = None

    def copy_here(self) -> None:
        """Copy the project, without what it made, and give it to the account."""
        shutil.copytree(settings.BASE_DIR, self.folder, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        if self.account is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def start(self, **environ: str) -> None:
        """Start the runner; `words` holds what it says."""
        with self.terminal.open("wb") as terminal:
            self.process = self._popen(
                ["-m", "oncall_portal.runner", "up"], environ, stdout=terminal, stderr=terminal
            )

    def command(self, *arguments: str, **environ: str) -> tuple[int, str]:
        """Run a program of the project as from another shell; return its code and last words."""
        process = self._popen(list(arguments), environ, stderr=subprocess.PIPE)
        _, words = process.communicate()
        return process.returncode, words.decode()

    def _popen(self, arguments: list[str], environ: dict[str, str], **how: Any) -> Any:
        account = self.account
        if account is not None:
            how |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        return subprocess.Popen(
            [self.python, *arguments],
            cwd=self.folder,
            env={
                "PATH": "/usr/bin:/bin",
                "PORT": str(self.port),
                "PYTHONPATH": os.pathsep.join(self.packages),
                **environ,
            },
            stdin=subprocess.DEVNULL,
            **how,
        )

    @property
    def terminal(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.terminal")

    @property
    def words(self) -> str:
        return self.terminal.read_text()

    def wait_ready(self) -> None:
        """Wait until the runner says that it is ready."""
        self.wait(lambda: "ready in " in self.words)

    def wait(self, condition: Callable[[], object]) -> None:
        """Wait until `condition` holds; fail with the runner's words when it never does."""
        last = time.monotonic() + PATIENCE_S
        while not condition():
            ended = self.process is not None and self.process.poll() is not None
            assert not ended, f"the runner ended: {self.words}"
            assert time.monotonic() < last, f"it never happened: {self.words}"
            time.sleep(0.1)

    def status(self, path: str) -> int:
        """Return the HTTP status of `path`, 0 when nobody answers."""
        return self._get(path)[0]

    def health(self) -> str:
        """Return the status that /readyz gives the whole portal, "" when nobody answers."""
        body = self._get("/readyz")[1]
        return str(json.loads(body)["status"]) if body else ""

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def pids(self, name: str) -> list[int]:
        """Return the processes that the runner said it started under `name`, in order."""
        start = f" {name} "
        lines = [line for line in self.words.splitlines() if start in line and "process " in line]
        return [int(line.split("process ")[1].rstrip(")")) for line in lines]

    def postmaster(self) -> int:
        """Return the process of the portal's PostgreSQL."""
        lines = (self.folder / "var" / "postgres" / "data" / "postmaster.pid").read_text()
        return int(lines.splitlines()[0])

    def query(self, text: str) -> object:
        """Return the first value that the portal's database answers."""
        lines = (self.folder / "var" / "run" / "env").read_text().splitlines()
        url = dict(line.split("=", 1) for line in lines)["DATABASE_URL"]
        with psycopg.connect(url) as connection:
            row = connection.execute(text).fetchone()
            return row and row[0]

    def kill(self) -> None:
        """Take the runner away without a warning."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop the portal as a service manager does, or by Ctrl-C; return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def end(self) -> None:
        """Leave nothing running, whatever a failed test left."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE_S)
        for process in self._processes():
            process.kill()

    def _processes(self) -> Iterator[psutil.Process]:
        """Yield the living processes that carry this portal's mark or name its folder."""
        var = self.folder / "var"
        for process in psutil.process_iter():
            try:
                marked = process.environ().get(children.MARK) == places.short_hash(var)
                named = str(var) in " ".join(process.cmdline())
                if (marked or named) and process.status() != psutil.STATUS_ZOMBIE:
                    yield process
            except psutil.Error:
                continue

    def left_behind(self) -> list[str]:
        """Return the processes of this portal that still live, and its sockets and pid files."""
        var = self.folder / "var"
        files = [path for path in var.rglob("*") if path.is_socket()]
        files += [*var.rglob("*.pid"), *(var / "run").iterdir()]
        return [" ".join(each.cmdline()) for each in self._processes()] + [str(f) for f in files]
