"""An emulated platform with its remote control, which the portal of the tests is pointed at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings as django_settings

from oncall_portal.lib.env import VonageConfig
from telephony.emulator import (
    Application,
    EmulatorServer,
    Platform,
    TlsFiles,
    VirtualClock,
    make_tls,
)
from telephony.emulator.control import Control
from telephony.emulator.transport import StaticFile
from tests import cast
from tests.cast import ALICE


@pytest.fixture(scope="session")
def desk_tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    """Throw-away certificates."""
    return make_tls(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def platform(desk_tls: TlsFiles, settings: Any) -> Iterator[Platform]:
    """A platform that our pages ask; another portal connects its callers with Alice."""
    base = django_settings.VONAGE
    assert base is not None
    alice = {"type": "phone", "number": ALICE.lstrip("+")}
    connect = {"action": "connect", "from": cast.LINE.lstrip("+"), "endpoint": [alice]}
    other = StaticFile(json.dumps([{"action": "talk", "text": "One moment"}, connect]).encode())
    made = Platform(_application(base), clock=VirtualClock(cast.START), transport=other)
    control = Control(made).handle
    with EmulatorServer(made, desk_tls.certificate, desk_tls.key, control=control) as server:
        settings.VONAGE = replace(base, api_host=server.host, ca_bundle=str(desk_tls.ca))
        yield made


def _application(config: VonageConfig) -> Application:
    public = load_pem_private_key(config.private_key.encode(), None).public_key()
    return Application(
        id=config.application_id,
        public_key_pem=public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ).decode(),
        api_key=config.api_key,
        signature_secret=config.signature_secrets[0],
        answer_url="https://portal.test/voice/answer",
        event_url="https://portal.test/voice/event",
        fallback_url="https://portal.test/voice/fallback",
    )
