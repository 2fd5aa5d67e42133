"""The words of an e-mail about a message, in the language that is active."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _

from oncall_portal.lib import phone, spans
from voicemail.enums import Letter
from voicemail.types import MessageFacts


def subject(letter: Letter, facts: MessageFacts) -> str:
    """Return the subject line: who called, and for how long or what is wrong."""
    words = {"caller": caller_words(facts.caller), "length": length_words(facts.duration_seconds)}
    return {
        Letter.RECORDED: _("Message from %(caller)s (%(length)s)"),
        Letter.FOLLOWS: _("Message from %(caller)s: the recording follows"),
        Letter.LOST: _("Message from %(caller)s: the recording could not be fetched"),
    }[letter] % words


def body(letter: Letter, facts: MessageFacts, *, attached: bool) -> str:
    """Return the text: who called, when, which number, how long, and where to listen."""
    when = formats.date_format(facts.left_at, "l j F Y, H:i")
    lines = [
        _opening(letter),
        "",
        _("Caller: %(caller)s") % {"caller": caller_words(facts.caller)},
        _("When: %(when)s (%(zone)s)") % {"when": when, "zone": str(facts.left_at.tzinfo)},
        _("Number called: %(number)s") % {"number": _number(facts)},
        _("Length: %(length)s") % {"length": length_words(facts.duration_seconds)},
        "",
    ]
    if attached:
        lines.append(_("The recording is attached."))
    lines.append(_("The message in the portal: %(page)s") % {"page": facts.page})
    return "\n".join(lines) + "\n"


def _opening(letter: Letter) -> str:
    return {
        Letter.RECORDED: _("A caller left a message."),
        Letter.FOLLOWS: _(
            "A caller left a message. Its recording could not be fetched yet; "
            "it follows as soon as it is here."
        ),
        Letter.LOST: _(
            "A caller left a message, but its recording could not be fetched. Please call back."
        ),
    }[letter]


def caller_words(caller: str | None) -> str:
    """Return a caller (E.164, "" withheld, None without a call) for reading."""
    if caller is None:
        return _("an unknown caller")
    return phone.spaced(caller) if caller else _("a withheld number")


def _number(facts: MessageFacts) -> str:
    number = phone.spaced(facts.dialled) if facts.dialled else _("unknown")
    return f"{facts.number_name}, {number}" if facts.number_name else number


def length_words(seconds: float | None) -> str:
    """Return a length in seconds, None while it is not known, for reading."""
    if seconds is None:
        return _("unknown length")
    return spans.words(seconds)
