"""Runs the whole portal on one machine: starts it in order, keeps it alive, stops it cleanly."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.parse import urlsplit

from oncall_portal.lib import env
from oncall_portal.runner import children, credentials, places, terminal
from oncall_portal.runner.children import Child, Spec
from oncall_portal.runner.decide import Decision, decide
from oncall_portal.runner.errors import RunnerError
from oncall_portal.runner.logs import rotate
from oncall_portal.runner.messages import compile_messages
from oncall_portal.runner.preparation import Preparation
from oncall_portal.runner.processes import ProcessId
from oncall_portal.runner.programs import helpers, phone_path
from oncall_portal.runner.servers import Servers
from oncall_portal.runner.terminal import say

TICK_S = 0.1
SERVERS_EVERY_S = 1.0
ROTATE_EVERY_S = 10.0
READY_S = 90.0
SAME_GESTURE_S = 2.0


@dataclass
class Supervisor:
    """One start of the portal in the checkout `base`, from `given` settings."""

    base: Path
    given: Mapping[str, str]
    stopping: bool = False
    asked_at: float = 0.0
    hurry: bool = False
    children: list[Child] = field(default_factory=list)
    alive: dict[str, ProcessId] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def var(self) -> Path:
        return self.base / "var"

    def run(self) -> None:
        """Keep the portal running until SIGTERM or SIGINT; raise RunnerError or ConfigError."""
        began = time.monotonic()
        for folder in ("run", "log"):
            (self.var / folder).mkdir(parents=True, exist_ok=True)
        with self._alone():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, self._on_signal)
            self._run_alone(began)

    def _alone(self) -> IO[bytes]:
        lock = places.open_lock(self.var / ".lock")
        if not places.try_lock(lock):
            where = self.var / "run" / "address"
            address = where.read_text() if where.exists() else "it is still starting"
            raise RunnerError(f"The portal already runs in this folder ({address}).")
        return lock

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Stop; hurry when asked again. One Ctrl-C may come twice, also through make."""
        now = time.monotonic()
        if not self.stopping:
            self.stopping, self.asked_at = True, now
        elif now - self.asked_at > SAME_GESTURE_S:
            self.hurry = True

    def _run_alone(self, began: float) -> None:
        secrets = credentials.load_or_make(self.var / "secrets.json")
        decision = decide(self.given, secrets, self.base)
        mark = places.short_hash(self.var)
        if ended := children.end_orphans(self._record, mark):
            say("runner", f"ended {ended} processes that an earlier start left behind")
        _check_port_free(decision.config.port)
        servers = Servers.of(decision, self.var)
        try:
            self._decided(decision, servers.start(), mark)
            self._start_in_order(decision, secrets, servers, began)
            self._keep(servers)
        finally:
            self._stop(servers)

    def _start_in_order(
        self,
        decision: Decision,
        secrets: credentials.Credentials,
        servers: Servers,
        began: float,
    ) -> None:
        """Start what a call needs as soon as the database allows, then the rest."""
        compile_messages(self.base / "oncall_portal" / "locale")
        prepared = Preparation(self.base, servers.database)
        facts: Mapping[str, str] = {}
        if not prepared.is_current():
            facts = self._prepare(decision, secrets, prepared)
        self._start_children(phone_path(decision))
        self._wait_until_ready(decision)
        seconds = time.monotonic() - began
        facts = facts or self._prepare(decision, secrets, prepared)
        self._start_children(helpers(decision))
        if not self.stopping:
            self._show(decision, secrets, facts, seconds)

    def _decided(self, decision: Decision, addresses: Mapping[str, str], mark: str) -> None:
        """Fix the environment of the children, and write it down for commands in other shells."""
        settings = {**decision.settings, **addresses}
        lines = [f"{name}={settings[name]}\n" for name in sorted(settings)]
        places.write_private(self.base / env.DECIDED, "".join(lines))
        (self.var / "run" / "address").write_text(decision.config.public_url)
        own = {name: value for name, value in os.environ.items() if name not in env.KNOWN}
        self.environ = {
            **own,
            **settings,
            env.ONLY_ENVIRONMENT: "1",
            children.MARK: mark,
            "DJANGO_SETTINGS_MODULE": "oncall_portal.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def _prepare(
        self, decision: Decision, secrets: credentials.Credentials, prepared: Preparation
    ) -> Mapping[str, str]:
        """Migrate, load the demo, make the first login; return what is to be shown."""
        environ = {**self.environ, "ONCALL_ADMIN_PASSWORD": secrets.admin_password}
        marker = self.var / "demo-loaded" if decision.emulator else None
        process = prepared.start(environ, marker)
        while process.poll() is None and not self.stopping:
            self._tend(time.monotonic())
            time.sleep(TICK_S)
        if self.stopping:
            process.kill()
            process.communicate()
            return {}
        return prepared.finish(process)

    def _start_children(self, specs: list[Spec]) -> None:
        for spec in specs:
            if not self.stopping:
                child = Child(spec, self.base, self.var / "log")
                self.children.append(child)
                self._start(child)

    def _start(self, child: Child) -> None:
        started = child.start(self.environ, time.monotonic())
        self.alive[child.spec.name] = started
        children.record(self._record, self.alive.values())
        say(child.spec.name, f"started (process {started.pid})")

    @property
    def _record(self) -> Path:
        return self.var / "run" / "children.json"

    def _wait_until_ready(self, decision: Decision) -> None:
        last = time.monotonic() + READY_S
        while not self.stopping and not _is_ready(decision.config):
            if time.monotonic() > last:
                raise RunnerError(
                    f"The web server is not ready after {READY_S:g} s; see var/log/web.log."
                )
            self._tend(time.monotonic())
            time.sleep(TICK_S)

    def _keep(self, servers: Servers) -> None:
        """Tend the children and our servers until a signal comes."""
        servers_due = rotation_due = 0.0
        while not self.stopping:
            now = time.monotonic()
            self._tend(now)
            if now >= servers_due:
                servers_due = now + SERVERS_EVERY_S
                self._adopt(servers.revive(now))
            if now >= rotation_due:
                rotation_due = now + ROTATE_EVERY_S
                rotate(self.var / "log")
            time.sleep(TICK_S)

    def _tend(self, now: float) -> None:
        for child in self.children:
            if words := child.check(now):
                say(child.spec.name, words)
            elif child.is_due(now):
                self._start(child)

    def _adopt(self, addresses: Mapping[str, str]) -> None:
        """Start the children anew when a server came back at another address."""
        if all(self.environ.get(name) == value for name, value in addresses.items()):
            return
        self.environ.update(addresses)
        lines = [f"{name}={self.environ[name]}\n" for name in sorted(env.KNOWN & {*self.environ})]
        places.write_private(self.base / env.DECIDED, "".join(lines))
        for child in self.children:
            child.ask_to_stop()

    def _show(
        self,
        decision: Decision,
        secrets: credentials.Credentials,
        facts: Mapping[str, str],
        seconds: float,
    ) -> None:
        url = decision.config.public_url
        password = secrets.admin_password if facts["login"] != "changed" else "(as you changed it)"
        rows = [("Portal", f"{url}/admin/"), ("Login", f"admin   {password}")]
        if decision.emulator is not None:
            rows.append(("Phones", f"{url}/phones/"))
        if facts["number"]:
            rows.append(("Call", facts["number"]))
        if decision.mail_folder is not None:
            rows.append(("Mail", f"files in {decision.mail_folder}"))
        rows.append(("Logs", str(self.var / "log")))
        terminal.show("\n".join(f"  {name:<8} {value}" for name, value in rows))
        say("runner", f"ready in {seconds:.1f} s; Ctrl-C stops everything")

    def _stop(self, servers: Servers) -> None:
        """Stop all: the helpers and the phone path together, then the servers they use."""
        self.stopping = True
        for child in reversed(self.children):
            child.ask_to_stop()
        last = {child.spec.name: time.monotonic() + child.spec.grace_s for child in self.children}
        for child in reversed(self.children):
            while not self.hurry and child.is_alive() and time.monotonic() < last[child.spec.name]:
                time.sleep(TICK_S)
            in_time = child.finish()
            say(child.spec.name, "stopped" if in_time else "did not stop in time; killed")
        servers.stop()
        for left in (self._record, self.base / env.DECIDED, self.var / "run" / "address"):
            left.unlink(missing_ok=True)


def _check_port_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise RunnerError(
                f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}); stop the program"
                " that has it, or choose another with PORT=8001 make run."
            ) from error


def _is_ready(config: env.Config) -> bool:
    """Ask the web server whether calls can be routed, under the name that it answers to."""
    host = urlsplit(config.public_url).netloc
    connection = http.client.HTTPConnection("127.0.0.1", config.port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
