"""A server to talk to over TLS, and a provider that trusts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from oncall_portal.lib.env import VonageConfig
from telephony.emulator.certificates import TlsFiles, make_tls
from telephony.vonage import client
from telephony.vonage.client import VonageProvider
from telephony.vonage.tests.scripted import ScriptedServer
from telephony.vonage.transport import Limits


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(tls: TlsFiles) -> Iterator[ScriptedServer]:
    with ScriptedServer(tls) as running:
        yield running


@pytest.fixture
def config(server: ScriptedServer) -> VonageConfig:
    assert settings.VONAGE is not None
    return replace(settings.VONAGE, api_host=server.host, ca_bundle=str(server.tls.ca))


@pytest.fixture
def provider(config: VonageConfig) -> VonageProvider:
    return VonageProvider(config)


@pytest.fixture
def missing(tmp_path: Path) -> str:
    return str(tmp_path / "nothing.pem")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "API_LIMITS", Limits(read_s=0.2, total_s=0.4, max_bytes=10_000))
    monkeypatch.setattr(client, "RECORDING_READ_S", 0.2)
    monkeypatch.setattr(client, "RECORDING_TOTAL_S", 0.4)
