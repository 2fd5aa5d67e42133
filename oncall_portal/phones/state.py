"""What the desk shows: the caller, the telephones and the portal's own story, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.phones.emulator_client import EmulatorClient
from oncall_portal.phones.forms import BY_HAND
from oncall_portal.phones.hearing import Telling, elapsed, moment
from telephony import labels, queries
from telephony.models import Call, Leg, PhoneNumber
from telephony.plan import make_plan
from telephony.story import reason_words, sentence
from telephony.types import Plan

_LEVEL = "level_"


@dataclass(frozen=True)
class DeskPhone:
    """A telephone to show: its number (E.164), whose it is, and why it would ring (a code)."""

    number: str
    name: str
    reason: str = ""

    @property
    def level(self) -> str:
        """The level that rings it, "" when it rings for another reason."""
        return self.reason.removeprefix(_LEVEL) if self.reason.startswith(_LEVEL) else ""


def rota_phones(line: PhoneNumber | None, now: datetime) -> dict[str, DeskPhone]:
    """Return the telephones that a call to `line` would ring at `now`, in order, by number."""
    own = frozenset(queries.own_numbers())
    plan = make_plan(queries.route_facts(line, own, now, get_language() or "en"))
    return _phones_of(plan)


def _phones_of(plan: Plan) -> dict[str, DeskPhone]:
    found: dict[str, DeskPhone] = {}
    for stage in plan.stages:
        for rung in (rung for lane in stage.lanes for rung in lane):
            found.setdefault(rung.number, DeskPhone(rung.number, rung.name, stage.reason))
    return found


def describe(
    emulator: EmulatorClient, call_id: str, line: PhoneNumber | None, now: datetime
) -> dict[str, Any]:
    """Return all that the page shows as JSON values; raises EmulatorAway.

    `call_id` is the call that the page follows, "" for none: whichever is under way is found.
    `line` is the number chosen on the page, which decides the telephones while nobody calls.
    """
    heard = _current_call(emulator, call_id)
    row = _row(heard["id"]) if heard else None
    legs = list(row.legs.order_by("ordinal")) if row else []
    phones = rota_phones(row.phone_number if row and row.phone_number else line, now)
    for leg in legs:
        phones.setdefault(leg.number, DeskPhone(leg.number, leg.name))
    names = {leg.number: leg.name for leg in legs}
    names |= {number: each.name for number, each in phones.items()}
    telling = Telling(names, row.started_at if row else None)
    return {
        "call": _caller(heard, row, telling) if heard else None,
        "phones": [
            _phone(each, emulator.phone(each.number), legs, telling) for each in phones.values()
        ],
        "story": _story(row) if row else None,
    }


def _current_call(emulator: EmulatorClient, call_id: str) -> dict[str, Any] | None:
    """Return the call asked for; once it is over, or without one, the latest under way."""
    asked = emulator.call(call_id) if call_id else None
    if asked and not asked["ended_at"]:
        return asked
    live = Call.objects.filter(ended_at=None).order_by("-started_at").first()
    return (emulator.call(live.caller_leg) if live else None) or asked


def _row(call_id: str) -> Call | None:
    return Call.objects.select_related("phone_number").filter(leg_uuid=call_id).first()


def _caller(heard: dict[str, Any], row: Call | None, telling: Telling) -> dict[str, Any]:
    is_live = not heard["ended_at"]
    partners = [each["with"] for each in heard["connections"] if each["end"] is None]
    status = _("Calling")
    if not is_live:
        status = _("The call is over")
    elif partners:
        status = _("Connected with %(name)s") % {"name": telling.name(partners[0])}
    elif heard["heard"] and heard["heard"][-1]["kind"] == "beep":
        status = _("Leaving a message")
    elif heard["answered_at"]:
        status = _("In the call, waiting")
    caller = phone.from_platform(heard["from"])
    line = row.phone_number.name if row and row.phone_number else ""
    return {
        "id": heard["id"],
        "from": _shown(caller) if caller else _("withheld number"),
        "to": " · ".join(filter(None, [line, _shown(f"+{heard['to'].lstrip('+')}")])),
        "live": is_live,
        "tone": "over" if not is_live else "talking" if partners else "waiting",
        "status": status,
        "since": row.started_at.isoformat() if row else heard["answered_at"],
        "until": heard["ended_at"],
        "heard": telling.lines(heard["heard"], is_live=is_live),
    }


def _phone(
    each: DeskPhone, found: Mapping[str, Any], legs: list[Leg], telling: Telling
) -> dict[str, Any]:
    ring = found["rang"][-1] if found["rang"] else None
    state, status = "idle", _rest_words(each.number, legs)
    if found["in_call"] and _hears_somebody(found["heard"]):
        state, status = "talking", _("Talking with the caller")
    elif found["in_call"]:
        state, status = "picked-up", _("Picked up")
    elif found["ringing"]:
        state, status = "ringing", _("Ringing")
    since = ring and (ring["answered_at"] if found["in_call"] else ring["at"])
    return {
        "number": each.number.lstrip("+"),
        "shown": _shown(each.number),
        "name": each.name,
        "level": each.level,
        "why": "" if each.level or not each.reason else reason_words(each.reason),
        "state": state,
        "status": status,
        "since": since if state != "idle" else None,
        "behaviour": found["behaviour"] if found["scripted"] else BY_HAND,
        "heard": telling.lines(_lately(found["heard"], ring), is_live=bool(found["in_call"])),
    }


def _shown(number: str) -> str:
    """Return a number for reading, that no line end tears apart."""
    return phone.spaced(number).replace(" ", "\N{NO-BREAK SPACE}")


def _hears_somebody(heard: list[dict[str, Any]]) -> bool:
    return any(each["kind"] == "voice" and each["until"] is None for each in heard[-3:])


def _rest_words(number: str, legs: list[Leg]) -> str:
    """Say what came of ringing this telephone in this call, else that it is silent."""
    result = next((leg.result for leg in reversed(legs) if leg.number == number), "")
    words = labels.LEG_RESULT.get(result)
    return _("Idle: %(result)s") % {"result": words} if words else _("Idle")


def _lately(heard: list[dict[str, Any]], ring: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return what a telephone heard since it last rang."""
    if ring is None:
        return []
    return [each for each in heard if moment(each["at"]) >= moment(ring["at"])]


def _story(row: Call) -> dict[str, Any]:
    events = row.events.select_related("leg").order_by("at", "pk")
    outcome = labels.OUTCOME.get(row.outcome) if row.ended_at else labels.PHASE.get(row.phase)
    return {
        "live": row.ended_at is None,
        "phase": str(outcome or ""),
        "url": reverse("admin:telephony_call_change", args=[row.pk]),
        "lines": [
            {
                "at": elapsed(event.at - row.started_at),
                "text": sentence(event.code, event.params, event.leg.name if event.leg else ""),
            }
            for event in events
        ],
    }
