"""A tiny portal and a platform around it: what every test of the emulator starts from."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from telephony.emulator import Application, Platform, Switches, VirtualClock, WsgiTransport
from telephony.emulator.api import Api

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINE = "33180000000"
CALLER = "33699999999"
ANNA = "33612345601"
BEN = "33612345602"
PORTAL = "https://portal.test"
SECRET = "0123456789abcdef0123456789abcdef"
APPLICATION_ID = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"

Answer = Any | Callable[["Request"], Any]


@dataclass(frozen=True)
class Request:
    """What the portal received."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Portal:
    """A WSGI application that answers each path as told: an NCCO, a status, or a function."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def on(self, path: str, answer: Answer) -> None:
        """Answer `path` with an NCCO (list), an HTTP status (int), bytes (audio) or f(request)."""
        self.answers[path] = answer

    def got(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def statuses(self, uuid: str | None = None) -> list[str]:
        """The statuses of all events in the order received, of one leg if given."""
        events = [request.json for request in self.got("/voice/event")]
        return [e["status"] for e in events if "status" in e and uuid in (None, e["uuid"])]

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            environ["QUERY_STRING"],
            {key: value for key, value in environ.items() if key.startswith("HTTP_")},
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)),
        )
        self.requests.append(request)
        answer = self.answers.get(request.path, 204)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, int):
            start(f"{answer} Status", [])
            return [b""]
        if isinstance(answer, bytes):
            start("200 OK", [("Content-Type", "audio/wav")])
            return [answer]
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


@functools.cache
def keys() -> tuple[str, str]:
    """Return the application's private and public key, PEM; made once."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return (
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    )


def application(**changes: Any) -> Application:
    values: dict[str, Any] = {
        "id": APPLICATION_ID,
        "public_key_pem": keys()[1],
        "api_key": "abcd1234",
        "signature_secret": SECRET,
        "answer_url": f"{PORTAL}/voice/answer",
        "event_url": f"{PORTAL}/voice/event",
        "fallback_url": f"{PORTAL}/voice/fallback",
        "inbound_url": f"{PORTAL}/messages/inbound",
        "status_url": f"{PORTAL}/messages/status",
        "numbers": {LINE},
    }
    return Application(**{**values, **changes})


@dataclass
class Bench:
    """A platform in virtual time and the portal that it calls."""

    portal: Portal
    platform: Platform
    api: Api

    def dial(self, to: str = ANNA, ncco: Any = None, **body: Any) -> str:
        """Create a call as the API would; returns the leg's uuid."""
        status, answer = self.request(
            "POST",
            "/v1/calls",
            {
                "to": [{"type": "phone", "number": to}],
                "from": {"type": "phone", "number": LINE},
                "ncco": ncco if ncco is not None else [talk("Hello")],
                **body,
            },
        )
        assert status == 201, answer
        uuid: str = answer["uuid"]
        return uuid

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Ask the API without a socket, authorised unless `authorization` says otherwise."""
        sent = {"authorization": f"Bearer {token(self.platform)}", **headers}
        raw = b"" if body is None else json.dumps(body).encode()
        response = self.api.handle(method, path, sent, raw)
        return response.status, json.loads(response.body) if response.body else None

    def hang_up(self, uuid: str) -> int:
        return self.request("PUT", f"/v1/calls/{uuid}", {"action": "hangup"})[0]

    def transfer(self, uuid: str, **destination: Any) -> int:
        body = {"action": "transfer", "destination": {"type": "ncco", **destination}}
        return self.request("PUT", f"/v1/calls/{uuid}", body)[0]

    def call(self, **options: Any) -> Any:
        return self.platform.inbound_call(CALLER, LINE, **options)


def bench(switches: Switches | None = None, **changes: Any) -> Bench:
    """Build a platform and its portal; `changes` are fields of the application."""
    portal = Portal()
    platform = Platform(
        application(**changes),
        clock=VirtualClock(START),
        transport=WsgiTransport(portal),
        switches=switches or Switches(),
    )
    return Bench(portal, platform, Api(platform))


def token(platform: Platform, **changes: Any) -> str:
    """Return an application token of the platform's time, as the SDK makes it."""
    return _token(platform.clock.now(), **changes)


def signed_now() -> str:
    """Return an application token of the machine's time."""
    return _token(datetime.now(UTC))


def _token(moment: datetime, **changes: Any) -> str:
    now = int(moment.timestamp())
    claims = {"application_id": APPLICATION_ID, "iat": now, "exp": now + 900, "jti": "one"}
    return jwt.encode({**claims, **changes}, _private_key(), algorithm="RS256")


@functools.cache
def _private_key() -> Any:
    return serialization.load_pem_private_key(keys()[0].encode(), None)


def seconds(platform: Platform) -> float:
    """Virtual seconds since the start."""
    return (platform.clock.now() - START).total_seconds()


# -- NCCO actions


def talk(text: str, **more: Any) -> dict[str, Any]:
    return {"action": "talk", "text": text, **more}


def stream(path: str = "/hold.wav", **more: Any) -> dict[str, Any]:
    return {"action": "stream", "streamUrl": [f"{PORTAL}{path}"], **more}


def ask(path: str = "/key", **dtmf: Any) -> dict[str, Any]:
    return {
        "action": "input",
        "type": ["dtmf"],
        "dtmf": {"maxDigits": 1, "timeOut": 5, **dtmf},
        "eventUrl": [f"{PORTAL}{path}"],
    }


def record(**more: Any) -> dict[str, Any]:
    return {"action": "record", "endOnKey": "#", "eventUrl": [f"{PORTAL}/recording"], **more}


def notify(path: str = "/notify") -> dict[str, Any]:
    return {"action": "notify", "payload": {"step": 1}, "eventUrl": [f"{PORTAL}{path}"]}


def room(name: str = "room", **more: Any) -> dict[str, Any]:
    return {"action": "conversation", "name": name, **more}


def connect(number: str = ANNA, **more: Any) -> dict[str, Any]:
    endpoint = {"type": "phone", "number": number, **more.pop("endpoint", {})}
    return {"action": "connect", "from": LINE, "endpoint": [endpoint], **more}
