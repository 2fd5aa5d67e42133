"""The stage of the stories."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oncall_portal.outbox.tests.smtp import MailServer, running
from telephony.emulator import TlsFiles, make_tls
from tests import cast
from tests.story import Story, Teller, tls_folder, told
from tests.whole import whole as whole


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    """Throw-away certificates for the emulated platform."""
    return make_tls(tls_folder(tmp_path_factory.mktemp("story")))


@pytest.fixture
def people(transactional_db: None) -> cast.Cast:
    """The fixed cast, with nobody on duty yet."""
    return cast.create()


@pytest.fixture
def teller(people: cast.Cast, tls: TlsFiles) -> Teller:
    """Begins a story with switches, other hosts, or another fallback."""
    return functools.partial(told, tls)


@pytest.fixture
def story(people: cast.Cast, tls: TlsFiles) -> Iterator[Story]:
    """A story in which only the test decides what happens."""
    with told(tls) as stage:
        yield stage


@pytest.fixture
def mail_server(settings: Any, tmp_path: Path) -> Iterator[MailServer]:
    """A mail server, and an empty media storage."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    with running(MailServer(), settings) as server:
        yield server
