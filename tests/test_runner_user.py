"""An ordinary account runs the portal as root does."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from tests.running import Running

pytestmark = pytest.mark.skipif(
    os.getuid() != 0, reason="an ordinary account runs the other tests of the runner already"
)


def python_for(account: pwd.struct_passwd) -> str | None:
    """Return a Python of our version that the account may run: ours may lie in root's home."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        try:
            # psycopg stands for all packages of ours: compiled for this version, readable or not
            subprocess.run(
                [python, "-c", "import psycopg"],
                user=account.pw_uid,
                cwd="/",
                env={"PYTHONPATH": os.pathsep.join(p for p in sys.path if "site-packages" in p)},
                check=True,
                capture_output=True,
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return None


@pytest.fixture
def portal() -> Iterator[Running]:
    account = pwd.getpwnam("nobody")
    python = python_for(account)
    if python is None:
        pytest.skip("no Python of this version that another account may run")
    with TemporaryDirectory(prefix="portal-of-nobody-") as name:
        Path(name).chmod(0o755)
        portal = Running(Path(name) / "checkout", account=account, python=python)
        portal.copy_here()
        yield portal
        if portal.process is not None and portal.process.poll() is None:
            portal.stop()


def test_it_starts_serves_and_stops(portal: Running) -> None:
    portal.start()
    portal.wait_ready()
    assert portal.status("/readyz") == 200
    assert psutil.Process(portal.postmaster()).username() == "nobody"
    assert portal.stop() == 0
    assert portal.left_behind() == []
