"""What the portal asks of a telephone platform, in neutral words; `telephony.vonage` answers."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from django.conf import settings


class ProviderError(Exception):
    """The platform did not do what was asked.

    `permanent`: asking again would not help (refused). `performed_unknown`: the request may have
    been carried out although no answer came (time-out, closed connection, 5xx on a creation), so
    a dial must not be repeated. `retry_after_s`: wait at least this long before asking again.
    The text never holds a full phone number or a secret.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        performed_unknown: bool = False,
        retry_after_s: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.performed_unknown = performed_unknown
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class LegFacts:
    """What the platform says of a leg: its id, whether it still lives, where it is."""

    uuid: str
    live: bool
    conversation: str
    status: str


@dataclass(frozen=True)
class Audio:
    """A recording as fetched: the bytes and the type that the platform claims."""

    content: bytes
    content_type: str


class Provider(Protocol):
    """The requests that the portal makes; every one ends within a bounded time (seconds)."""

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
        """Ring `to` (E.164), showing `caller_id` (one of ours), and return the platform's leg id.

        `script` is what the person hears on picking up, in the platform's own form. Raises
        ProviderError; `performed_unknown` when the phone may be ringing all the same.
        """

    def hang_up(self, uuid: str, *, api_host: str) -> None:
        """End a leg, ringing or not; a leg that is already gone is fine. Raises ProviderError."""

    def transfer(self, uuid: str, *, url: str, api_host: str) -> None:
        """Make a leg fetch new instructions from `url`. Raises ProviderError (gone: permanent)."""

    def leg(self, uuid: str, *, api_host: str) -> LegFacts | None:
        """Return what the platform knows of a leg, None if nothing. Raises ProviderError."""

    def send_text(self, *, sender: str, to: str, text: str, reference: str) -> str:
        """Send a text from `sender` (one of ours) to `to` (E.164); return the platform's id of it.

        `reference` (at most 100 characters) comes back in its status reports. Raises ProviderError;
        `performed_unknown` when it may be on its way all the same.
        """

    def fetch_recording(self, url: str, *, max_bytes: int) -> Audio:
        """Download a recording from the platform's own hosts only. Raises ProviderError."""


_provider: Provider | None = None
_making = Lock()


def get_provider() -> Provider:
    """Return this process's provider, made when first asked for; threads may share it.

    Raises RuntimeError when no platform is configured, ConfigError when its key is no key.
    """
    global _provider
    with _making:
        if _provider is None:
            if settings.VONAGE is None:
                raise RuntimeError("No telephone platform is configured: set the VONAGE_ settings.")
            # The SDK takes half a second to import; most processes and commands never call anybody.
            from telephony.vonage.client import VonageProvider  # noqa: PLC0415 - slow, and a cycle

            _provider = VonageProvider(settings.VONAGE)
        return _provider


def set_provider(provider: Provider | None) -> None:
    """Use `provider` from now on in this process; None goes back to the configured platform."""
    global _provider
    with _making:
        _provider = provider
