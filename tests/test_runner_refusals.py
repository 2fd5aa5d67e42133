"""What cannot start says why in one line, and ends with a code that is not zero."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from oncall_portal.runner import postgres
from tests.running import Running

UP = ("-m", "oncall_portal.runner", "up")


@pytest.fixture(scope="module")
def portal() -> Iterator[Running]:
    with TemporaryDirectory(prefix="refused ") as name:
        Path(name).chmod(0o755)
        portal = Running(Path(name) / "checkout")
        portal.copy_here()
        yield portal


def refusal(portal: Running, **environ: str) -> tuple[int, str]:
    """Return code and line of a start that is refused; there is nothing after the line."""
    code, words = portal.command(*UP, **environ)
    assert words.count("\n") == 1, words
    return code, words.rstrip("\n")


def test_a_port_in_use(portal: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refusal(portal, PORT=str(port)) == (
            1,
            f"Port {port} on 127.0.0.1 cannot be used (Address already in use); stop the program"
            " that has it, or choose another with PORT=8001 make run.",
        )


def test_an_unknown_setting(portal: Running) -> None:
    assert refusal(portal, VONAGE_SIGNATUR_SECRET="x") == (
        2,
        "VONAGE_SIGNATUR_SECRET is not a setting; remove it or correct its spelling.",
    )


def test_a_wrong_line_in_dotenv(portal: Running) -> None:
    dotenv = portal.folder / ".env"
    dotenv.write_text("PORTS=80\n")
    try:
        assert refusal(portal) == (
            2,
            ".env, line 1: PORTS is not a setting; remove it or correct its spelling.",
        )
    finally:
        dotenv.unlink()


def test_a_key_that_is_not_there(portal: Running) -> None:
    code, line = refusal(
        portal,
        VONAGE_APPLICATION_ID="aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
        VONAGE_API_KEY="a1b2c3d4",
        VONAGE_SIGNATURE_SECRET="secret",
        VONAGE_PRIVATE_KEY_PATH="absent.key",
        PUBLIC_URL="https://oncall.example.org",
    )
    assert (code, line) == (
        2,
        f"VONAGE_PRIVATE_KEY_PATH: cannot read {portal.folder}/absent.key:"
        " No such file or directory.",
    )


def test_damaged_secrets(portal: Running) -> None:
    secrets = portal.folder / "var" / "secrets.json"
    secrets.parent.mkdir(exist_ok=True)
    kept = secrets.read_text() if secrets.exists() else None
    secrets.write_text("{")
    try:
        code, line = refusal(portal)
    finally:
        secrets.unlink() if kept is None else secrets.write_text(kept)
    assert code == 1
    assert line.startswith(f"{secrets} cannot be read or is damaged; restore it")


def test_a_damaged_file_of_the_emulator(portal: Running) -> None:
    key = portal.folder / "var" / "emulator" / "server.key"
    key.parent.mkdir(parents=True, exist_ok=True)
    kept = key.read_text() if key.exists() else None
    key.write_text("nonsense")
    key.with_name("ca.pem").touch()
    try:
        code, line = refusal(portal)
    finally:
        shutil.rmtree(key.parent) if kept is None else key.write_text(kept)
    assert code == 1
    assert line == (
        f"A file in {key.parent} cannot be read or is damaged; remove {key.parent} to have it"
        " made anew."
    )


def test_a_file_in_the_place_of_a_folder(portal: Running) -> None:
    logs = portal.folder / "var" / "log"
    shutil.rmtree(logs, ignore_errors=True)
    logs.touch()
    try:
        code, line = refusal(portal)
    finally:
        logs.unlink()
    assert code == 1
    assert line == f"{logs}: File exists; make it a place that can be written to."


def test_a_damaged_database(portal: Running) -> None:
    server = postgres.server(portal.folder / "var" / "postgres")
    server.data.mkdir()
    code, line = refusal(portal)
    assert code == 1
    assert line.startswith(f"{server.data} is not a usable PostgreSQL data folder")
