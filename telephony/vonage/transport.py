"""HTTPS as the client needs it: bounded in time and size, sent once, and sent or not sent."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

CONNECT_TIMEOUT_S = 1.0
_CHUNK = 65536


class NotSent(Exception):
    """No connection came about (name, route, refusal, TLS), so nothing of the request was sent."""


class NoAnswer(Exception):
    """The request may have been carried out, but no whole answer came in time."""


class TooBig(NoAnswer):
    """The answer, with this HTTP status, is longer than the limit."""

    def __init__(self, status: int) -> None:
        super().__init__("too big")
        self.status = status


@dataclass(frozen=True)
class Limits:
    """Bounds of one answer: seconds between two pieces of it, seconds in all, bytes."""

    read_s: float
    total_s: float
    max_bytes: int


def new_session(ca_bundle: str | None, limits: Limits) -> requests.Session:
    """Return a session that trusts only `ca_bundle` (a path) when there is one.

    Use it for one request, or for several that follow at once: a connection that stood idle may be
    dead on the other side, and a dial lost on it would count as "perhaps performed". Its requests
    raise NotSent or NoAnswer, and no error of requests or urllib3.
    """
    session = _Session()
    # The environment stays out of it: a .netrc would replace our token, REQUESTS_CA_BUNDLE our
    # trust, and a proxy would be sent requests that are meant for this machine.
    session.trust_env = False
    session.verify = ca_bundle or True
    session.headers["Accept-Encoding"] = "identity"
    session.adapters.clear()
    session.mount("https://", _Adapter(limits))
    return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow nothing: a redirect would carry our token to whatever host it names."""


class _Connection(HTTPSConnection):
    def connect(self) -> None:
        # urllib3 reports a TLS handshake that times out like a lost answer; here it is still known
        # that nothing was sent. A bad host name is a ValueError.
        try:
            super().connect()
        except (OSError, HTTPError, ValueError) as error:
            raise NotSent(type(error).__name__) from error


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    """Every request of the session passes here, those that the SDK makes without limits too."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        deadline = time.monotonic() + self._limits.total_s
        kwargs |= {"stream": True, "timeout": (CONNECT_TIMEOUT_S, self._limits.read_s)}
        try:
            response = super().send(request, *args, **kwargs)
            response.raw = io.BytesIO(self._whole(response.raw, deadline))
        except (requests.RequestException, HTTPError) as error:
            raise NoAnswer(type(error).__name__) from error
        except OSError as error:  # the CA bundle is not there
            raise NotSent(type(error).__name__) from error
        return response

    def _whole(self, raw: BaseHTTPResponse, deadline: float) -> bytes:
        """Read piece by piece: a read of a fixed size waits as long as anything trickles in."""
        body = bytearray()
        try:
            while chunk := raw.read1(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._limits.max_bytes:
                    raise TooBig(raw.status)
                if time.monotonic() > deadline:
                    raise NoAnswer(f"not whole after {self._limits.total_s} s")
        finally:
            raw.close()
        return bytes(body)
