"""The emulator as a process of its own: `python -m telephony.emulator`, in real time."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telephony.emulator import Answers, Application, EmulatorServer, HttpTransport, Platform
from telephony.emulator.control import Control

_HISTORY = 2000
_STOPPING = (signal.SIGTERM, signal.SIGINT)
_SECRETS = ("VONAGE_APPLICATION_ID", "VONAGE_API_KEY", "VONAGE_SIGNATURE_SECRET")


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    options = _parser().parse_args(arguments)
    if missing := [name for name in _SECRETS if not os.environ.get(name)]:
        return _fail(f"set {', '.join(missing)} in the environment")
    try:
        platform = Platform(
            _application(options), transport=HttpTransport(options.portal_ca), history=_HISTORY
        )
        server = EmulatorServer(
            platform,
            options.certificate,
            options.key,
            port=options.port,
            control=Control(platform).handle,
        )
    except (OSError, ValueError) as error:
        return _fail(str(error))
    platform.default_behaviour = Answers(after_s=6, presses=["1"], press_after_s=3)
    platform.listeners.append(log_line)
    # Held back in every thread, and fetched below: a handler that wakes a waiting main thread by an
    # Event is run too late, or never, when the signal comes just as that thread begins to wait.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    platform.start()
    server.start()
    log_line("listening", {"host": server.host})
    signal.sigwait(_STOPPING)
    server.stop()
    platform.stop()
    log_line("stopped", {})
    return 0


def log_line(what: str, fields: dict[str, Any]) -> None:
    """Write one JSON line to stderr; numbers are masked."""
    shown = {key: mask(value) if key == "number" else value for key, value in fields.items()}
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": what, **shown}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()


def mask(number: str) -> str:
    """Keep the first three and the last two digits."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) > 5 else "***"


def _application(options: argparse.Namespace) -> Application:
    portal = options.portal_url.rstrip("/")
    return Application(
        id=os.environ["VONAGE_APPLICATION_ID"],
        public_key_pem=Path(options.application_public_key).read_text(),
        api_key=os.environ["VONAGE_API_KEY"],
        signature_secret=os.environ["VONAGE_SIGNATURE_SECRET"],
        answer_url=f"{portal}/voice/answer",
        event_url=f"{portal}/voice/event",
        fallback_url=f"{portal}/voice/fallback",
        inbound_url=f"{portal}/messages/inbound",
        status_url=f"{portal}/messages/status",
        numbers={each.lstrip("+") for each in options.numbers} if options.numbers else None,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m telephony.emulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certificate", required=True, help="PEM file of the API's certificate")
    parser.add_argument("--key", required=True, help="PEM file of its key")
    parser.add_argument(
        "--application-public-key", required=True, help="PEM file: who may use the API"
    )
    parser.add_argument("--portal-url", required=True, help="where the webhooks go")
    parser.add_argument("--portal-ca", help="PEM file of what signed the portal's certificate")
    parser.add_argument("--numbers", nargs="*", help="rented numbers; any number when left out")
    return parser


def _fail(reason: str) -> int:
    sys.stderr.write(f"emulator: {reason}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
