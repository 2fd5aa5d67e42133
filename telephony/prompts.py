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
    with translation.override(language):
        if own := texts.choose(say.texts, language):
            return _filled(own, say.params) if say.code == "whisper_own" else own
        return _standard(say.code, say.params)


def aloud(say: Say, language: str, line: str = "") -> str:
    """Return what is read aloud, its names in the language too; `line` is what was called.

    The instruction's own language, where it has one, goes before the listener's.
    """
    language = say.language or language
    named = {name: texts.choose(written, language) for name, written in say.names.items()}
    return words(Say(say.code, {"line": line, **named, **say.params}, say.texts), language)


def spoken_in(say: Say, language: str) -> str:
    """Return the language of what `words` gives, so that the voice fits it."""
    written = [name for name, text in say.texts.items() if text]
    return language if not written or language in written else written[0]


def _standard(code: str, params: Mapping[str, str]) -> str:
    """Return what a caller hears who waits or leaves a message."""
    match code:
        case "greeting":
            return _("Thank you for calling. We are connecting you with the person on call.")
        case "offer_message":
            return _("To leave a message instead of waiting, press 1 at any time.")
        case "still_trying_offer":
            return _("We are still trying to reach somebody; press 1 to leave a message.")
        case "still_trying":
            return _("We are still trying to reach somebody.")
        case "leave_message" | "your_message" | "message_again":
            return _before_the_message(code, params)
        case "keep_message":
            return _("To keep this message, press 1. To record it again, press 2.")
        case "message_taken":
            return _("Thank you. Your message will be passed on at once. Goodbye.")
        case "announcement":
            return _("Nobody can take your call right now. Please call again later. Goodbye.")
        case "goodbye":
            return _("The call has ended. Goodbye.")
    return _to_the_called(code, params)


def _before_the_message(code: str, params: Mapping[str, str]) -> str:
    """Return what a caller hears who is to speak now: after a tone or without, ended by a key."""
    with_tone, without = {
        "leave_message": (
            _(
                "Nobody can take your call right now. Please leave a message after the tone, "
                "with your name and your number, then press %(key)s."
            ),
            _(
                "Nobody can take your call right now. Please leave a message now, "
                "with your name and your number, then press %(key)s."
            ),
        ),
        "your_message": (
            _(
                "Please leave your message after the tone, with your name and your number, then "
                "press %(key)s."
            ),
            _("Please leave your message now, with your name and your number, then press %(key)s."),
        ),
        "message_again": (
            _("Please record your message again after the tone, then press %(key)s."),
            _("Please record your message again now, then press %(key)s."),
        ),
    }[code]
    words = without if params.get("beep") == "no" else with_tone
    return words % _spoken({"key": "#", **params})


def _to_the_called(code: str, params: Mapping[str, str]) -> str:
    """Return what somebody hears whose phone we ring for a caller."""
    match code:
        case "whisper":
            return _("Call for %(line)s. Press 1 to take it, or 2 to pass it on.") % params
        case "whisper_from" | "whisper_caller":
            return _from_whom(code, params)
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
    return _of_a_chosen_end(code, params)


def _of_a_chosen_end(code: str, params: Mapping[str, str]) -> str:
    """Return what is said of a refusal, a call back, a test call."""
    match code:
        case "blocked":
            return _("Your call cannot be taken at this number. Goodbye.")
        case "line_full":
            return _("All our lines are busy. Please call again in a few minutes. Goodbye.")
        case "call_back_noted":
            return _("Thank you. Somebody will call you back. Goodbye.")
        case "call_back_whisper":
            return _("Call to %(name)s. Press 1, and you are connected.") % params
        case "call_back_no_key":
            return _("No key was pressed. Nobody is called. Goodbye.")
        case "calling_back":
            return _("Please wait while we call.")
        case "other_no_answer":
            return _("The call was not answered. Goodbye.")
        case "other_busy":
            return _("The line is busy. Please try again later. Goodbye.")
        case "other_not_dialled":
            return _("This number could not be called. Goodbye.")
        case "ended_by_us":
            return _("Your call has been ended. Goodbye.")
        case "recording_notice":
            return _("This call is recorded.")
        case "test_call" if params.get("organisation"):
            words = _("This is a test call from %(organisation)s. If you hear this, press 1.")
            return words % params
        case "test_call":
            return _("This is a test call. If you hear this, press 1.")
        case "test_thanks":
            return _("Thank you. This phone can be reached. Goodbye.")
        case "test_no_key":
            return _("No key was pressed. Goodbye.")
    return _asked(code, params)


