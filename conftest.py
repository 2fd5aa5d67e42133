"""Hooks the project's pytest plugin in, before any other conftest imports a model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from oncall_portal import testing

testing.prepare()
pytest_configure = testing.pytest_configure

from telephony import dispatch  # noqa: E402 - settings and models come with prepare()


@pytest.fixture(autouse=True)
def no_language_left() -> Iterator[None]:
    """Leave the next test the default language: a request of this one may have chosen another."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Keep the actions of a test that has no dispatcher of its own; nobody carries them out.

    A thread of the usual dispatcher would still use the database while the next test empties it.
    """
    with dispatch.using(dispatch.QueueDispatcher()):
        yield
