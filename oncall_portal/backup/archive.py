"""The file of a backup: a tar that is written and read as a stream, then the checksum of it all."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from oncall_portal.backup import sealing
from oncall_portal.backup.errors import damaged
from oncall_portal.backup.manifest import Measured
from oncall_portal.backup.sealing import Sink

# The size of the dump is not known beforehand, and a tar wants sizes: it goes in pieces.
PIECE = 4 * 1024 * 1024
DATABASE, FILES, MANIFEST = "database/", "files/", "manifest.json"
_CHUNK = 256 * 1024
_TRAILER = 65


class _Measuring:
    def __init__(self) -> None:
        self.size = 0
        self._sum = hashlib.sha256()

    @property
    def measured(self) -> Measured:
        """Return the size and checksum of what went through."""
        return Measured(self.size, self._sum.hexdigest())

    def _count(self, data: bytes) -> bytes:
        self.size += len(data)
        self._sum.update(data)
        return data


class SummedSource(_Measuring):
    """Reads, and measures what it read."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        """Read on, and count it."""
        return self._count(self._file.read(size))


class SummedSink(_Measuring):
    """Writes, and measures what it wrote."""

    def __init__(self, file: Sink) -> None:
        super().__init__()
        self._file = file

    def write(self, data: bytes, /) -> int:
        """Write on, and count it."""
        return self._file.write(self._count(data))

    def flush(self) -> None:
        """Hold nothing back."""
        self._file.flush()


def measure(file: IO[bytes]) -> Measured:
    """Read a stream to its end."""
    summed = SummedSource(file)
    while summed.read(_CHUNK):
        pass
    return summed.measured


class Writer:
    """Takes the parts of a backup, one after the other."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, size: int, file: IO[bytes]) -> Measured:
        """Add a part of `size` bytes; raise OSError when there are fewer."""
        summed = SummedSource(file)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, summed)
        return summed.measured

    def add_pieces(self, folder: str, file: IO[bytes]) -> Measured:
        """Add a stream of any length as parts of a folder."""
        summed, number = SummedSource(file), 0
        while piece := summed.read(PIECE):
            number += 1
            self.add(f"{folder}{number:06}", len(piece), io.BytesIO(piece))
        return summed.measured


@contextmanager
def writing(file: Sink, key: str) -> Iterator[Writer]:
    """Yield a writer of a backup to `file`, encrypted unless `key` is empty."""
    with sealing.sealed(file, key) as plain:
        summed = SummedSink(plain)
        with tarfile.open(fileobj=summed, mode="w|", bufsize=_CHUNK) as tar:  # type: ignore[call-overload]
            yield Writer(tar)
        plain.write(f"{summed.measured.sha256}\n".encode())


class Reader:
    """Gives the parts of a backup in their order."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._held = b""
        self._sum = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Read on, but for the checksum at the end of the file."""
        while len(self._held) < size + _TRAILER and (more := self._file.read(_CHUNK)):
            self._held += more
        size = min(size, max(len(self._held) - _TRAILER, 0))
        given, self._held = self._held[:size], self._held[size:]
        self._sum.update(given)
        return given

    def parts(self) -> Iterator[tuple[str, int, IO[bytes]]]:
        """Yield name, size and bytes of each part; refuse what is damaged.

        Whoever has gone through all of them knows that the whole file is as it was written.
        """
        with tarfile.open(fileobj=self, mode="r|", bufsize=_CHUNK) as tar:  # type: ignore[call-overload]
            for info in tar:
                part = None if info.issparse() else tar.extractfile(info)
                if part is None:  # we write nothing but whole files
                    raise damaged()
                yield info.name, info.size, part
        while self.read(_CHUNK):
            pass
        if self._held != f"{self._sum.hexdigest()}\n".encode():
            raise damaged()


@contextmanager
def reading(path: Path, key: str) -> Iterator[Reader]:
    """Yield a reader of the backup at `path`; `key` may be empty where it is not encrypted.

    Refuse what is damaged, as soon as somebody reads that far.
    """
    with path.open("rb") as file, sealing.opened(file, key) as plain:
        try:
            yield Reader(plain)
        except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
            raise damaged() from error
