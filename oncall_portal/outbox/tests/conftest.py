"""Fixtures of the outbox's tests: a mail server and a folder for attachments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oncall_portal.outbox.tests.smtp import MailServer, running


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A mail server that takes everything until told otherwise."""
    with running(MailServer(), settings) as server:
        yield server


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """An empty media storage."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path
