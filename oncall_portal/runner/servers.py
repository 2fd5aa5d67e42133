"""PostgreSQL and Redis of this start: ours, kept alive, or somebody else's, left alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from oncall_portal.runner import postgres, redis
from oncall_portal.runner.decide import Decision
from oncall_portal.runner.errors import RunnerError
from oncall_portal.runner.logs import open_log
from oncall_portal.runner.terminal import say

DATABASE = "oncall"
FIRST_DELAY_S, LONGEST_DELAY_S = 1.0, 60.0


@dataclass
class Servers:
    """The servers that this runner keeps; None where an address was given."""

    logs: Path
    database: postgres.Server | None
    broker: redis.Server | None
    files: Path | None
    retry_at: float = 0.0
    delay_s: float = FIRST_DELAY_S

    @classmethod
    def of(cls, decision: Decision, var: Path) -> Servers:
        """Find the programs; raise RunnerError when a server is needed and cannot be run."""
        database = postgres.server(var / "postgres") if decision.own_postgres else None
        broker = redis.server(var / "redis", var / "run") if decision.own_redis else None
        files = var / "broker" if decision.own_redis and broker is None else None
        return cls(var / "log", database, broker, files)

    def start(self) -> dict[str, str]:
        """Attach to or start our servers; return the settings that name them."""
        addresses: dict[str, str] = {}
        if self.database is not None:
            with open_log(self.logs, "postgres") as log:
                fresh = self.database.ensure_running(log)
            say("postgres", "started" if fresh else "was still running, attached")
            self.database.create_database(DATABASE)
            addresses["DATABASE_URL"] = self.database.url(DATABASE)
        if self.broker is not None:
            with open_log(self.logs, "redis") as log:
                fresh = self.broker.ensure_running(log)
            say("redis", "started" if fresh else "was still running, attached")
            addresses["REDIS_URL"] = self.broker.url
        if self.files is not None:
            addresses["REDIS_URL"] = redis.filesystem_broker(self.files)
            say("broker", "no Redis program found: tasks go through files (slow); set REDIS_URL")
        return addresses

    def revive(self, now: float) -> dict[str, str]:
        """Start again what died; return the settings then, or nothing when all was well.

        What does not start is tried again at `now` (seconds of any clock) plus a growing delay.
        """
        if now < self.retry_at:
            return {}
        down = [name for name, server in self._ours() if server.running() is None]
        if not down:
            return {}
        say(down[0], "ended; starting it again")
        try:
            addresses = self.start()
        except RunnerError as error:
            say(down[0], f"{error} Again in {self.delay_s:g} s.")
            self.retry_at = now + self.delay_s
            self.delay_s = min(2 * self.delay_s, LONGEST_DELAY_S)
            return {}
        self.delay_s = FIRST_DELAY_S
        return addresses

    def stop(self) -> None:
        """Stop our servers, the broker first."""
        for name, server in self._ours():
            server.stop()
            say(name, "stopped")

    def _ours(self) -> list[tuple[str, postgres.Server | redis.Server]]:
        pairs = (("redis", self.broker), ("postgres", self.database))
        return [(name, server) for name, server in pairs if server is not None]
