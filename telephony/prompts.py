"""The standard words that callers and people called hear, in their language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.lib import texts
from telephony.instructions import Say


def words(say: Say, language: str) -> str:
    """Return what is read aloud: the house's own text in `language`, else the standard one.

    A house text that is written in another language only is said in that one (`spoken_in`).
    """
    if own := texts.choose(say.texts, language):
        return own
    with translation.override(language):
        return _standard(say.code, say.params)


def spoken_in(say: Say, language: str) -> str:
    """Return the language of what `words` gives, so that the voice fits it."""
    written = [name for name, text in say.texts.items() if text]
    return language if not written or language in written else written[0]


def _standard(code: str, params: Mapping[str, str]) -> str:
    match code:
        case "greeting":
            return _("Thank you for calling. We are connecting you with the person on call.")
        case "offer_message":
            return _("To leave a message instead of waiting, press 1 at any time.")
        case "leave_message":
            return _(
                "Nobody can take your call right now. Please leave a message after the tone, "
                "with your name and your number, then press hash."
            )
        case "message_taken":
            return _("Thank you. Your message will be passed on at once. Goodbye.")
        case "announcement":
            return _("Nobody can take your call right now. Please call again later. Goodbye.")
        case "goodbye":
            return _("The call has ended. Goodbye.")
        case "whisper":
            return _("Call for %(line)s. Press 1 to take it, or 2 to pass it on.") % params
        case "whisper_keys":
            return _("Press 1 to take the call, or 2 to pass it on.")
        case "connecting":
            return _("You are being connected.")
        case "passed_on":
            return _("Thank you. The call is passed on. Goodbye.")
        case "no_key":
            return _("No key was pressed. The call is passed on. Goodbye.")
        case "taken_by_colleague":
            return _("A colleague has already taken this call. Thank you. Goodbye.")
        case "caller_has_gone":
            return _("The caller has hung up. Thank you. Goodbye.")
        case "too_late":
            return _("It is too late to take this call. Thank you. Goodbye.")
        case "no_longer_needed":
            return _("The caller is already leaving a message. Thank you. Goodbye.")
        case "test_call" if params.get("organisation"):
            words = _("This is a test call from %(organisation)s. If you hear this, press 1.")
            return words % params
        case "test_call":
            return _("This is a test call. If you hear this, press 1.")
        case "test_thanks":
            return _("Thank you. This phone can be reached. Goodbye.")
        case "test_no_key":
            return _("No key was pressed. Goodbye.")
    raise ValueError(f"No words for the prompt {code!r}.")
