"""Reads a backup to its end and says what is in it, if it is what was once written."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import IO

from oncall_portal.backup import archive, manifest
from oncall_portal.backup.errors import damaged
from oncall_portal.backup.manifest import Manifest, Measured

_TABLE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def check(path: Path, key: str) -> Manifest:
    """Return what the file says of itself; refuse it unless every checksum in it is right."""
    dump = _Dump()
    files: dict[str, Measured] = {}
    found: Manifest | None = None
    with archive.reading(path, key) as reader:
        for name, _size, part in reader.parts():
            if name.startswith(archive.DATABASE):
                dump.add(part)
            elif name.startswith(archive.FILES):
                files[name.removeprefix(archive.FILES)] = archive.measure(part)
            elif name == archive.MANIFEST:
                found = manifest.decode(part.read())
    if found is None or found.format != manifest.FORMAT:
        raise damaged()
    if (found.dump, found.files) != (dump.measured, files):
        raise damaged()
    if not all(map(_TABLE.fullmatch, found.tables)) or not all(map(_stays_inside, files)):
        raise damaged()
    return found


def _stays_inside(name: str) -> bool:
    """Tell whether a name in the storage leads nowhere else on this machine."""
    parts = name.split("/")
    return "\\" not in name and "\x00" not in name and not {"", ".", ".."} & set(parts)


class _Dump:
    """The pieces of the dump, measured as one."""

    def __init__(self) -> None:
        self._size = 0
        self._sum = hashlib.sha256()

    def add(self, part: IO[bytes]) -> None:
        while piece := part.read(archive.PIECE):
            self._size += len(piece)
            self._sum.update(piece)

    @property
    def measured(self) -> Measured:
        return Measured(self._size, self._sum.hexdigest())
