"""Compiles the translations, without gettext's programs."""

from __future__ import annotations

import os
from pathlib import Path

import polib


def compile_messages(locale: Path) -> list[Path]:
    """Compile each .po file under `locale` that is newer than its .mo; return what was written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        temporary = target.with_suffix(f".mo.{os.getpid()}")  # another process may compile it, too
        polib.pofile(str(source)).save_as_mofile(str(temporary))
        temporary.replace(target)
        written.append(target)
    return written
