"""How a webhook reaches the portal: over HTTP, in the process, or a way of its own per host."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import requests

logger = logging.getLogger(__name__)


class TransportError(Exception):
    """The request got no response."""

    reason = "Connection closed."
    is_retryable = True


class TransportTimeout(TransportError):
    """Connecting or waiting for the response took too long."""

    reason = "Socket timeout."


class TransportClosed(TransportError):
    """The connection was refused, closed or reset before a response came."""


class TransportBroken(TransportError):
    """TLS failed or the URL is no URL: the platform does not try again."""

    is_retryable = False


@dataclass(frozen=True)
class Response:
    """What the portal answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Transport(Protocol):
    """Delivers one request; raises TransportError when there is no response."""

    def deliver(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Response: ...


class HttpTransport:
    """Real HTTP(S): one connection each, no redirects, no proxy; only `ca_bundle` is trusted if
    given."""

    CONNECT_TIMEOUT_S = 1.0

    def __init__(self, ca_bundle: str | None = None) -> None:
        self._verify: bool | str = ca_bundle or True

    def deliver(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Response:
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(
                    method,
                    url,
                    headers=dict(headers),
                    data=body or None,
                    timeout=(self.CONNECT_TIMEOUT_S, timeout_s),
                    allow_redirects=False,
                    verify=self._verify,
                )
        except requests.Timeout as error:
            raise TransportTimeout(str(error)) from error
        except requests.exceptions.SSLError as error:
            raise TransportBroken(str(error)) from error
        except requests.ConnectionError as error:
            raise TransportClosed(str(error)) from error
        except requests.RequestException as error:
            raise TransportBroken(str(error)) from error
        lowered = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status_code, lowered, answer.content)


class WsgiTransport:
    """Calls a WSGI application in this process; what it raises becomes a 500, as in a server."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.errors: list[Exception] = []

    def deliver(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Response:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, fields: list[tuple[str, str]], exc: Any = None) -> Any:
            started[:] = [(status, fields)]
            return lambda data: None

        try:
            chunks: Iterable[bytes] = self._application(
                _environ(method, url, headers, body), start_response
            )
            content = b"".join(chunks)
            if hasattr(chunks, "close"):
                chunks.close()
        except TransportError:
            raise
        except Exception as error:
            logger.exception("portal_raised path=%s", urlsplit(url).path)
            self.errors.append(error)
            return Response(500, {}, repr(error).encode())
        status, fields = started[0]
        lowered = {name.lower(): value for name, value in fields}
        return Response(int(status.split(" ", 1)[0]), lowered, content)


class HostTransport:
    """Sends each host its own way: `{"static.test": StaticFile(...)}`, all else `otherwise`."""

    def __init__(self, hosts: Mapping[str, Transport], otherwise: Transport) -> None:
        self._hosts = hosts
        self._otherwise = otherwise

    def deliver(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Response:
        way = self._hosts.get(urlsplit(url).hostname or "", self._otherwise)
        return way.deliver(method, url, headers, body, timeout_s)


class StaticFile:
    """A host that serves one file, whatever is asked: a static fallback NCCO, a piece of music."""

    def __init__(self, body: bytes, content_type: str = "application/json") -> None:
        self._response = Response(200, {"content-type": content_type}, body)

    def deliver(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Response:
        return self._response


def _environ(method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path or "/"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
