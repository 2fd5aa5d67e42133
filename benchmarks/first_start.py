"""How long the very first start takes: a fresh clone, no environment, no package downloaded yet.

The clone holds what was committed. Nothing else is spared: what `make run` says it does, it does.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from benchmarks.environment import without_settings
from benchmarks.starts import timed
from tests.running import Running
from tests.whole import Whole

GOAL_S = 90.0


class Fresh(Running):
    """A portal in a clone of its own, started by `make run`."""

    def clone_here(self) -> None:
        """Clone what was committed."""
        words = ["git", "clone", "--quiet", str(settings.BASE_DIR), str(self.folder)]
        subprocess.run(words, check=True)

    def start(self, **environ: str) -> None:
        """Start with the package index and the network of this shell, but none of its settings."""
        with self.terminal.open("wb") as terminal:
            self.process = subprocess.Popen(
                ["make", "run", f"PYTHON={sys.executable}"],  # noqa: S607 - whichever make there is
                cwd=self.folder,
                env={**without_settings(), "PORT": str(self.port), **environ},
                stdin=subprocess.DEVNULL,
                stdout=terminal,
                stderr=terminal,
            )


def run(_whole: Whole) -> bool:
    """Clone, start with empty caches, print; return whether the goal is met."""
    with TemporaryDirectory(prefix="first start ") as name:
        portal = Fresh(Path(name) / "checkout")
        cache = str(Path(name) / "cache")

        def start() -> None:
            portal.start(UV_CACHE_DIR=cache, PIP_NO_CACHE_DIR="1")
            portal.wait_ready()

        try:
            portal.clone_here()
            return timed("First start, nothing downloaded,", start, GOAL_S)
        finally:
            portal.end()
