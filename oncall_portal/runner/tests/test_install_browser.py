"""The browser for the tests is installed where that is permitted, and asked for elsewhere."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from oncall_portal.runner import install_browser
from oncall_portal.runner.install_browser import Unavailable, main, plan

BOTH = ["chromium", "chromedriver"]


def verbs(*, lists: bool) -> list[str]:
    commands = plan(BOTH, root=True, apt=True, lists=lists)
    return [next(word for word in command if word in ("install", "update")) for command in commands]


def test_nothing_is_run_where_both_programs_are() -> None:
    assert plan([], root=False, apt=False, lists=False) == []


def test_a_machine_whose_package_lists_are_empty_gets_them_first() -> None:
    assert verbs(lists=False) == ["update", "install"]


def test_lists_that_are_there_are_renewed_only_after_a_failure() -> None:
    assert verbs(lists=True) == ["install", "update", "install"]


def test_who_is_not_root_is_told_that_only_root_may() -> None:
    with pytest.raises(Unavailable, match="chromedriver not found, and only root may install"):
        plan(["chromedriver"], root=False, apt=True, lists=True)


def test_a_system_without_apt_is_told_so() -> None:
    with pytest.raises(Unavailable, match="there is no apt-get here"):
        plan(BOTH, root=True, apt=False, lists=True)


@pytest.mark.parametrize(("codes", "ran"), [([0], 1), ([100, 0, 0], 3)])
def test_the_first_successful_install_is_the_last_command(
    codes: list[int], ran: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = stand_in(monkeypatch, codes)
    install_browser._run(plan(BOTH, root=True, apt=True, lists=True))
    assert len(commands) == ran


def test_a_failure_is_told_in_one_line_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, [100, 100, 100])
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert main() == 0
    assert capsys.readouterr().err == (
        "No browser tests: chromium and chromedriver not found, and there is no apt-get here;"
        " on Debian, as root: apt-get install chromium chromium-driver\n"
    )


def stand_in(monkeypatch: pytest.MonkeyPatch, codes: list[int]) -> list[tuple[str, ...]]:
    """Let commands return these codes instead of changing this machine; return what they were."""
    ran: list[tuple[str, ...]] = []

    def run(command: tuple[str, ...], **how: object) -> subprocess.CompletedProcess[bytes]:
        ran.append(command)
        return subprocess.CompletedProcess(command, codes[len(ran) - 1])

    monkeypatch.setattr(subprocess, "run", run)
    return ran
