"""A TLS server on loopback that does with each request whatever a test says."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from telephony.emulator.certificates import TlsFiles


@dataclass(frozen=True)
class Request:
    """One request as it came: the first line, headers in lower case, the body."""

    line: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[socket.socket, Request], None]


def says(status: int, body: Any = None, **headers: str) -> Answer:
    """Answer with a status and, as JSON or as it is, a body."""
    content = (
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    )
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    raw = "\r\n".join([*lines, "", ""]).encode() + content
    return sends(raw)


def sends(raw: bytes) -> Answer:
    """Send these bytes and close."""
    return lambda connection, request: connection.sendall(raw)


def closes(connection: socket.socket, request: Request) -> None:
    """Read the request and close without a word."""


def resets(connection: socket.socket, request: Request) -> None:
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def waits(connection: socket.socket, request: Request) -> None:
    connection.recv(1)


def trickles(head: bytes) -> Answer:
    """Send a piece of the body again and again, always before the read time-out."""

    def answer(connection: socket.socket, request: Request) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b" ")
            time.sleep(0.02)

    return answer


@dataclass
class ScriptedServer:
    """Use in a `with` block; `answer` may be changed at any time, `requests` is what came."""

    tls: TlsFiles
    answer: Answer = closes
    shakes_hands: bool = True
    stays_open: bool = False
    connections: int = 0
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> ScriptedServer:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(str(self.tls.certificate), str(self.tls.key))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        try:
            if not self.shakes_hands:
                connection.recv(1_000_000)
                self.answer(connection, Request("", {}, b""))
                return
            with self._context.wrap_socket(connection, server_side=True) as secure:
                self.connections += 1
                self._answer(secure)
                while self.stays_open:
                    self._answer(secure)
        except OSError:
            return
        finally:
            connection.close()

    def _answer(self, connection: socket.socket) -> None:
        request = _read(connection)
        self.requests.append(request)
        self.answer(connection, request)


def _read(connection: socket.socket) -> Request:
    with connection.makefile("rb") as stream:
        line = stream.readline().decode().strip()
        if not line:
            raise ConnectionResetError
        headers = {}
        while text := stream.readline().decode().strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        return Request(line, headers, stream.read(int(headers.get("content-length", 0))))
