"""Something that a caller says: real speech where espeak-ng is installed, else a tone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from telephony.emulator.recordings import tone


def spoken(words: str, folder: Path, language: str = "fr") -> bytes:
    """Return a WAV file in which `words` are said."""
    program = shutil.which("espeak-ng")
    if program is None:
        return tone(len(words) / 12, len(words) / 12)
    path = folder / "spoken.wav"
    subprocess.run([program, "-v", language, "-w", str(path), words], check=True)
    return path.read_bytes()
