"""Makes a page of an e-mail's text, so that its links can be followed in every program."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import mark_safe

_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]»\xa0\u202f]")
_PARAGRAPHS = re.compile(r"\n\s*\n")


def has_links(text: str) -> bool:
    """Tell whether there is anything in `text` that a page would do better."""
    return _LINK.search(text) is not None


def page(text: str) -> str:
    """Return `text` as HTML that says exactly the same, its addresses as links."""
    paragraphs = [_paragraph(each) for each in _PARAGRAPHS.split(text.strip())]
    head = '<!doctype html><html><head><meta charset="utf-8"></head><body>'
    return mark_safe(head + "".join(paragraphs) + "</body></html>\n")  # noqa: S308 - all is escaped


def _paragraph(text: str) -> str:
    parts, at = [], 0
    for found in _LINK.finditer(text):
        address = escape(found[0])
        parts += [escape(text[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    lines = "".join([*parts, escape(text[at:])]).split("\n")
    return f"<p>{'<br>'.join(lines)}</p>"
