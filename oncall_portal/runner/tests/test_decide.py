"""The runner completes what a person set, and nothing that the person set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oncall_portal.lib.env import ConfigError
from oncall_portal.runner.credentials import Credentials
from oncall_portal.runner.decide import Decision, decide

CREDENTIALS = Credentials(
    "k" * 40, "password", "aaaaaaaa-bbbb-cccc-dddd-0123456789ab", "a", "b", "c"
)
VONAGE = {name: value for name, value in os.environ.items() if name.startswith("VONAGE_")}


def decided(tmp_path: Path, **given: str) -> Decision:
    (tmp_path / "var").mkdir()
    return decide(given, CREDENTIALS, tmp_path)


def test_with_nothing_set_everything_is_ours(tmp_path: Path) -> None:
    decision = decided(tmp_path)
    assert (decision.own_postgres, decision.own_redis) == (True, True)
    assert decision.emulator is not None
    assert decision.settings["VONAGE_API_HOST"] == f"127.0.0.1:{decision.emulator.port}"
    assert decision.settings["PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert decision.config.email["EMAIL_FILE_PATH"] == str(tmp_path / "var" / "mail")


def test_what_is_set_is_left_to_its_owner(tmp_path: Path) -> None:
    decision = decided(
        tmp_path,
        DATABASE_URL="postgresql://u:p@db/portal",
        REDIS_URL="redis://broker",
        EMAIL_URL="smtp://mail",
        PORT="8001",
        **VONAGE,
    )
    assert (decision.own_postgres, decision.own_redis) == (False, False)
    assert (decision.emulator, decision.mail_folder) == (None, None)
    assert decision.settings["VONAGE_API_KEY"] == VONAGE["VONAGE_API_KEY"]
    assert decision.settings["PUBLIC_URL"] == "http://127.0.0.1:8001"


@pytest.mark.parametrize("name", ["VONAGE_SIGNATUR_SECRET", "VONAGE_API_KEY"])
def test_a_wrong_setting_stops_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        decided(tmp_path, **{name: "x"})
