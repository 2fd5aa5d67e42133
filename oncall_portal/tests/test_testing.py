"""The plugin knows what tests prove, and refuses claims that nobody wrote down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from oncall_portal import testing

PROJECT = {
    "pytest.ini": "[pytest]\ntestpaths = .\nmarkers = requirement\naddopts = -p no:cacheprovider",
    "conftest.py": """
from oncall_portal.testing import Proofs
def pytest_configure(config):
    config.pluginmanager.register(Proofs(config, ("PLA-01", "PLA-02", "PLA-03")))
""",
    "test_claims.py": """
import pytest
@pytest.mark.requirement("PLA-01")
def test_proves(): pass
@pytest.mark.requirement("PLA-02")
def test_fails(): assert False
@pytest.mark.requirement("PLA-99")
def test_misspelt(): pass
""",
}


def test_ids_are_the_rows_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "r.md").write_text(
        "| id | x |\n|---|---|\n| PLA-01 | a |\n| OPS-12 | b |\nPLA-02\n"
    )
    assert testing.requirement_ids(tmp_path / "r.md") == ("PLA-01", "OPS-12")
    assert testing.requirement_ids(tmp_path / "absent.md") == ()


def test_a_run_over_everything_tells_what_is_proved_by_two_workers(tmp_path: Path) -> None:
    words = run(tmp_path, "-n", "2")
    assert "PLA-99 is not in docs/requirements.md" in words
    assert "Requirements proved: 1 of 3. Not yet proved: PLA-02, PLA-03" in words


def test_a_run_over_a_part_tells_nothing(tmp_path: Path) -> None:
    assert "Requirements proved" not in run(tmp_path, "test_claims.py")


def run(folder: Path, *arguments: str) -> str:
    for name, text in PROJECT.items():
        (folder / name).write_text(text)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:django", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 1 passed, 1 error" in result.stdout, result.stdout + result.stderr
    return result.stdout