def _filled(whisper: str, params: Mapping[str, str]) -> str:
    """Return the house's own whisper with what this call puts in the place of its names."""
    line = params.get("line", "")
    caller = params.get("caller_name") or params.get("caller_digits") or _("a withheld number")
    values = {"service": params.get("service", line), "line": line, "caller": caller}
    return texts.fill(whisper, values)


def _from_whom(code: str, params: Mapping[str, str]) -> str:
    """Return what a person called hears of the caller, after what was called or by itself."""
    if params.get("caller_name"):
        words = {
            "whisper_from": _(
                "Call for %(line)s, from %(caller_name)s. Press 1 to take it, or 2 to pass it on."
            ),
            "whisper_caller": _("From %(caller_name)s."),
        }
    elif params.get("caller_digits"):
        words = {
            "whisper_from": _(
                "Call for %(line)s, from %(caller_digits)s. Press 1 to take it, or 2 to pass it on."
            ),
            "whisper_caller": _("From %(caller_digits)s."),
        }
    else:
        words = {
            "whisper_from": _(
                "Call for %(line)s, from a withheld number. Press 1 to take it, or 2 to pass it on."
            ),
            "whisper_caller": _("From a withheld number."),
        }
    return words[code] % params


def _asked(code: str, params: Mapping[str, str]) -> str:
    """Return what a caller in a menu is asked."""
    match code:
        case "menu":
            return _("Welcome.")
        case "closed":
            return _("We are closed at the moment.")
        case "choose_language":
            return _("For English, press %(key)s.") % _spoken(params)
        case "key_in_number":
            return _("Please key in the number at which you can be called back, then press hash.")
        case "key_in_number_or_hash":
            return _(
                "Please key in the number at which you can be called back, then press hash. "
                "For the number that you are calling from, just press hash."
            )
        case "number_read_back":
            return _("Your number is %(digits)s.") % params
        case "confirm_number":
            return _("If this is right, press 1. To key it in again, press 2.")
        case "key_in_extension":
            return _("Please dial the extension, then press hash.")
        case "offer_later":
            return _(
                "Nobody can take your call right now. To leave a message, press 1. "
                "Otherwise, please call again later."
            )
        case "offer_call_back":
            return _(
                "Nobody can take your call right now. To leave a message, press 1. "
                "To be called back, press 2."
            )
        case "wrong_key":
            return _("This key has no meaning here.")
        case "unknown_extension":
            return _("Nobody has this extension.")
        case "bad_number":
            return _("This is not a complete telephone number.")
    return _key(code, params)


def _key(code: str, params: Mapping[str, str]) -> str:
    """Return what one key of a menu is for."""
    pressed = _spoken(params)
    match code:
        case "key_reaches":
            return _("To reach %(name)s, press %(key)s.") % pressed
        case "key_for":
            return _("For %(name)s, press %(key)s.") % pressed
        case "key_service" | "key_schedule" | "key_transfer":
            return _("To be connected, press %(key)s.") % pressed
        case "key_menu":
            return _("For more choices, press %(key)s.") % pressed
        case "key_voicemail":
            return _("To leave a message, press %(key)s.") % pressed
        case "key_call_back":
            return _("To be called back, press %(key)s.") % pressed
        case "key_announcement":
            return _("To hear more, press %(key)s.") % pressed
        case "key_dial_extension":
            return _("To dial an extension, press %(key)s.") % pressed
        case "key_repeat":
            return _("To hear this again, press %(key)s.") % pressed
        case "key_back":
            return _("To go back, press %(key)s.") % pressed
        case "key_hang_up":
            return _("To end the call, press %(key)s.") % pressed
    raise ValueError(f"No words for the prompt {code!r}.")


def _spoken(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters with the key as it is read aloud."""
    names = {"*": _("star"), "#": _("hash")}
    return {**params, "key": names.get(params.get("key", ""), params.get("key", ""))}
