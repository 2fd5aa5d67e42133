"""The words of an e-mail about a message, in the language that is active."""

from __future__ import annotations

from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _

from oncall_portal.lib import phone, spans
from scheduling import whens
from voicemail.enums import Letter
from voicemail.types import MessageFacts, PrivateLink


def subject(letter: Letter, facts: MessageFacts) -> str:
    """Return the subject line: who called, and for how long or what is wrong."""
    words = {"caller": _named(facts), "length": length_words(facts.duration_seconds)}
    return {
        Letter.RECORDED: _("Message from %(caller)s (%(length)s)"),
        Letter.FOLLOWS: _("Message from %(caller)s: the recording follows"),
        Letter.LOST: _("Message from %(caller)s: the recording could not be fetched"),
    }[letter] % words


def body(
    letter: Letter,
    facts: MessageFacts,
    *,
    attached: bool,
    link: PrivateLink | None = None,
    missed: bool = False,
) -> str:
    """Return the text: who called, when, for what, how long, what was said, where to listen.

    `missed`: those whom it was for got none, and the reader is to know.
    """
    parts = [
        [_missed()] if missed else [],
        [_opening(letter, facts)],
        _facts(facts),
        _transcript(facts),
    ]
    parts.append(_ways(facts, attached=attached, link=link))
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _facts(facts: MessageFacts) -> list[str]:
    rows = [(_("Caller"), who(facts)), *fact_rows(facts)]
    return [_("%(label)s: %(value)s") % {"label": name, "value": value} for name, value in rows]


def fact_rows(facts: MessageFacts) -> list[tuple[str, str]]:
    """Return what is known beside the caller, each with its label."""
    told = [
        (_("When"), moment_words(facts.left_at, facts.own_zone)),
        (_("Number called"), _number(facts)),
        (_("Service"), facts.service),
        (_("Chosen in the menu"), facts.option),
        (_("Mailbox"), facts.mailbox),
        (_("Length"), length_words(facts.duration_seconds)),
        (_("To be called back"), promised_words(facts)),
    ]
    return [(label, value) for label, value in told if value]


def promised_words(facts: MessageFacts) -> str:
    """Return until when a call back is promised, and by whom; "" where none is."""
    if facts.due_at is None:
        return ""
    words = {"when": moment_words(facts.due_at), "owner": facts.owner}
    return (_("by %(when)s, %(owner)s") if facts.owner else _("by %(when)s")) % words


def _transcript(facts: MessageFacts) -> list[str]:
    if not facts.transcript:
        return []
    return [_("What was said, written down by a machine, which may err:"), facts.transcript]


def _ways(facts: MessageFacts, *, attached: bool, link: PrivateLink | None) -> list[str]:
    lines = [_("The recording is attached.")] if attached else []
    if link is not None:
        words = {"until": moment_words(link.until), "address": link.address}
        lines.append(_("To listen without signing in, until %(until)s: %(address)s") % words)
    return [*lines, _("The message in the portal: %(page)s") % {"page": facts.page}]


def moment_words(when: datetime, own_zone: str = "") -> str:
    """Return an instant by the clock of its zone, named where it is not the reader's `own_zone`."""
    words, zone = formats.date_format(when, "l j F Y, H:i"), str(when.tzinfo)
    return whens.with_zone(words, when, zone, own_zone or zone)


def _named(facts: MessageFacts) -> str:
    return facts.caller_name or caller_words(facts.caller)


def who(facts: MessageFacts) -> str:
    """Return the caller's name, where it is known, and number."""
    number = caller_words(facts.caller)
    return f"{facts.caller_name}, {number}" if facts.caller_name else number


def _missed() -> str:
    return _(
        "Nobody who gets the messages of this mailbox could be written to: every e-mail and text"
        " failed. The message's page says why. Please see to it that somebody calls back."
    )


def _opening(letter: Letter, facts: MessageFacts) -> str:
    if letter == Letter.RECORDED and facts.cut_short:
        return _(
            "A caller left a message, but only a part of its recording could be fetched. "
            "Please call back if you miss the rest."
        )
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


def dialled_words(facts: MessageFacts) -> str:
    """Return the number that was called, for reading."""
    return phone.spaced(facts.dialled) if facts.dialled else _("unknown")


def _number(facts: MessageFacts) -> str:
    number = dialled_words(facts)
    return f"{facts.number_name}, {number}" if facts.number_name else number


def length_words(seconds: float | None) -> str:
    """Return a length in seconds, None while it is not known, for reading."""
    if seconds is None:
        return _("unknown length")
    return spans.words(seconds)
