"""Runs `prepare` before the first request, or, where nothing can have changed, beside it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oncall_portal.runner import postgres
from oncall_portal.runner.errors import RunnerError
from oncall_portal.runner.logs import open_log
from oncall_portal.runner.terminal import say


@dataclass(frozen=True)
class Preparation:
    """Whether our own database has seen these migrations; nobody knows of another's."""

    base: Path
    database: postgres.Server | None

    def is_current(self) -> bool:
        """Say whether our own database was prepared with the migrations that are here now."""
        if self.database is None:
            return False
        marker = self._marker(self.database)
        return marker.exists() and marker.read_text() == self._fingerprint()

    def start(self, environ: Mapping[str, str], demo_marker: Path | None) -> subprocess.Popen[str]:
        """Start `prepare`; its words go to var/log/prepare.log."""
        command = [sys.executable, "-m", "oncall_portal.runner.prepare"]
        if demo_marker is not None:
            command += ["--demo-marker", str(demo_marker)]
        say("database", "checking migrations")
        with open_log(self.base / "var" / "log", "prepare") as log:
            return subprocess.Popen(
                command,
                cwd=self.base,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                text=True,
            )

    def finish(self, process: subprocess.Popen[str]) -> Mapping[str, str]:
        """Return what the ended `prepare` found; raise RunnerError when it failed."""
        words, _ = process.communicate()
        if process.returncode != 0:
            raise RunnerError("The database could not be prepared; see var/log/prepare.log.")
        if self.database is not None:
            self._marker(self.database).write_text(self._fingerprint())
        facts: dict[str, str] = json.loads(words.splitlines()[-1])
        return facts

    @staticmethod
    def _marker(database: postgres.Server) -> Path:
        return database.place / "prepared"

    def _fingerprint(self) -> str:
        """Name the migrations here: ours by content, those of packages by the pinned versions."""
        digest = hashlib.sha256()
        sources = [self.base / "requirements.txt", *self.base.glob("*/migrations/*.py")]
        sources += self.base.glob("oncall_portal/*/migrations/*.py")
        for path in sorted(sources):
            digest.update(str(path.relative_to(self.base)).encode() + path.read_bytes())
        return digest.hexdigest()
