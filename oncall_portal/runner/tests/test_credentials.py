"""Secrets are made once, private, and refused when damaged; the emulator's certificate is good."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from oncall_portal.lib import env_checks
from oncall_portal.runner import credentials
from oncall_portal.runner.errors import RunnerError


def test_they_are_made_once_and_only_we_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    made = credentials.load_or_make(path)
    assert credentials.load_or_make(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_two_portals_have_the_same(tmp_path: Path) -> None:
    one, other = (asdict(credentials.load_or_make(tmp_path / name)) for name in ("a", "b"))
    assert {name for name in one if one[name] == other[name]} <= set()
    assert len(one["admin_password"]) >= 16


@pytest.mark.parametrize("text", ["", "{", "[]", '{"secret_key": "x"}'])
def test_a_damaged_file_is_refused_with_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(text)
    with pytest.raises(RunnerError) as error:
        credentials.load_or_make(path)
    assert str(error.value) == (
        f"{path} cannot be read or is damaged; restore it, or remove it to get new secrets"
        " (everybody has to log in again)."
    )


def test_the_application_key_is_one_that_the_settings_accept(tmp_path: Path) -> None:
    files = credentials.emulator_files(tmp_path)
    before = env_checks.private_key(files.private_key)
    assert env_checks.private_key(credentials.emulator_files(tmp_path).private_key) == before


def test_clients_trust_the_certificate_even_strictly(tmp_path: Path) -> None:
    files = credentials.emulator_files(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.certificate_key)
    client = ssl.create_default_context(cafile=str(files.certificate))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    here, there = socket.socketpair()
    answering = threading.Thread(target=lambda: server.wrap_socket(there, server_side=True).close())
    answering.start()
    with client.wrap_socket(here, server_hostname="127.0.0.1") as secured:
        assert secured.version() == "TLSv1.3"
    answering.join()
