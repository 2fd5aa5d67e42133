"""The pytest plugin: settings and PostgreSQL for every test, and which requirements are proved."""

from __future__ import annotations

import atexit
import os
import re
from collections.abc import Iterable
from contextlib import ExitStack
from fcntl import LOCK_UN, flock
from pathlib import Path
from typing import IO

import django
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from oncall_portal.lib.env import KNOWN, ONLY_ENVIRONMENT
from oncall_portal.runner import postgres
from oncall_portal.runner.errors import RunnerError
from oncall_portal.runner.messages import compile_messages
from oncall_portal.runner.places import locked, open_lock, share_lock, try_lock, write_private

BASE = Path(__file__).resolve().parent.parent
VAR = BASE / "var"
REQUIREMENTS = BASE / "docs" / "requirements.md"
_PROVED = "requirement"
_RUNS_AT_ONCE = 20
_at_end = ExitStack()
atexit.register(_at_end.close)


def prepare() -> None:
    """Settle the environment and load Django; the root conftest calls it before anything else.

    Later would be too late: other conftests import models. xdist workers inherit the environment.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        try:
            _settle()
            compile_messages(BASE / "oncall_portal" / "locale")
        except RunnerError as error:
            raise pytest.UsageError(str(error)) from error
    django.setup()


def _settle() -> None:
    """Replace every setting but DATABASE_URL by the tests' own."""
    database = os.environ.get("DATABASE_URL") or _start_postgres()
    for name in KNOWN:
        os.environ.pop(name, None)
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "oncall_portal.settings",
            ONLY_ENVIRONMENT: "1",
            "DATABASE_URL": database,
            "REDIS_URL": "memory://",
            "EMAIL_URL": "memorymail://",
            "SECRET_KEY": "test-secret-key-0123456789abcdef0123456789",
            "PUBLIC_URL": "http://testserver",
            "VONAGE_APPLICATION_ID": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
            "VONAGE_PRIVATE_KEY_PATH": str(_private_key()),
            "VONAGE_API_KEY": "a1b2c3d4",
            "VONAGE_API_SECRET": "test-api-secret",
            "VONAGE_SIGNATURE_SECRET": "test-signature-secret-0123456789abcdef",
            "VONAGE_SIGNATURE_SECRET_PREVIOUS": "previous-signature-secret-0123456789",
            "VONAGE_API_HOST": "127.0.0.1:9",
        }
    )


def _private_key() -> Path:
    path = VAR / "test" / "vonage.key"
    with locked(path.with_suffix(".lock")):
        if not path.exists():
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            pem = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            write_private(path, pem.decode("ascii"))
    return path


def _start_postgres() -> str:
    """Start or join the tests' own server; the last session to end stops it.

    Sessions at the same time in one checkout share the server and take different databases.
    """
    folder = VAR / "test"
    gate = folder / "postgres.lock"
    users = open_lock(folder / "postgres-users.lock")
    with locked(gate):
        server = postgres.server(VAR / "test-postgres")
        share_lock(users)
        _at_end.callback(_leave, gate, users, server)
        (VAR / "log").mkdir(exist_ok=True)
        with (VAR / "log" / "test-postgres.log").open("ab") as log:
            server.ensure_running(log, durable=False)
    return server.url(f"oncall{_free_slot(folder)}")


def _leave(gate: Path, users: IO[bytes], server: postgres.Server) -> None:
    with locked(gate), users:
        flock(users, LOCK_UN)
        if try_lock(users):
            server.stop()


def _free_slot(folder: Path) -> str:
    for number in range(_RUNS_AT_ONCE):
        slot = open_lock(folder / f"slot-{number}.lock")
        if try_lock(slot):
            _at_end.callback(slot.close)
            return str(number or "")
        slot.close()
    raise RunnerError(f"{_RUNS_AT_ONCE} test sessions already run in this checkout.")


def requirement_ids(path: Path) -> tuple[str, ...]:
    """Return the ids of the table rows of docs/requirements.md, in order; none without the file."""
    if not path.exists():
        return ()
    return tuple(
        re.findall(r"^\| *([A-Z]{2,5}-\d{2,3}) *\|", path.read_text("utf-8"), re.MULTILINE)
    )


def _claimed(item: pytest.Item) -> Iterable[str]:
    for mark in item.iter_markers(_PROVED):
        yield from mark.args


def pytest_configure(config: pytest.Config) -> None:
    """Collect what the tests of this session prove."""
    config.pluginmanager.register(Proofs(config, requirement_ids(REQUIREMENTS)), "requirements")


class Proofs:
    """Gathers, in the process that talks to the person, the requirements of passed tests."""

    def __init__(self, config: pytest.Config, ids: tuple[str, ...]) -> None:
        self.ids = ids
        self.proved: set[str] = set()
        self.everything = (
            config.args_source is not pytest.Config.ArgsSource.ARGS
            and not config.option.keyword
            and not config.option.markexpr
        )

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fail a test that claims a requirement nobody wrote down."""
        for name in _claimed(item):
            if self.ids and name not in self.ids:
                pytest.fail(f"{name} is not in docs/requirements.md", pytrace=False)
            item.user_properties.append((_PROVED, name))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the requirements of a passed test; xdist sends reports to the controller."""
        if report.when == "call" and report.passed:
            self.proved.update(str(v) for name, v in report.user_properties if name == _PROVED)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what no passing test proved, after a run over everything."""
        missing = [name for name in self.ids if name not in self.proved]
        if self.everything and self.ids:
            done = len(self.ids) - len(missing)
            words = ", ".join(missing) or "none"
            terminalreporter.write_line(
                f"Requirements proved: {done} of {len(self.ids)}. Not yet proved: {words}"
            )
