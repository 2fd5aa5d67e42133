"""`make soak`: the tests that have more to explore when given an hour, given it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.environment import without_settings

SOAK = "ONCALL_SOAK"
SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile")
BASE = Path(__file__).resolve().parent.parent
APPS = ("oncall_portal", "scheduling", "telephony", "voicemail", "tests")


def thorough() -> list[str]:
    """Return the test files that look at ONCALL_SOAK, in order."""
    paths = [path for app in APPS for path in (BASE / app).rglob("test_*.py")]
    return [str(path.relative_to(BASE)) for path in sorted(paths) if SOAK in path.read_text()]


def main() -> int:
    """Name the files, run them, return what pytest says."""
    files = thorough()
    sys.stdout.write(f"{SOAK}=1: {', '.join(files)}\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "--durations=10", *SIDE_BY_SIDE, *files]
    environ = {**without_settings(), SOAK: "1"}
    return subprocess.run(command, cwd=BASE, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
