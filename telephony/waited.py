"""The longest wait on the pages of numbers and scenarios: the figure, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import ServedAdmin
from scheduling import queries
from telephony import longest
from telephony.story_words import STAGES


def part_words(part: Mapping[str, Any]) -> str:
    """Return one phone of the slowest way in words: who, why, and for how long."""
    words = {"name": part["name"], "why": _why(part["reason"]), "seconds": part["seconds"]}
    if part["reason"] == longest.HARD_STOP:
        return gettext("%(name)s: no time left") % words
    return gettext("%(name)s (%(why)s): %(seconds)d seconds") % words


def _why(reason: str) -> str:
    level = reason.removeprefix("level_")
    if level != reason:
        return gettext("level %(level)s") % {"level": level}
    return str(STAGES.get(reason, reason))


class Waited(ServedAdmin):
    """Shows how long a caller waits at worst, and warns above the house's ceiling."""

    readonly_fields: ClassVar[tuple[str, ...]] = ("longest_wait", "slowest_way")

    def longest_seconds(self, row: Any) -> int | None:
        """Return what no caller waits beyond as the rows stand; None when nobody calls."""
        raise NotImplementedError

    @admin.display(description=_("longest wait"), ordering="worst_case_seconds")
    def longest_wait(self, row: Any) -> str:
        """Return the figure that was kept, in words; a dash where nobody calls."""
        seconds = row.worst_case_seconds
        return "\u2013" if seconds is None else _("%(seconds)d seconds") % {"seconds": seconds}

    @admin.display(description=_("what takes longest"))
    def slowest_way(self, row: Any) -> str:
        """Return who is rung on the way that takes longest, each with why and how long."""
        lines = [(part_words(part),) for part in row.worst_case_path]
        listed = format_html_join("", "<li>{}</li>", lines)
        return format_html('<ol class="slowest">{}</ol>', listed) if lines else "\u2013"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Warn once everything is written: the steps decide how long it takes."""
        super().save_related(request, form, formsets, change)
        seconds, ceiling = self.longest_seconds(form.instance), queries.house().ceiling_seconds
        if seconds is not None and seconds > ceiling:
            text = _(
                "A caller may wait %(seconds)d seconds; you want to be warned above %(ceiling)d."
            )
            words = text % {"seconds": seconds, "ceiling": ceiling}
            self.message_user(request, words, messages.WARNING)
