"""Lengths of time in words, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words(seconds: float) -> str:
    """Return a length for reading: "14 s", "3 min 12 s", "1 h 05 min"; never less than none."""
    whole = max(round(seconds), 0)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return _("%(seconds)d s") % {"seconds": rest}
    if minutes < 60:
        return _("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": rest}
    hours, minutes = divmod(minutes, 60)
    return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
