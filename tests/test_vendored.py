"""What others wrote stands unchanged under static/vendor, each with its licence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.conf import settings

VENDOR = Path(settings.BASE_DIR) / "static" / "vendor"
FOLDERS = sorted(path for path in VENDOR.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_has_the_checksum_that_was_written_down(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    expected = {name: checksum for checksum, name in (line.split() for line in lines)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert found == expected


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_folder_has_a_licence_that_lets_us_hand_it_on(folder: Path) -> None:
    texts = [path.read_text() for path in folder.glob("LICENSE*")]
    assert texts
    assert all("Permission is hereby granted, free of charge" in text for text in texts)
