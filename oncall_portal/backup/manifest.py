"""What a backup says of itself; it is its last part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from oncall_portal.backup.errors import damaged

FORMAT = 1


@dataclass(frozen=True)
class Measured:
    """The size of some bytes, and their SHA-256 in hexadecimal digits."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Tables with their numbers of rows, files by their names in the storage.

    `missing` are files that a row names and the storage did not have.
    """

    format: int
    made_at: datetime
    server: int
    migrations: dict[str, list[str]]
    tables: dict[str, int]
    dump: Measured
    files: dict[str, Measured]
    missing: list[str]

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(self.tables.values())


def encode(manifest: Manifest) -> bytes:
    """Return the manifest as it stands in the file."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def decode(text: bytes) -> Manifest:
    """Return the manifest of a file; refuse what is none."""
    try:
        return msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise damaged() from error
