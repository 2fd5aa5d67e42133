"""The only place that asks anything of the platform: its SDK, wrapped against surprises."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt import PyJWTError
from vonage_http_client import Auth, HttpClient, HttpClientOptions
from vonage_http_client.errors import HttpRequestError
from vonage_utils.errors import VonageError

from oncall_portal.lib.env import ConfigError, VonageConfig
from telephony.provider import Audio, LegFacts, ProviderError
from telephony.vonage.hosts import allowed_host, trusted_url
from telephony.vonage.transport import Limits, NoAnswer, NotSent, TooBig, new_session

API_LIMITS = Limits(read_s=4, total_s=8, max_bytes=1_000_000)
RECORDING_READ_S = 10
RECORDING_TOTAL_S = 60
TOKEN_LIFE_S = 300
# In a rush one connection serves many requests of a thread: a handshake costs both sides more than
# the request. After so short a pause the other side has not given it up.
IDLE_S = 2.0
TOO_EARLY_S = 2.0  # a leg can neither be hung up nor transferred in its first moments: HTTP 400
TOO_MANY_S = 1.0  # three new calls a second
BUSY_S = 0.25  # fifteen other requests a second: a place is free again soon

_WRONG_KEY = (
    "VONAGE_PRIVATE_KEY_PATH: the file holds no RSA private key as the dashboard gives it; "
    "it begins with -----BEGIN PRIVATE KEY-----."
)
_WRONG_TEXT = frozenset({400, 404, 409, 413, 422})
_ENDED = frozenset(
    {"completed", "busy", "cancelled", "failed", "rejected", "timeout", "unanswered"}
)

# The SDK logs whole answers, where numbers stand, and tokens. Levels may change; a filter stays.
logging.getLogger("vonage").addFilter(lambda record: False)


class _Answered(ProviderError):
    """The platform answered with an error status."""

    def __init__(self, what: str, status: int, **facts: Any) -> None:
        super().__init__(f"{what}: HTTP {status}", **facts)
        self.status = status


class _Auth(Auth):  # type: ignore[misc]  # the SDK is not typed
    def __init__(self, application_id: str, private_key: str) -> None:
        super().__init__(application_id=application_id, private_key=private_key)
        # The SDK parses the text for each token, 44 ms of every request measured: once is enough.
        key = load_pem_private_key(private_key.encode(), None)
        self._jwt_client._private_key = key

    def create_jwt_auth_string(self) -> bytes:
        # The SDK's tokens live for 15 minutes from the machine's own time, which the platform
        # checks: a driven clock has no say here.
        expires = int(datetime.now(UTC).timestamp()) + TOKEN_LIFE_S
        token: bytes = self.generate_application_jwt({"exp": expires})
        return b"Bearer " + token


class VonageProvider:
    """The `Provider` that is Vonage. Safe to share: each thread has its own connection."""

    def __init__(self, config: VonageConfig) -> None:
        """Raises ConfigError when the private key is none that tokens can be signed with."""
        self._config = config
        self._kept = _Kept()
        try:
            self._auth = _Auth(config.application_id, config.private_key)
            self._auth.create_jwt_auth_string()
        except (VonageError, PyJWTError, ValueError, TypeError):
            raise ConfigError(_WRONG_KEY) from None

    def dial(
        self,
        *,
        to: str,
        caller_id: str,
        ring_seconds: int,
        event_url: str,
        script: list[dict[str, Any]],
        api_host: str,
    ) -> str:
        """Ring `to`; see `Provider.dial`."""
        # Not CreateCallRequest: it drops what it does not know (`mode`, `transcription`).
        request = {
            "to": [{"type": "phone", "number": to.removeprefix("+")}],
            "from": {"type": "phone", "number": caller_id.removeprefix("+")},
            "ringing_timer": ring_seconds,
            "event_url": [event_url],
            "event_method": "POST",
            "ncco": script,
        }
        answer = self._ask("dial", "POST", api_host, "/v1/calls", request)
        uuid = answer.get("uuid")
        if not isinstance(uuid, str) or not uuid:
            raise ProviderError("dial: no leg id", permanent=False, performed_unknown=True)
        return uuid

    def hang_up(self, uuid: str, *, api_host: str) -> None:
        """End a leg; see `Provider.hang_up`."""
        try:
            self._ask("hang_up", "PUT", api_host, _path(uuid), {"action": "hangup"})
        except _Answered as error:
            if error.status != 404:
                raise

    def transfer(self, uuid: str, *, url: str, api_host: str) -> None:
        """Make a leg fetch new instructions; see `Provider.transfer`."""
        destination = {"type": "ncco", "url": [url]}
        request = {"action": "transfer", "destination": destination}
        self._ask("transfer", "PUT", api_host, _path(uuid), request)

    def leg(self, uuid: str, *, api_host: str) -> LegFacts | None:
        """Return what is known of a leg; see `Provider.leg`."""
        # Not Voice.get_call: its model refuses some kinds of legs.
        try:
            answer = self._ask("leg", "GET", api_host, _path(uuid))
        except _Answered as error:
            if error.status == 404:
                return None
            raise
        status, conversation = answer.get("status"), answer.get("conversation_uuid")
        if not isinstance(status, str) or not status:
            raise ProviderError("leg: no status", permanent=False)
        return LegFacts(
            uuid=uuid,
            live=status not in _ENDED,
            conversation=conversation if isinstance(conversation, str) else "",
            status=status,
        )

    def send_text(self, *, sender: str, to: str, text: str, reference: str) -> str:
        """Send a text through the Messages API; see `Provider.send_text`.

        Permanent is only what is wrong with this text: credentials and credit are put right.
        """
        request = {
            "channel": "sms",
            "message_type": "text",
            "to": to.removeprefix("+"),
            "from": sender.removeprefix("+"),
            "text": text,
            "client_ref": reference,
        }
        try:
            answer = self._ask("send_text", "POST", "", "/v1/messages", request)
        except _Answered as error:
            error.permanent = error.status in _WRONG_TEXT
            raise
        uuid = answer.get("message_uuid")
        if not isinstance(uuid, str) or not uuid:
            raise ProviderError("send_text: no id", permanent=False, performed_unknown=True)
        return uuid

    def fetch_recording(self, url: str, *, max_bytes: int) -> Audio:
        """Download a recording; see `Provider.fetch_recording`.

        Only what can never succeed is permanent (another host, too big, gone): the platform keeps
        a message for 30 days, and a wrong key, a late file, a proxy that leads elsewhere can be put
        right in that time. No redirect is followed.
        """
        # Not Voice.download_recording: it sends our token to any address with "vonage.com" in it.
        trusted = trusted_url(url, self._config.api_host)
        if trusted is None:
            raise ProviderError("recording: not a host of the platform", permanent=True)
        limits = Limits(RECORDING_READ_S, RECORDING_TOTAL_S, max_bytes)
        headers = {"Authorization": self._auth.create_jwt_auth_string()}
        try:
            with new_session(self._config.ca_bundle, limits) as session:
                response = session.get(trusted, headers=headers)
        except TooBig as error:
            raise ProviderError("recording: too big", permanent=error.status == 200) from None
        except (NotSent, NoAnswer) as error:
            raise ProviderError(f"recording: {error}", permanent=False) from None
        if response.status_code != 200:
            gone = response.status_code == 410
            raise _Answered("recording", response.status_code, permanent=gone)
        return Audio(response.content, response.headers.get("Content-Type", ""))

    def _ask(
        self,
        what: str,
        method: str,
        api_host: str,
        path: str,
        request: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Make one request, once, and return the answer's object ({} when it has none).

        Causes are cut off everywhere: the SDK's errors hold the platform's whole answer.
        """
        host = allowed_host(api_host, self._config.api_host)
        try:
            answer = self._client().make_request(method, host, path, request)
        except HttpRequestError as error:
            raise _refusal(what, method, error.response.status_code) from None
        except NotSent as error:
            self._kept.drop()
            raise ProviderError(f"{what}: not sent, {error}", permanent=False) from None
        except NoAnswer as error:
            self._kept.drop()
            raise ProviderError(
                f"{what}: no answer, {error}",
                permanent=False,
                performed_unknown=method != "GET",
            ) from None
        self._kept.used_at = time.monotonic()
        return answer if isinstance(answer, dict) else {}

    def _client(self) -> HttpClient:
        """Return this thread's client: the SDK's keeps headers in itself, it must not be shared."""
        kept = self._kept
        if kept.client is None or time.monotonic() - kept.used_at > IDLE_S:
            kept.drop()
            kept.client = HttpClient(self._auth, HttpClientOptions(pool_maxsize=1, max_retries=0))
            # The SDK has no setting for a CA bundle, the connect time-out or redirects.
            kept.client._session = new_session(self._config.ca_bundle, API_LIMITS)
        return kept.client


class _Kept(threading.local):
    """The client of one thread, and when its connection was last used."""

    client: HttpClient | None = None
    used_at = 0.0

    def drop(self) -> None:
        """Close the connection."""
        if self.client is not None:
            self.client._session.close()
            self.client = None


def _path(uuid: str) -> str:
    """Return the path of a leg; ids come in webhooks, and must not lead to another path."""
    if not uuid.strip("."):
        raise ProviderError("no leg has such an id", permanent=True)
    return f"/v1/calls/{quote(uuid, safe='')}"


def _refusal(what: str, method: str, status: int) -> _Answered:
    if status == 429:
        return _Answered(
            what, status, permanent=False, retry_after_s=TOO_MANY_S if method == "POST" else BUSY_S
        )
    if status >= 500:
        return _Answered(what, status, permanent=False, performed_unknown=method != "GET")
    if status == 400 and method == "PUT":
        return _Answered(what, status, permanent=False, retry_after_s=TOO_EARLY_S)
    return _Answered(what, status, permanent=True)
