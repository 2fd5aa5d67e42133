"""A token in an address does not reach the log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.conf import settings

from oncall_portal.lib.logs import HideTokens

TOKEN = "Sps6j7MUSJQEJFPGX6UcygEx5JQxfo0RpwyZXJcN9I0"


@pytest.mark.parametrize(
    ("message", "args", "shown"),
    [
        ("%s: %s", ("Gone", f"/voice/next/{TOKEN}"), "Gone: /voice/next/Sps6..."),
        (f"GET /voice/key/{TOKEN}?a=1 twice", (), "GET /voice/key/Sps6...?a=1 twice"),
        ("%s of %s", (1, "/voice/answer"), "1 of /voice/answer"),
        ("100 % plain", (), "100 % plain"),
    ],
)
def test_the_token_is_cut_out(message: str, args: tuple[object, ...], shown: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, message, args, None)
    assert HideTokens().filter(record)
    assert record.getMessage() == shown


def test_everything_that_is_logged_passes_the_filter() -> None:
    handlers: Any = settings.LOGGING["handlers"]
    assert [handler["filters"] for handler in handlers.values()] == [["hide_tokens"]]
