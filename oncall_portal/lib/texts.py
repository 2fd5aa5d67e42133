"""Texts kept in several languages as {"fr": ..., "en": ...}, and how one is chosen."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _

LANGUAGES = ("fr", "en")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def choose(texts: Mapping[str, str], language: str) -> str:
    """Return the text in `language`, else in any language that has one, else ""."""
    if text := texts.get(language):
        return text
    return next((text for text in texts.values() if text), "")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with each {name} of `values` replaced; other braces stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def validate_placeholders(value: object, known: Collection[str]) -> None:
    """Raise ValidationError unless `value` are texts whose braces hold only names of `known`."""
    validate(value)
    for text in value.values() if isinstance(value, dict) else ():
        unknown = [name for name in _PLACEHOLDER.findall(text) if name not in known]
        stray = re.search(r"[{}]", _PLACEHOLDER.sub("", text))
        if unknown or stray:
            raise ValidationError(
                _("“%(found)s” means nothing here; what is filled in is written %(known)s."),
                code="unknown_placeholder",
                params={
                    "found": f"{{{unknown[0]}}}" if unknown else stray and stray[0],
                    "known": ", ".join(f"{{{name}}}" for name in known),
                },
            )


def initials(name: str) -> str:
    """Return the two letters that stand for `name`: "Amélie Laurent" AL, "Standard" St."""
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    first = words[0]
    return first[:2].title() if len(words) == 1 else (first[0] + words[-1][0]).upper()


def validate(value: object) -> None:
    """Raise ValidationError unless `value` maps known language codes to texts."""
    if not isinstance(value, dict) or not all(map(_is_text, value.values())):
        raise ValidationError(_('Write it as {"fr": "…", "en": "…"}.'), code="invalid_texts")
    unknown = sorted(set(value) - set(LANGUAGES))
    if unknown:
        raise ValidationError(
            _("“%(language)s” is not a language of the portal; use fr or en."),
            code="unknown_language",
            params={"language": unknown[0]},
        )


def validate_not_empty(value: object) -> None:
    """Raise ValidationError unless `value` has a text in at least one known language."""
    validate(value)
    if not isinstance(value, dict) or not any(text.strip() for text in value.values()):
        raise ValidationError(_("Write it in at least one language."), code="required")


@deconstructible
class AtMost:
    """Raises ValidationError unless a value is texts of at most so many `characters` each."""

    def __init__(self, characters: int) -> None:
        self.characters = characters

    def __call__(self, value: object) -> None:
        """Check one value."""
        validate(value)
        for text in value.values() if isinstance(value, dict) else ():
            if len(text) > self.characters:
                raise ValidationError(
                    _("Write at most %(most)d characters; these are %(count)d."),
                    code="text_too_long",
                    params={"most": self.characters, "count": len(text)},
                )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AtMost) and other.characters == self.characters

    def __hash__(self) -> int:
        return hash(self.characters)


def _is_text(value: object) -> bool:
    """Tell whether PostgreSQL can keep `value`: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str) or "\x00" in value:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)
