"""Tokens, phone numbers and rows do not reach the log."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest
from django.conf import settings

from oncall_portal.lib.logs import SafeFormatter

TOKEN = "Sps6j7MUSJQEJFPGX6UcygEx5JQxfo0RpwyZXJcN9I0"
REFUSED = f"""new row violates check constraint "call_ends_after_it_starts"
DETAIL:  Failing row contains (7, {TOKEN}, +33612345678, 2026-11-22).
CONTEXT:  none"""


@pytest.mark.parametrize(
    ("message", "args", "shown"),
    [
        ("%s: %s", ("Gone", f"/voice/next/{TOKEN}"), "Gone: /voice/next/Sps6..."),
        (f"GET /calendar/{TOKEN}.ics", (), "GET /calendar/Sps6....ics"),
        (f"GET /voice/key/{TOKEN}?a=1 twice", (), "GET /voice/key/Sps6...?a=1 twice"),
        ("%s: %s", ("Gone", f"/m/{TOKEN}/audio"), "Gone: /m/Sps6.../audio"),
        (f"GET /voice/leg-next/{TOKEN}", (), "GET /voice/leg-next/Sps6..."),
        ("%s of %s", (1, "/voice/answer"), "1 of /voice/answer"),
        ("100 % plain", (), "100 % plain"),
        ("called %s", ("+33612345678",), "called +336..78"),
        ("at 2026-11-22 10:00:00+01:00", (), "at 2026-11-22 10:00:00+01:00"),
    ],
)
def test_secrets_are_cut_out(message: str, args: tuple[object, ...], shown: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, message, args, None)
    assert SafeFormatter("%(message)s").format(record) == shown


def test_the_row_that_the_database_refused_is_cut_out_of_a_traceback() -> None:
    try:
        raise ValueError(REFUSED)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    shown = SafeFormatter("%(message)s").format(record)
    assert "DETAIL: ...\nCONTEXT:  none" in shown
    assert TOKEN not in shown
    assert "12345678" not in shown


def test_everything_that_is_logged_passes_the_formatter() -> None:
    logs: Any = settings.LOGGING
    assert [handler["formatter"] for handler in logs["handlers"].values()] == ["line"]
    assert logs["formatters"]["line"]["()"] == "oncall_portal.lib.logs.SafeFormatter"
