"""Fixtures of voicemail's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from oncall_portal.lib import clock


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """An empty media storage."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def driven() -> Iterator[list[timedelta]]:
    """The clock stands still; it goes on by what is put in here."""
    start, passed = clock.now(), list[timedelta]()
    with clock.driven_by(lambda: start + sum(passed, timedelta(0))):
        yield passed
