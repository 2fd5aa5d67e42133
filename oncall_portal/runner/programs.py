"""The processes of the portal and their command lines."""

from __future__ import annotations

import sys

from oncall_portal.runner.children import Spec
from oncall_portal.runner.decide import Decision, Emulator


def phone_path(decision: Decision) -> list[Spec]:
    """Return what a call needs: web server, watchdog, and the platform where it is emulated."""
    emulator = decision.emulator
    specs = [_emulator(emulator, decision.config.public_url)] if emulator else []
    specs.append(_web(decision.config.port))
    specs.append(Spec("watchdog", (sys.executable, "manage.py", "watchdog")))
    return specs


def helpers(decision: Decision) -> list[Spec]:
    """Return what may be late: the worker and the clock that gives it work."""
    celery = (sys.executable, "-m", "celery", "-A", "oncall_portal")
    quiet = ("--without-gossip", "--without-mingle", "--loglevel=INFO")
    return [
        Spec("worker", (*celery, "worker", "--concurrency=2", *quiet)),
        Spec("beat", (*celery, "beat", "--pidfile=", "--loglevel=INFO")),
    ]


def _web(port: int) -> Spec:
    options = {
        "--interface": "wsgi",
        "--host": "127.0.0.1",
        "--port": str(port),
        "--workers": "1",
        "--blocking-threads": "8",
        "--workers-kill-timeout": "8",
    }
    words = [word for name, value in options.items() for word in (name, value)]
    target = "oncall_portal.wsgi:application"
    return Spec("web", (sys.executable, "-m", "granian", *words, target))


def _emulator(emulator: Emulator, portal_url: str) -> Spec:
    files = emulator.files
    options = {
        "--port": str(emulator.port),
        "--certificate": str(files.certificate),
        "--key": str(files.certificate_key),
        "--application-public-key": str(files.public_key),
        "--portal-url": portal_url,
    }
    words = [word for name, value in options.items() for word in (name, value)]
    return Spec("emulator", (sys.executable, "-m", "telephony.emulator", *words))
