"""Why a system that takes jobs over was not told: as it is stored, and in its reader's language."""

from __future__ import annotations

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

OFF = "This system is switched off or deleted."
GONE = "It answered 410, and was switched off."
NO_ADDRESS = "This is not an address."
FORBIDDEN = "No system may be at this address."
LATE = "It did not answer in time."
UNTRUSTED = "Its certificate is not valid."
UNKNOWN_NAME = "The name in its address is not known."
UNREACHED = "It could not be reached."
_WORDS = {
    OFF: _("This system is switched off or deleted."),
    GONE: _("It answered 410, and was switched off."),
    NO_ADDRESS: _("This is not an address."),
    FORBIDDEN: _("No system may be at this address."),
    LATE: _("It did not answer in time."),
    UNTRUSTED: _("Its certificate is not valid."),
    UNKNOWN_NAME: _("The name in its address is not known."),
    UNREACHED: _("It could not be reached."),
}
_ANSWERED = re.compile(r"It answered (\d{3})\.\s*(.*)", re.DOTALL)


def answered(status: int, said: str) -> str:
    """Return, as it is stored, that a system answered with this status, and what it said."""
    return f"It answered {status}. {said}".strip()


def error_words(stored: str) -> str:
    """Return why a system was not told; what it said itself, and what is no sentence, stays."""
    if found := _ANSWERED.fullmatch(stored):
        words = {"status": found[1], "said": found[2]}
        if not found[2]:
            return gettext("It answered %(status)s.") % words
        return gettext("It answered %(status)s: %(said)s") % words
    return str(_WORDS.get(stored, stored))
