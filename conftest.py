"""Hooks the project's pytest plugin in, before any other conftest imports a model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from oncall_portal import testing

testing.prepare()
pytest_configure = testing.pytest_configure


@pytest.fixture(autouse=True)
def no_language_left() -> Iterator[None]:
    """Leave the next test the default language: a request of this one may have chosen another."""
    yield
    translation.deactivate()
