"""Asks the emulated platform, through its remote control, what happens on its telephones."""

from __future__ import annotations

import ipaddress
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from oncall_portal.lib.env import VonageConfig

TIMEOUTS_S = (1.0, 3.0)


class EmulatorAway(Exception):
    """Nothing that understands us answered; the words are for the log."""


class EmulatorRefused(Exception):
    """The emulator could not do what was asked, as when a telephone no longer rings."""


def is_emulated(config: VonageConfig) -> bool:
    """Tell whether the platform is one on this machine: only there may anybody play telephones."""
    host = urlsplit(f"//{config.api_host}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class EmulatorClient:
    """One visit to the emulator, in a `with` block; every method may raise EmulatorAway.

    Numbers are E.164; the emulator has them without the plus sign.
    """

    def __init__(self, config: VonageConfig) -> None:
        self._address = f"https://{config.api_host}/emulator/"
        self._session = requests.Session()
        # A proxy or .netrc of the environment must never see the token of this machine's emulator.
        self._session.trust_env = False
        self._session.verify = config.ca_bundle or True
        self._session.headers["Authorization"] = f"Bearer {config.signature_secrets[0]}"

    def __enter__(self) -> EmulatorClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def place_call(self, caller: str, to: str) -> str:
        """Let `caller` ("" withholds the number) dial `to`; return the id of the call.

        The caller does nothing of its own accord: keys and hanging up are the user's.
        """
        body = {"from": caller or "anonymous", "to": to, "ends_message_with": None}
        return str(self._ask("POST", "calls", body)["id"])

    def call(self, call_id: str) -> dict[str, Any] | None:
        """Return a call as its caller sees it; None when the emulator knows no such call."""
        try:
            return self._ask("GET", f"calls/{quote(call_id, safe='')}")
        except EmulatorRefused:
            return None

    def on_call(self, call_id: str, **act: object) -> None:
        """Press a key or hang up for the caller; raises EmulatorRefused."""
        self._ask("PUT", f"calls/{quote(call_id, safe='')}", act)

    def phone(self, number: str) -> dict[str, Any]:
        """Return what a telephone does, will do and has heard."""
        return self._ask("GET", _phone(number))

    def on_phone(self, number: str, **act: object) -> None:
        """Answer, decline, press, hang up, or set the behaviour; raises EmulatorRefused."""
        self._ask("PUT", _phone(number), act)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._session.request(
                method, self._address + path, json=body, timeout=TIMEOUTS_S, allow_redirects=False
            )
            found: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise EmulatorAway(type(error).__name__) from error
        if answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
            raise EmulatorRefused
        if not answer.ok:
            raise EmulatorAway(f"HTTP {answer.status_code}")
        return found


def _phone(number: str) -> str:
    return f"phones/{quote(number.removeprefix('+'), safe='')}"
