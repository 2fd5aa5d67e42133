"""The process has one provider, made when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import override_settings

from telephony import provider
from telephony.vonage.client import VonageProvider


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    provider.set_provider(None)
    yield
    provider.set_provider(None)


def test_the_configured_platform_is_made_once_for_all_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: provider.get_provider(), range(8)))
    (one,) = made
    assert isinstance(one, VonageProvider)


def test_another_provider_takes_its_place_until_it_is_taken_away() -> None:
    other: Any = object()
    provider.set_provider(other)
    assert provider.get_provider() is other
    provider.set_provider(None)
    assert isinstance(provider.get_provider(), VonageProvider)


def test_without_a_platform_the_error_says_what_to_set() -> None:
    with (
        override_settings(VONAGE=None),
        pytest.raises(RuntimeError, match="set the VONAGE_ settings"),
    ):
        provider.get_provider()
