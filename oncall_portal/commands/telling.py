"""Tells a simulated call line by line, in the reader's language and the schedule's wall clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from oncall_portal.commands.simulation import Played
from oncall_portal.lib import phone
from oncall_portal.outbox.enums import Channel
from scheduling.queries import house
from telephony import labels
from telephony.emulator import Heard
from telephony.models import CallEvent, PhoneNumber
from telephony.story import reason_words, sentence

Moment = tuple[datetime, str]
# What only the portal knows; the rest is told by those who hear it.
_DECISIONS = frozenset(
    {
        *("diverted", "skipped", "leg_accepted", "leg_result", "claim_lost", "unanswered"),
        *("message_recorded", "message_may_exist"),
    }
)


def zone_of(line: PhoneNumber) -> str:
    """Return the zone (IANA) of the line's schedule, of the house where it has none."""
    return line.schedule.time_zone if line.schedule else house().time_zone


def told(played: Played) -> Iterator[str]:
    """Yield the lines of the whole story: what happened when, the outcome, who is written to."""
    scene, zone = played.scene, zone_of(played.scene.line)
    start = scene.at.astimezone(ZoneInfo(zone))
    yield f"{formats.date_format(start, 'l j F Y, H:i:s')} ({zone})"
    for at, words in _moments(played):
        yield f"  {at.astimezone(ZoneInfo(zone)):%H:%M:%S}  {words}"
    yield _("Outcome: %(outcome)s") % {"outcome": _outcome(played)}
    for message in played.messages:
        template = _("E-mail to %(to)s: %(subject)s")
        if message.channel != Channel.EMAIL:
            template = _("Text message to %(to)s: %(subject)s")
        yield template % {"to": message.to, "subject": message.subject or message.body}
    if not played.messages:
        yield _("Nobody is written to.")


def _outcome(played: Played) -> str:
    call = played.call
    if call is None or not call.outcome:
        return _("unknown")
    outcome = str(labels.OUTCOME[call.outcome])
    return f"{outcome} ({call.accepted_by.name})" if call.accepted_by else outcome


def _moments(played: Played) -> list[Moment]:
    """Everything that happened, in time order; what happens at one instant in this order."""
    found = [
        *_dialling(played),
        *_decisions(played.events),
        *_rings(played),
        *_connected(played),
        *_hearing(played),
        *_end(played),
    ]
    return sorted(found, key=lambda moment: moment[0])


def _dialling(played: Played) -> Iterator[Moment]:
    line = played.scene.line
    words = {
        "caller": phone.spaced(played.scene.caller) or _("A withheld number"),
        "line": f"{line.name}, {phone.spaced(str(line.number))}",
    }
    yield played.scene.at, _("%(caller)s calls %(line)s") % words


def _rings(played: Played) -> Iterator[Moment]:
    for telephone in played.platform.phones.values():
        number = f"+{telephone.number}"
        who = {"name": _name(played, number), "number": phone.spaced(number)}
        for ring in telephone.rang:
            yield ring.at, _("The phone of %(name)s rings (%(number)s)") % who
            if ring.answered_at:
                yield ring.answered_at, _("%(name)s picks up") % who


def _decisions(events: Iterable[CallEvent]) -> Iterator[Moment]:
    for event in events:
        if event.code == "skipped" and not event.params.get("name"):
            yield event.at, capfirst(reason_words(event.params["reason"]))
        elif event.code in _DECISIONS:
            yield event.at, sentence(event.code, event.params, event.leg.name if event.leg else "")


def _connected(played: Played) -> Iterator[Moment]:
    for connection in played.platform.connections:
        pair = {"one": _party(played, connection.a), "other": _party(played, connection.b)}
        yield connection.start, _("%(one)s and %(other)s can hear each other") % pair
        if connection.end:
            seconds = round((connection.end - connection.start).total_seconds())
            talked = _("%(one)s and %(other)s have talked for %(seconds)d s")
            yield connection.end, talked % {**pair, "seconds": seconds}


def _hearing(played: Played) -> Iterator[Moment]:
    yield from _heard(_("The caller"), played.caller.heard)
    for telephone in played.platform.phones.values():
        yield from _heard(_name(played, f"+{telephone.number}"), telephone.heard)


def _heard(who: str, heard: Sequence[Heard]) -> Iterator[Moment]:
    before = ""
    for each in heard:
        if each.kind == "said":
            words = {"who": who, "text": each.text}
            yield each.at, _("%(who)s hears: “%(text)s”") % words
        elif each.kind != before and (sound := _sound(each.kind)):
            yield each.at, _("%(who)s hears %(sound)s") % {"who": who, "sound": sound}
        before = each.kind


def _sound(kind: str) -> str:
    """What is no speech of ours; a conversation is told as such, and silence not at all."""
    return {
        "music": _("music"),
        "ringback": _("the ringing tone"),
        "beep": _("the beep"),
    }.get(kind, "")


def _end(played: Played) -> Iterator[Moment]:
    if played.caller.ended_at:
        yield played.caller.ended_at, _("The call is over")


def _party(played: Played, digits: str) -> str:
    if digits == played.caller.number:
        return _("The caller")
    return _name(played, f"+{digits}")


def _name(played: Played, number: str) -> str:
    """Return whose phone it is, by the legs of the call."""
    found = next((leg.name for leg in played.legs if leg.number == number), None)
    return found or phone.spaced(number)
