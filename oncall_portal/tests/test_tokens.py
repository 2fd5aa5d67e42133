"""Colours are named once, in the tokens, and for both themes."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

STYLES = settings.BASE_DIR / "static" / "css"
TOKENS = (STYLES / "tokens.css").read_text("utf-8")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RAW = re.compile(r"#[0-9a-f]{3,8}\b(?![^{}]*\{)|\b(?:rgb|hsl|oklch|color)a?\(", re.IGNORECASE)


@pytest.mark.parametrize(
    "sheet", sorted(path.name for path in STYLES.glob("*.css") if path.name != "tokens.css")
)
def test_a_stylesheet_uses_roles_and_no_raw_colour(sheet: str) -> None:
    rules = _COMMENT.sub("", (STYLES / sheet).read_text("utf-8"))
    assert _RAW.findall(rules) == []


def test_every_ground_ink_and_line_has_a_dark_value_of_its_own() -> None:
    roles = ("bg", "surface", "text", "text-2", "text-3", "line", "edge", "accent", "bad", "warn")
    for role in roles:
        pair = re.search(rf"--{role}:\s+light-dark\((\S+), (\S+)\)", TOKENS)
        assert pair is not None, role
        assert pair[1] != pair[2], role
