"""Installs Chromium and its driver for the browser tests, where that is permitted.

Started by path with any Python: it imports nothing but the standard library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAMS = ("chromium", "chromedriver")
PACKAGES = ("chromium", "chromium-driver")
ADVICE = f"on Debian, as root: apt-get install {' '.join(PACKAGES)}"
_LISTS = Path("/var/lib/apt/lists")
_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")
_UPDATE = (*_APT, "update")
# its libraries bring a font along, so that text is never drawn as boxes
_INSTALL = (*_APT, "install", "-y", "--no-install-recommends", *PACKAGES)

Command = tuple[str, ...]


class Unavailable(Exception):
    """This machine gets no browser by itself; the text says why, in a few words."""


def main() -> int:
    """Install what is missing; return 0 in any case: the tests say themselves what they miss."""
    try:
        commands = plan(
            missing(),
            root=os.geteuid() == 0,
            apt=shutil.which("apt-get") is not None,
            lists=any(_LISTS.glob("*_Packages*")),
        )
        _run(commands)
    except Unavailable as error:
        sys.stderr.write(f"No browser tests: {error}; {ADVICE}\n")
    return 0


def missing() -> list[str]:
    """Return the programs that browser tests need and this machine has not."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def plan(missing: list[str], *, root: bool, apt: bool, lists: bool) -> list[Command]:
    """Return what to run until one `install` succeeds; raise Unavailable where nothing may be.

    `lists` tells whether apt knows any package: if so they are asked for at once, and updated
    only when that fails.
    """
    if not missing:
        return []
    if not apt:
        raise Unavailable(f"{' and '.join(missing)} not found, and there is no apt-get here")
    if not root:
        raise Unavailable(f"{' and '.join(missing)} not found, and only root may install")
    return [_INSTALL, _UPDATE, _INSTALL] if lists else [_UPDATE, _INSTALL]


def _run(commands: list[Command]) -> None:
    if not commands:
        return
    sys.stdout.write(f"installing {' and '.join(PACKAGES)} for the browser tests\n")
    sys.stdout.flush()
    for command in commands:
        code = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        ).returncode
        if code == 0 and command == _INSTALL:
            return
    raise Unavailable(f"apt-get did not install {' and '.join(PACKAGES)}")


if __name__ == "__main__":
    sys.exit(main())
