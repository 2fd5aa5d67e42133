"""The API over TLS on loopback, with connections that fail on demand."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from telephony.emulator.api import Api, ApiResponse
from telephony.emulator.platform import Platform

_MAX_BODY = 1_000_000
Handle = Callable[[str, str, Mapping[str, str], bytes], ApiResponse]


class EmulatorServer:
    """Serves a platform; use it in a `with` block, or `start` and `stop`."""

    def __init__(
        self,
        platform: Platform,
        certificate: Path | str,
        key: Path | str,
        *,
        port: int = 0,
        control: Handle | None = None,
    ) -> None:
        api = Api(platform)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.daemon_threads = True
        self._server.api = api.handle
        self._server.control = control
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(certificate), str(key))
        self._server.context = context
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="emulator-api", daemon=True
        )
        self.port: int = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        platform.api_url = f"https://{self.host}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._server.drop_connections()
        self._thread.join()

    def __enter__(self) -> EmulatorServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    api: Handle
    control: Handle | None
    context: ssl.SSLContext

    def __init__(self, *args: Any) -> None:
        self.stopping = threading.Event()
        self._open: set[ssl.SSLSocket] = set()
        super().__init__(*args)

    def drop_connections(self) -> None:
        """Break what clients keep alive, so that nothing is served after the end."""
        self.stopping.set()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the connection's own thread, so that a slow handshake stops nobody else.
        request.settimeout(60)
        try:
            wrapped = self.context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        self._open.add(wrapped)
        try:
            super().finish_request(wrapped, client_address)
        finally:
            self._open.discard(wrapped)
            wrapped.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a body waits 40 ms for the acknowledgement of its headers
    server: _Server

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PUT = do_DELETE = do_GET

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, _MAX_BODY))
        headers = {name.lower(): value for name, value in self.headers.items()}
        handle = self.server.api
        if self.server.control and self.path.startswith("/emulator/"):
            handle = self.server.control
        response = handle(self.command, self.path, headers, body)
        if response.fault and response.fault.startswith(("timeout", "closed")):
            self._lose(waits=response.fault.startswith("timeout"))
            return
        self.send_response(response.status)
        if response.status != 204:
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def _lose(self, *, waits: bool) -> None:
        """Never answer: until the client gives up, or by closing at once."""
        self.close_connection = True
        connection: socket.socket = self.connection
        while waits and not self.server.stopping.is_set():
            readable, _, _ = select.select([connection], [], [], 0.1)
            if readable:
                break

    def log_message(self, format: str, *args: Any) -> None:
        """The platform's own log tells more."""
