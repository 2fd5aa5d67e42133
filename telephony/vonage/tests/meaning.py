"""What an error of the client means, in short."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from telephony.provider import ProviderError
from telephony.vonage.client import VonageProvider

NUMBER = "+33612345678"
Do = Callable[[VonageProvider], object]
Meaning = tuple[bool, bool, float]

PERMANENT = (True, False, 0.0)
TEMPORARY = (False, False, 0.0)
SOON = (False, False, 1.0)
VERY_SOON = (False, False, 0.25)
EARLY = (False, False, 2.0)
UNKNOWN = (False, True, 0.0)


def fails(do: Do, provider: VonageProvider) -> Meaning:
    """Return permanent, performed_unknown, retry_after_s of the error that `do` ends in."""
    with pytest.raises(ProviderError) as raised:
        do(provider)
    error = raised.value
    assert "612345678" not in f"{error!r}{error.__cause__!r}"
    return error.permanent, error.performed_unknown, error.retry_after_s
