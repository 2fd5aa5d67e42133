"""A real field-service system on this machine, whose answers a test chooses."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from telephony.emulator.certificates import TlsFiles


@dataclass
class FieldService:
    """What it was told, in order; it answers `statuses` by turns, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    says: bytes = b""

    def events(self) -> list[str]:
        """Return the events told, by their header."""
        return [headers["X-Oncall-Event"] for headers, _body in self.told]


@contextmanager
def running(tls: TlsFiles | None = None) -> Iterator[FieldService]:
    """Listen on a free port of loopback, with TLS where there are files for it."""
    system = FieldService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            system.told.append((dict(self.headers), body))
            self.send_response(system.statuses.pop(0) if system.statuses else 200)
            for name, value in system.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(system.says)))
            self.end_headers()
            self.wfile.write(system.says)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    system.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/jobs?tenant=1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
