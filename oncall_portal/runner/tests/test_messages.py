"""Translations are compiled when they changed, without gettext's programs."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from oncall_portal.runner.messages import compile_messages

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "message"
msgstr "%s"
"""


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
