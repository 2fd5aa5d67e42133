"""Translations are compiled when they changed, without gettext's programs."""

from __future__ import annotations

import gettext
import os
import subprocess
import sys
from pathlib import Path

from oncall_portal.runner.messages import compile_messages

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "message"
msgstr "%s"
"""
MANY = "".join(f'\nmsgid "{n}"\nmsgstr "{n}"\n' for n in range(8000))
TOGETHER = """
import sys
from pathlib import Path
from oncall_portal.runner.messages import compile_messages
print(flush=True)
sys.stdin.read()
compile_messages(Path(sys.argv[1]))
"""
BASE = Path(__file__).resolve().parents[3]


def test_a_changed_file_is_compiled_once(tmp_path: Path) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(PO % "message laissé")
    assert compile_messages(tmp_path) == [folder / "django.mo"]
    assert compile_messages(tmp_path) == []
    words = gettext.translation("django", tmp_path, ["fr"])
    assert words.gettext("message") == "message laissé"
    source.write_text(PO % "autre")
    os.utime(source, (2_000_000_000, 2_000_000_000))
    assert compile_messages(tmp_path) == [folder / "django.mo"]


def test_two_processes_may_compile_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO % "message laissé" + MANY)
    command = [sys.executable, "-c", TOGETHER, str(tmp_path)]
    pipe = subprocess.PIPE
    children = [subprocess.Popen(command, cwd=BASE, stdin=pipe, stdout=pipe) for _ in range(4)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.read(1) == b"\n", "ready"
    for child in children:
        assert child.stdin is not None
        child.stdin.close()  # go
    assert [child.wait(timeout=60) for child in children] == [0] * 4
    assert [each.name for each in sorted(folder.iterdir())] == ["django.mo", "django.po"]
