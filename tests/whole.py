"""The whole portal in real time: every process, a mail server, and telephones to command."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from oncall_portal.outbox.tests.smtp import MailServer
from oncall_portal.outbox.tests.smtp import running as mail_server
from tests import cast
from tests.running import Running

_TIMEOUT_S = 30


@dataclass
class Whole:
    """A running portal with the cast of `tests.whole_cast`; nothing in it is faked but Vonage."""

    portal: Running
    mail: MailServer
    _callers: Iterator[int] = field(default_factory=itertools.count)

    def start(self) -> None:
        """Start everything, and wait until calls are answered and the workers started."""
        self.portal.start(EMAIL_URL=f"smtp://127.0.0.1:{self.mail.port}")
        self.portal.wait_ready()

    def phone(self, number: str, *behaviours: str) -> None:
        """Say what this telephone does from its next ring on, such as "answers:1,press=1"."""
        self.control("PUT", f"phones/{number}", behaviour=list(behaviours))

    def rang(self, number: str) -> list[datetime]:
        """When this telephone rang."""
        rings = self.control("GET", f"phones/{number}")["rang"]
        return [datetime.fromisoformat(ring["at"]) for ring in rings]

    def dial(self, line: str = cast.LINE, **caller: object) -> str:
        """Let somebody new call, as `Platform.inbound_call` does; return the id of their leg."""
        number = f"+3369876{next(self._callers):04d}"
        call = self.control("POST", "calls", **{"from": number, "to": line, **caller})
        return str(call["id"])

    def talks_to(self, call: str) -> list[str]:
        """The numbers that could hear this caller, so far."""
        connections = self.control("GET", f"calls/{call}")["connections"]
        return [f"+{connection['with']}" for connection in connections]

    def hang_up(self, call: str) -> None:
        """Let the caller hang up, and wait until the portal knows."""
        self.control("PUT", f"calls/{call}", hang_up=True)
        self.ended(call)

    def ended(self, call: str) -> str:
        """Wait until the call is over for the portal, too, and return its outcome."""
        self.wait(lambda: self.outcome(call))
        return str(self.outcome(call))

    def outcome(self, call: str) -> object:
        """The outcome of a call that has ended, None before."""
        mine = f"leg_uuid = '{call}' AND ended_at IS NOT NULL"
        return self.portal.query(f"SELECT outcome FROM telephony_call WHERE {mine}")  # noqa: S608 - a uuid of ours

    def arrived(self, call: str) -> datetime:
        """When the caller arrived at the platform, which asks us at once."""
        return datetime.fromisoformat(self.leg(call)["created_at"])

    def leg(self, uuid: str) -> dict[str, Any]:
        """A leg as the platform sees it."""
        legs: list[dict[str, Any]] = self.control("GET", "legs")["legs"]
        return next(leg for leg in legs if leg["uuid"] == uuid)

    def mails(self, to: str) -> list[EmailMessage]:
        """What the mail server took for this address."""
        return [mail for mail in self.mail.inbox if mail["To"] == to]

    def wait(self, condition: Callable[[], object]) -> None:
        """Wait, in real time, until `condition` holds."""
        self.portal.wait(condition)

    def control(self, method: str, path: str, **body: object) -> dict[str, Any]:
        """Ask the emulator's remote control."""
        settings = self.settings
        answer = requests.request(
            method,
            f"https://{settings['VONAGE_API_HOST']}/emulator/{path}",
            headers={"Authorization": f"Bearer {settings['VONAGE_SIGNATURE_SECRET']}"},
            json=body or None,
            verify=settings["VONAGE_CA_BUNDLE"],
            timeout=_TIMEOUT_S,
        )
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @property
    def settings(self) -> dict[str, str]:
        """What the runner decided."""
        lines = (self.portal.folder / "var" / "run" / "env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


@contextmanager
def started(*, demo: bool = False) -> Iterator[Whole]:
    """Start a whole portal in a temporary folder, with the demo or with the cast instead."""
    with TemporaryDirectory(prefix="whole ") as name, mail_server(MailServer(), here()) as mail:
        Path(name).chmod(0o755)
        portal = Running(Path(name) / "checkout")
        whole = Whole(portal, mail)
        try:
            portal.copy_here()
            if not demo:
                (portal.folder / "var").mkdir()
                (portal.folder / "var" / "demo-loaded").touch()
            whole.start()
            if not demo:
                code, words = portal.command("-m", "tests.whole_cast")
                assert code == 0, words
            yield whole
        finally:
            portal.end()


def here() -> SimpleNamespace:
    """Takes the settings of a mail server that only other processes use."""
    return SimpleNamespace()


@pytest.fixture(scope="session")
def whole() -> Iterator[Whole]:
    """One portal for all such tests that run in this process."""
    with started() as whole:
        yield whole
