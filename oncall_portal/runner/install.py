"""Makes `.venv` and installs the pinned dependencies, when something changed.

Started by path with any Python: it imports nothing but the standard library.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
OLDEST = (3, 11)
UV = "uv==0.13.9"


class InstallError(Exception):
    """Nothing can be installed; the text says what to do, in one line."""


def main() -> int:
    """Install the requirements file named on the command line; return the exit code."""
    requirements = ROOT / sys.argv[1]
    stamp = VENV / f"installed-{requirements.stem}"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return 0
    began = time.monotonic()
    try:
        _check_python()
        _make_venv()
        _install(requirements)
    except InstallError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    stamp.write_text(wanted, encoding="utf-8")
    sys.stdout.write(f"installed {requirements.name} in {time.monotonic() - began:.1f} s\n")
    return 0


def _fingerprint() -> str:
    words = [_home(), *(path.read_text() for path in sorted(ROOT.glob("requirements*.txt")))]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def _home() -> str:
    """Name the place and the Python of the environment: a moved folder needs a new one."""
    return f"{VENV} {sys.version}"


def _check_python() -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    if sys.version_info < OLDEST:
        raise InstallError(
            f"Python 3.11 or newer is needed, and {sys.executable} is {version}; install one and"
            " say for instance: make PYTHON=python3.12 run"
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise InstallError(
            "This Python cannot make virtual environments; install the package that adds it"
            f" (Debian, Ubuntu: apt-get install python{version}-venv) and try again."
        )


def _make_venv() -> None:
    """Make the environment unless it is there, made here and by this Python."""
    made = VENV / "made"
    if made.exists() and made.read_text(encoding="utf-8") == _home():
        return
    sys.stdout.write("making .venv\n")
    sys.stdout.flush()
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment was not made")
    made.write_text(_home(), encoding="utf-8")


def _install(requirements: Path) -> None:
    """Install with uv, eight times faster than pip, or with pip where uv does not work.

    uv is given the interpreter's absolute path: left to search, it may find a pyenv shim. It knows
    neither pip's settings nor the system's certificates, which pip may need to reach its index.
    """
    sys.stdout.write(f"installing {requirements.name}\n")
    sys.stdout.flush()
    python = str(VENV / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet"]
    uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    if not os.access(Path("~").expanduser(), os.W_OK):
        uv.append("--no-cache")  # a service account's home often does not exist
    _run([*pip, UV], "Nothing was installed; is the package index reachable")
    if subprocess.run([*uv, "-r", str(requirements)], check=False, cwd=ROOT).returncode != 0:
        sys.stdout.write("uv did not succeed; trying pip, which takes a minute or two\n")
        sys.stdout.flush()
        _run([*pip, "-r", str(requirements)], "The dependencies were not installed")


def _run(command: list[str], failed: str) -> None:
    result = subprocess.run(command, check=False, cwd=ROOT)
    if result.returncode != 0:
        raise InstallError(f"{failed}? ({' '.join(command[1:4])}: exit code {result.returncode})")


if __name__ == "__main__":
    sys.exit(main())
