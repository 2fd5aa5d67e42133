"""Avatars, level badges, symbols and phone numbers, as every page shows them."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _

from oncall_portal.empty import EmptyWords, words_for
from oncall_portal.lib import phone, texts
from scheduling import whens
from scheduling.models import Service

register = template.Library()


@register.simple_tag
def avatar(thing: Any, size: str = "") -> str:
    """Return the initials in the colour of a person (round) or a service (square).

    `size` is "s", "l" or "xl". Their name must stand beside it: the letters are decoration.
    """
    name = str(thing) if hasattr(thing, "_meta") else thing.name
    classes = ["av"]
    if isinstance(thing, Service) or getattr(thing, "is_service", False):
        classes.append("av-sq")
    if size:
        classes.append(f"av-{size}")
    if thing.colour:
        classes.append(f"c-{thing.colour.lower().removeprefix('#')}")
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>', " ".join(classes), texts.initials(name)
    )


@register.simple_tag
def level(number: int) -> str:
    """Return the badge of a level; the first is filled, because it rings first."""
    return format_html(
        '<span class="lv{}"><span class="vh">{} </span>{}</span>',
        " lv-1" if number == 1 else "",
        _("Level"),
        number,
    )


@register.simple_tag
def icon(name: str, size: str = "") -> str:
    """Return a symbol of static/img/icons.svg; a word stands beside it, or names its button."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" i-{size}" if size else "",
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def choices(cl: Any, spec: Any) -> list[dict[str, Any]]:
    """Return the choices of a list's filter, each with its address and whether it holds."""
    return list(spec.choices(cl))


@register.filter
def spaced(number: Any) -> str:
    """Return a phone number for reading, its parts kept on one line."""
    return phone.spaced(str(number or "")).replace(" ", "\N{NO-BREAK SPACE}")


@register.filter(expects_localtime=True)
def said(day: Any, form: str) -> str:
    """Return a date or an instant in a short form, as the language writes days and months."""
    return whens.said(day, form)


@register.filter
def place(zone: str) -> str:
    """Return the town that a zone is called after."""
    return whens.place(zone)


@register.filter
def initials(name: str) -> str:
    """Return the two letters that stand for a name."""
    return texts.initials(name)


@register.simple_tag
def empty_words(opts: Any) -> EmptyWords:
    """Return what an empty list of this model says: what belongs here, and the next step."""
    return words_for(opts.label_lower)
