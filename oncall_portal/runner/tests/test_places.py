"""Sockets get paths that fit, locks hold, private files stay private."""

from __future__ import annotations

import os
from pathlib import Path

from oncall_portal.runner import places


def test_a_long_or_odd_path_is_replaced_by_a_short_private_folder(tmp_path: Path) -> None:
    for wanted in (tmp_path / ("long" * 30), tmp_path / "with space"):
        found = places.socket_folder(wanted)
        try:
            assert len(os.fsencode(found)) <= 80
            assert found.stat().st_mode & 0o777 == 0o700
            assert found == places.socket_folder(wanted)
        finally:
            found.rmdir()


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    with (
        places.open_lock(tmp_path / "lock") as first,
        places.open_lock(tmp_path / "lock") as second,
    ):
        assert [places.try_lock(first), places.try_lock(second)] == [True, False]


def test_a_private_file_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    places.write_private(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]
