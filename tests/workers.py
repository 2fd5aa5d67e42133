"""A Celery worker in a process of its own, with real mail, broker, storage and platform to fail.

It works on the tests' database by a clock that the test moves, so that an hour passes at once; the
platform and the mail server are sockets of this process that do what a test says.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import redis as redis_client
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from celery import Celery
from django.conf import settings
from django.db import connection

from oncall_portal.outbox.services import DELIVER_DUE
from oncall_portal.outbox.tests.smtp import MailServer
from oncall_portal.runner import redis
from oncall_portal.runner.postgres import free_port
from telephony.emulator.certificates import TlsFiles
from telephony.vonage.tests.scripted import ScriptedServer
from voicemail.intake import DOWNLOAD_RECORDINGS

START = datetime(2027, 1, 4, 2, tzinfo=UTC)
SWEEPS = (DOWNLOAD_RECORDINGS, "voicemail.announce_messages", DELIVER_DUE)
_PATIENCE_S = 60.0


@dataclass
class SlowMail(MailServer):
    """A mail server that can be away, and that thinks for `thinks_s` before it takes a message."""

    thinks_s: float = 0.0
    _controller: Controller | None = None

    def up(self) -> None:
        """Listen, from now on, at the one port."""
        self.port = self.port or free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self) -> None:
        """Listen no more: whoever connects is refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message after a while."""
        await asyncio.sleep(self.thinks_s)
        return await super().handle_DATA(server, session, envelope)


@dataclass
class Workers:
    """The worker and everything that it talks to; `mail` and `platform` may be told to fail."""

    folder: Path
    platform: ScriptedServer
    mail: SlowMail
    broker: redis.Server
    now: datetime = START
    process: subprocess.Popen[bytes] | None = None
    killed: int = 0
    _environ: dict[str, str] = field(default_factory=dict)

    def start(self, wrapper: Sequence[str] = ()) -> None:
        """Start the worker; `wrapper` is a command line that it is put behind."""
        command = (sys.executable, "-m", "celery", "-A", "oncall_portal", "worker")
        quiet = ("--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=WARNING")
        self.process = subprocess.Popen(
            [*wrapper, *command, *quiet],
            cwd=settings.BASE_DIR,
            env={**os.environ, **self._environ, **self._wires()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        """Take the worker away with all its processes, wherever they stand."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process, self.killed = None, self.killed + 1

    def sweep(self) -> None:
        """Ask for what beat asks for every twenty seconds."""
        with Celery("sweeps", broker=self.broker.url, set_as_current=False) as app:
            for name in SWEEPS:
                app.send_task(name)

    def flush_broker(self) -> None:
        """Lose everything that waits in the broker."""
        password = (self.broker.place / "password").read_text()
        with redis_client.Redis(unix_socket_path=str(self.broker.socket), password=password) as it:
            it.flushall()

    def pass_time(self, span: timedelta) -> None:
        """Move the clock of the worker."""
        self.now += span
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(self.now.isoformat())
        fresh.replace(self._clock)

    def until(self, condition: Callable[[], Any], *, pausing: timedelta = timedelta()) -> None:
        """Sweep until `condition` holds, letting `pausing` pass at each round."""
        last = time.monotonic() + _PATIENCE_S
        while not condition():
            assert time.monotonic() < last, "it never happened"
            self.pass_time(pausing)
            self.sweep()
            time.sleep(0.3)

    def files(self) -> list[Path]:
        """Return the recordings in the storage."""
        return [path for path in (self.folder / "media").rglob("*") if path.is_file()]

    @property
    def _clock(self) -> Path:
        return self.folder / "clock"

    def _wires(self) -> dict[str, str]:
        database = connection.settings_dict
        return {
            "DATABASE_URL": _renamed(os.environ["DATABASE_URL"], str(database["NAME"])),
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "VONAGE_API_HOST": self.platform.host,
            "VONAGE_CA_BUNDLE": str(self.platform.tls.ca),
            "MEDIA_STORAGE_URL": f"file://{self.folder / 'media'}",
            "ONCALL_CLOCK_FILE": str(self._clock),
        }


def _renamed(url: str, database: str) -> str:
    """Return the URL of the tests' server with the name of this process's own test database."""
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")


@contextmanager
def workers(tls: TlsFiles, media_root: Callable[[Path], None]) -> Iterator[Workers]:
    """Have a broker, a mail server and a platform; the worker is started by the test."""
    with (
        TemporaryDirectory(prefix="workers") as name,
        ScriptedServer(tls) as platform,
    ):
        folder = Path(name)
        (folder / "media").mkdir()
        media_root(folder / "media")
        mail = SlowMail()
        mail.up()
        broker = redis.server(folder / "redis", folder)
        assert broker is not None
        found = Workers(folder, platform, mail, broker)
        found.pass_time(timedelta())
        try:
            with (folder / "redis.log").open("ab") as log:
                broker.ensure_running(log)
            yield found
        finally:
            if found.process is not None:
                found.kill()
            mail.down()
            broker.stop()
            shutil.rmtree(folder / "redis", ignore_errors=True)
