"""Logs stay small while their writers keep them open."""

from __future__ import annotations

from pathlib import Path

from oncall_portal.runner import logs


def test_a_large_log_moves_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    with logs.open_log(tmp_path, "web") as log:
        for number in range(5):
            log.write(b"%d" % number * 11)
            log.flush()
            logs.rotate(tmp_path, limit=10)
        log.write(b"last")
    names = {path.name: path.read_text()[0] for path in tmp_path.iterdir()}
    assert names == {"web.log": "l", "web.log.1": "4", "web.log.2": "3", "web.log.3": "2"}


def test_a_small_log_stays(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("short")
    logs.rotate(tmp_path, limit=10)
    assert [path.name for path in tmp_path.iterdir()] == ["web.log"]
