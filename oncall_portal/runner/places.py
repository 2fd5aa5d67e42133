"""Where the runner keeps things: `var/` of the checkout, and short paths for sockets."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import IO

from oncall_portal.runner.errors import RunnerError

# sun_path holds 108 bytes on Linux; the rest is for the socket's name.
_SOCKET_FOLDER_BYTES = 80
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


def short_hash(path: Path) -> str:
    """Return twelve hexadecimal digits that name `path`."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def write_private(path: Path, text: str) -> None:
    """Write `text` so that only we can read it and no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def socket_folder(wanted: Path) -> Path:
    """Return `wanted`, or a private folder named after it where its path does not suit a socket.

    Socket paths are limited to about 107 bytes, and URLs that carry them take plain letters best.
    """
    if len(os.fsencode(wanted)) <= _SOCKET_FOLDER_BYTES and _PLAIN_PATH.fullmatch(str(wanted)):
        return _private_folder(wanted)
    name = f"oncall-{os.getuid()}-{short_hash(wanted)}"
    temporary = Path(tempfile.gettempdir())
    fits = len(os.fsencode(temporary / name)) <= _SOCKET_FOLDER_BYTES
    return _private_folder((temporary if fits else Path("/tmp")) / name)  # noqa: S108 - 0700, owner checked


def _private_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.stat(follow_symlinks=False)
    if status.st_uid != os.getuid():
        raise RunnerError(f"{path} belongs to another user; remove it or run as that user.")
    path.chmod(0o700)
    return path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path` inside the block; wait for whoever has it."""
    with open_lock(path) as file:
        flock(file, LOCK_EX)
        yield


def open_lock(path: Path) -> IO[bytes]:
    """Open a lock file (created when missing); the lock ends when the file is closed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


def try_lock(file: IO[bytes]) -> bool:
    """Take the lock at once, or return False when somebody else has it."""
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share_lock(file: IO[bytes]) -> None:
    """Take the lock together with other sharers; wait for an exclusive holder."""
    flock(file, LOCK_SH)
