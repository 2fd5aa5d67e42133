"""The colours of people and services, as their forms offer them, and words for both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from oncall_portal.lib.admin import VersionedForm
from oncall_portal.lib.texts import initials
from scheduling import colours, team
from scheduling.models import Service, Staff
from scheduling.types import Who

# Of people and services alike.
PROCESS_HELP = gettext_lazy(
    "A plain transfer rings the first number in use, without asking for a key unless that number "
    "says so. A call centre is such a transfer that rings 60 seconds. Rung together with others, "
    "each must press a key all the same: give a call centre a step of its own."
)


class Swatches(forms.Widget):
    """The palette as radio buttons: each says in words who has it, or whom it is near."""

    known: Iterable[team.Wearer] = ()
    own: Who = Who()
    added = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return one radio button per colour, and one for "chosen for you" on a new row."""
        identifier = (attrs or {}).get("id", f"id_{name}")
        current = str(value or "")
        offered = [*colours.PALETTE]
        if current and current not in offered:
            offered.insert(0, current)
        items = [self._swatch(name, identifier, at, each, current) for at, each in _from_1(offered)]
        if self.added:
            items.insert(0, self._automatic(name, identifier, current))
        legend = format_html('<legend class="vh">{}</legend>', _("Colour"))
        return format_html(
            '<fieldset class="swatches" id="{}">{}{}</fieldset>',
            identifier,
            legend,
            SafeString("".join(items)),
        )

    def _automatic(self, name: str, identifier: str, current: str) -> SafeString:
        return format_html(
            '<label class="swatch swatch-auto"><input type="radio" name="{}" value="" id="{}_0"{}>'
            "<span>{}</span></label>",
            name,
            identifier,
            "" if current else SafeString(" checked"),
            _("Chosen for you"),
        )

    def _swatch(self, name: str, identifier: str, at: int, colour: str, current: str) -> SafeString:
        names = team.near(colour, self.known, self.own)
        letters = initials(names[0]) if names else ""
        free = _("distinct") if colour == current else _("free")
        words = _("like %(names)s") % {"names": ", ".join(names)} if names else free
        return format_html(
            '<label class="swatch" title="{0}"><input type="radio" name="{1}" value="{2}" '
            'id="{3}_{4}"{5}><span class="av c-{6}" aria-hidden="true">{7}</span>'
            '<span class="swatch-words"><span class="vh">{8} </span>{0}</span></label>',
            words,
            name,
            colour,
            identifier,
            at,
            SafeString(" checked") if colour == current else "",
            colour[1:],
            letters,
            _("Colour %(number)d:") % {"number": at},
        )


def _from_1(offered: list[str]) -> Iterable[tuple[int, str]]:
    return enumerate(offered, 1)


class ColourForm(VersionedForm):
    """Without a colour, the services choose the most distinct one."""

    colour = forms.RegexField(
        r"^#[0-9a-f]{6}$", label=gettext_lazy("Colour"), required=False, widget=Swatches
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "colour" not in self.fields:
            return
        box = self.fields["colour"].widget
        box.known = team.wearers((get_language() or "en")[:2])
        box.added = not self.instance.pk
        if isinstance(self.instance, Staff):
            box.own = Who(staff=self.instance.pk)
        elif isinstance(self.instance, Service):
            box.own = Who(service=self.instance.pk)

    def clean_colour(self) -> str:
        """Keep the colour of a row when none is chosen."""
        return str(self.cleaned_data["colour"] or self.instance.colour)
