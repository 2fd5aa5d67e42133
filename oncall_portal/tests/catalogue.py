"""Brings the French catalogue up to date: `python -m oncall_portal.tests.catalogue`.

It adds what is new with an empty translation, drops what is gone, and lists what is to be
translated; gettext's own programs are not needed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parents[2]
FRENCH = BASE / "oncall_portal" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
PACKAGES = ("oncall_portal", "scheduling", "telephony", "voicemail")
# The emulator imports nothing of the portal and is seen by developers only.
_SKIPPED = re.compile(r"/(tests|migrations|telephony/emulator)/")
_KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[0-9.]*[a-z]|%%|%[a-z]")
_HEADER = {
    "Project-Id-Version": "oncall-portal",
    "Language": "fr",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


@dataclass
class Source:
    """One text of the sources: where it stands, its plural, what its author explains."""

    context: str | None
    text: str
    plural: str | None = None
    places: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def sources() -> list[Path]:
    """Return the Python files and templates whose texts people see, in order."""
    files = [path for package in PACKAGES for path in sorted((BASE / package).rglob("*.py"))]
    folders = [BASE / "templates", *(BASE / package for package in PACKAGES)]
    files += [path for folder in folders for path in sorted(folder.rglob("*.html"))]
    return [path for path in files if not _SKIPPED.search(path.as_posix())]


def wanted() -> dict[tuple[str | None, str], Source]:
    """Return every text that the sources mark for translation."""
    found: dict[tuple[str | None, str], Source] = {}
    for path in sources():
        for source in _texts(path):
            kept = found.setdefault(source.key, source)
            kept.plural = kept.plural or source.plural
            kept.places |= source.places
            kept.comments += [text for text in source.comments if text not in kept.comments]
    return found


def _texts(path: Path) -> Iterator[Source]:
    place = path.relative_to(BASE).as_posix()
    code = path.read_text("utf-8")
    if path.suffix == ".html":
        # a template's indentation means nothing to Python
        code = re.sub(r"(?m)^[ \t]+", "", templatize(code, origin=place))
    file = io.BytesIO(code.encode())
    options = {"encoding": "utf-8"}
    for _, words, comments, context in extract(
        "python", file, _KEYWORDS, ["Translators:"], options, strip_comment_tags=True
    ):
        text, plural = (words, None) if isinstance(words, str) else (words[0], words[-1])
        yield Source(context, text, plural, {place}, list(comments))


def catalogue() -> polib.POFile:
    """Return the French catalogue as it is in the checkout; empty when there is none."""
    return polib.pofile(str(FRENCH)) if FRENCH.exists() else polib.POFile()


def placeholders(text: str) -> list[str]:
    """Return the placeholders of `text`, sorted: a translation must have the same."""
    return sorted(found.group(0) for found in _PLACEHOLDER.finditer(text))


def translations(entry: polib.POEntry) -> Iterable[str]:
    """Return what `entry` says in French: one text, or one for each plural form."""
    return entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]


def update() -> list[str]:
    """Write the catalogue anew from the sources, keeping translations; return what lacks one."""
    old: dict[tuple[str | None, str], polib.POEntry] = {
        (entry.msgctxt, entry.msgid): entry for entry in catalogue()
    }
    new = polib.POFile(wrapwidth=100)
    new.metadata = dict(_HEADER)
    for source in sorted(wanted().values(), key=lambda each: (min(each.places), each.text)):
        new.append(_entry(source, old.get(source.key)))
    FRENCH.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(FRENCH))
    return [entry.msgid for entry in new if not all(translations(entry)) or entry.fuzzy]


def _entry(source: Source, old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=source.context,
        msgid=source.text,
        msgid_plural=source.plural or "",
        msgstr="" if source.plural or old is None else old.msgstr,
        comment="\n".join(source.comments),
        occurrences=[(place, "") for place in sorted(source.places)],
        flags=["python-format"] if placeholders(source.text) else [],
    )
    if source.plural:
        entry.msgstr_plural = (old and old.msgstr_plural) or {0: "", 1: ""}
    if old is not None and old.fuzzy:
        entry.flags.append("fuzzy")
    return entry


if __name__ == "__main__":
    missing = update()
    sys.stdout.writelines(f"to translate: {text!r}\n" for text in missing)
    sys.exit(1 if missing else 0)
