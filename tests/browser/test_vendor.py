"""axe-core is the release it says it is, and its licence came along."""

from __future__ import annotations

import hashlib

from tests.browser import axe

# of axe-core-4.14.1.tgz on the npm registry
SHA256 = {
    "LICENSE": "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
    "LICENSE-3RD-PARTY.txt": "4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653",
    "axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
}


def test_the_files_are_those_of_the_release() -> None:
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in axe.FOLDER.iterdir()}
    assert found == SHA256
