"""One log file per process, kept small."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO

LIMIT_BYTES = 5_000_000
KEPT = 3


def open_log(folder: Path, name: str) -> IO[bytes]:
    """Open var/log/NAME.log for appending; several processes may write to it."""
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"{name}.log").open("ab")


def rotate(folder: Path, limit: int = LIMIT_BYTES) -> None:
    """Move what is in logs beyond `limit` bytes to NAME.log.1 and so on; keep KEPT old ones.

    The file is copied and emptied, not renamed: its writers keep it open (in append mode). Lines
    written between copy and emptying are lost.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size > limit:
            for number in range(KEPT - 1, 0, -1):
                older = log.with_name(f"{log.name}.{number}")
                if older.exists():
                    older.replace(log.with_name(f"{log.name}.{number + 1}"))
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            log.open("r+b").truncate(0)
