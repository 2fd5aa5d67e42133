"""Fixtures of voicemail's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """An empty media storage."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path
