"""The installation says what is missing before it changes anything."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from oncall_portal.runner import install


def test_an_old_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(
        install.InstallError, match=r"^Python 3\.11 or newer is needed, .* is 3\.9;"
    ):
        install._check_python()


def test_a_debian_without_ensurepip_is_told_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    version = ".".join(map(str, sys.version_info[:2]))
    with pytest.raises(install.InstallError, match=f"apt-get install python{version}-venv"):
        install._check_python()


def test_a_moved_folder_needs_a_new_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = install._fingerprint()
    assert install._fingerprint() == before
    monkeypatch.setattr(install, "VENV", install.VENV.with_name("elsewhere"))
    assert install._fingerprint() != before
