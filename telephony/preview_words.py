"""What would happen to a call, in words: for programs and for people, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from oncall_portal.lib import phone, spans
from oncall_portal.lib.access import can
from scheduling.access import SEE_NUMBER
from telephony import intake, labels, prompts, story_words
from telephony.enums import EndKind
from telephony.instructions import Say
from telephony.models import Leg
from telephony.story import reason_words, sentence, stage_words
from telephony.types import DivertNote, End, Question, Rehearsal, Ring, Skip

_ICONS = {
    EndKind.VOICEMAIL: "voicemail",
    EndKind.ANNOUNCEMENT: "sound",
    EndKind.CALL_BACK: "phone",
    EndKind.BLOCKED: "close",
    EndKind.LINE_FULL: "warning",
    EndKind.HANG_UP: "hang-up",
    EndKind.CONNECTED: "check",
}


@dataclass(frozen=True)
class Row:
    """One line of the way: when, a symbol, what happens, what explains it, and for how long."""

    at: str
    icon: str
    tone: str
    title: str
    detail: str = ""
    said: tuple[str, ...] = ()
    language: str = ""
    took: str = ""


def number_for(user: Any, ring: Ring) -> str:
    """Return the number that rings, masked for those who may not see it."""
    seen = Leg(number=ring.phone.number, staff_id=ring.phone.staff, service_id=ring.phone.service)
    return seen.number if can(user, SEE_NUMBER, seen) else phone.mask(seen.number)


def rows(found: Rehearsal, user: Any, line: str) -> list[Row]:
    """Return the way of a call, line by line, with its end."""
    told = [
        _ring(each, user) if isinstance(each, Ring) else _question(each, line)
        for each in found.path
    ]
    first = [Row(clock(0), "clock", "", closed_words())] if found.closed else []
    return [*first, *told, _end(found.end, found.language, line)]


def left_out(found: Rehearsal) -> list[str]:
    """Return who is not rung, and why, a sentence each."""
    told = [_diverted(each) for each in found.diverts]
    told += [_skip(each) for each in found.skipped]
    cut = [_("%(name)s: no time is left at worst") % {"name": each.name} for each in found.cut]
    return list(dict.fromkeys([*told, *cut]))


def said(words: Iterable[Say], language: str, line: str) -> tuple[str, ...]:
    """Return what is said, as the caller hears it."""
    return tuple(prompts.aloud(each, language, line) for each in words)


def end_words(end: End) -> str:
    """Return where a call ends, in one sentence without its full stop."""
    words = {"mailbox": mailbox_name(end), "name": end.name}
    return str(story_words.ENDS[end.kind]) % words


def mailbox_name(end: End) -> str:
    """Return the name of the mailbox that the message or the wish goes into, "" for none."""
    if end.kind not in (EndKind.VOICEMAIL, EndKind.CALL_BACK):
        return ""
    box = intake.get().mailbox(end.mailbox)
    return box.name if box else ""


def skip_words(skip: Skip) -> str:
    """Return why somebody or something is left out."""
    return reason_words(skip.reason)


def closed_words() -> str:
    """Return that the number is closed then, in one sentence without its full stop."""
    return str(story_words.CLOSED_THEN)


def question_words(asked: Question) -> str:
    """Return what the caller is asked and does, in one sentence without its full stop."""
    words = {"keys": asked.keys, "name": asked.name}
    if asked.ask is None:
        return str(story_words.PRESSES_WAITING) % words
    words["asked"] = str(labels.ASK[asked.ask])
    if not asked.keys:
        return str(story_words.PRESSES_NOTHING) % words
    return str(story_words.PRESSES_NAMED if asked.name else story_words.PRESSES) % words


def ring_words(ring: Ring) -> str:
    """Return whose phone rings, in one sentence without its full stop."""
    return _("%(name)s is rung") % {"name": ring.phone.name}


def clock(seconds: float) -> str:
    """Return how far the call has come: 0:24."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _question(asked: Question, line: str) -> Row:
    words = said(asked.said, asked.language, line)
    icon = "sound" if asked.ask else "key"
    took = spans.words(asked.seconds) if asked.ask else ""
    return Row(clock(asked.after), icon, "", question_words(asked), "", words, asked.language, took)


def _ring(ring: Ring, user: Any) -> Row:
    number = number_for(user, ring)
    shown = phone.spaced(number) if number == ring.phone.number else number
    how = [stage_words(ring.reason), shown]
    if ring.together:
        how.append(_("at the same time as others"))
    if ring.direct:
        how.append(_("picking up is enough"))
    took = spans.words(ring.seconds)
    return Row(clock(ring.after), "phone", "", ring_words(ring), " · ".join(how), took=took)


def _end(end: End, language: str, line: str) -> Row:
    tone = "ok" if end.kind is EndKind.CONNECTED else "warn"
    words = said(end.said, language, line)
    return Row(clock(end.after), _ICONS[end.kind], tone, end_words(end), "", words, language)


def _diverted(note: DivertNote) -> str:
    words = {"of": note.of, "name": note.name, "zone": note.zone, "by": note.by}
    return sentence("diverted", {**words, "until": note.until.isoformat()})


def _skip(skip: Skip) -> str:
    words = {"name": skip.name, "reason": skip_words(skip)}
    return _("%(name)s: %(reason)s") % words if skip.name else str(words["reason"])
