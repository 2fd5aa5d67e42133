"""An ordinary account runs the portal as root does."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from django.conf import settings

from tests.running import Running

pytestmark = pytest.mark.skipif(
    os.getuid() != 0, reason="an ordinary account runs the other tests of the runner already"
)


PACKAGES = [path for path in sys.path if "site-packages" in path]


def can_run(account: pwd.struct_passwd, python: str, code: str, packages: list[str]) -> bool:
    """Say whether the account may run `python` with `packages`: they may lie in root's home."""
    try:
        subprocess.run(
            [python, "-c", code],
            user=account.pw_uid,
            cwd="/",
            env={"PYTHONPATH": os.pathsep.join(packages)},
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def python_for(account: pwd.struct_passwd, folder: Path) -> tuple[str, list[str]]:
    """Return a Python that the account may run, and where its packages are."""
    if can_run(account, sys.executable, "import celery, psycopg, redis", PACKAGES):
        return sys.executable, PACKAGES
    for name in ("python3.13", "python3.12", "python3.11"):
        python = shutil.which(name, path="/usr/bin:/usr/local/bin")
        if python is not None and can_run(account, python, "", []):
            return python, [install(python, folder)]
    pytest.skip("no Python that another account may run")


def install(python: str, folder: Path) -> str:
    """Install the dependencies for `python` where everybody may read them."""
    requirements = Path(settings.BASE_DIR) / "requirements.txt"
    uv = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python)
    subprocess.run([*uv, "--target", folder, "--requirement", requirements], check=True)
    return str(folder)


@pytest.fixture
def portal() -> Iterator[Running]:
    account = pwd.getpwnam("nobody")
    with TemporaryDirectory(prefix="portal-of-nobody-") as name:
        Path(name).chmod(0o755)
        python, packages = python_for(account, Path(name) / "packages")
        portal = Running(Path(name) / "checkout", account, python, packages)
        try:
            portal.copy_here()
            yield portal
        finally:
            portal.end()


def test_it_starts_serves_and_stops(portal: Running) -> None:
    portal.start()
    portal.wait_ready()
    assert portal.status("/readyz") == 200
    assert psutil.Process(portal.postmaster()).username() == "nobody"
    assert portal.stop() == 0
    assert portal.left_behind() == []
