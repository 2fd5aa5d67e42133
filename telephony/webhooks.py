"""What the platform reports and asks: handed to the engine, answered with instructions."""

from __future__ import annotations

import logging
from dataclasses import replace

from django.urls import Resolver404, resolve

from oncall_portal.lib import clock
from telephony import engine, in_message, intake, scripts, testcalls, webhook_rows
from telephony.instructions import Say
from telephony.models import Call, Leg, TestCall
from telephony.types import (
    CallerGone,
    Event,
    Heartbeat,
    KeysPressed,
    LegAsks,
    LegKey,
    MessageConfirmed,
    MessageRecorded,
    State,
    StepReached,
)
from telephony.vonage import ncco, payloads
from telephony.webhook_requests import Answer, Handler, Payload, Refused, original_path

logger = logging.getLogger(__name__)


def answer(payload: Payload, _token: str) -> ncco.Ncco:
    """A call comes in."""
    arrival = payloads.arrival(payload)
    if arrival is None:
        raise Refused(400)
    found = engine.arrive(arrival, clock.now())
    return ncco.render(found.script, ncco.Context(found.call, found.legs, found.call.language))


def event(payload: Payload, _token: str) -> None:
    """Something happened to a leg, told to the whole application."""
    uuid = payloads.text(payload, "uuid", 64) or payloads.text(payload, "call_uuid", 64)
    if not uuid:
        _without_leg(payload)
        return
    if leg := webhook_rows.LEG_BY_UUID.first(uuid=uuid):
        call_id, ordinal, _uuid = leg
        _advance(call_id, payloads.leg_event(payload, ordinal))
        return
    happened = payloads.caller_event(payload)
    if planned := webhook_rows.PLANNED_BY_LEG.first(uuid=uuid):
        _advance(*planned, happened)
        return
    inbound = payloads.text(payload, "direction") == "inbound"
    arrival = payloads.arrival(payload) if inbound else None
    if isinstance(happened, CallerGone) and arrival is not None:
        engine.arrived_and_gone(arrival, clock.now())
    elif not inbound:
        logger.warning("event_of_unknown_leg status=%s", payloads.text(payload, "status"))


def _without_leg(payload: Payload) -> None:
    """A recording of the static fallback, whose call nobody can tell, or an error's report."""
    now = clock.now()
    message = payloads.recording(payload, now)
    if message is None:
        logger.warning("platform_error reason=%s", payloads.text(payload, "reason"))
        return
    intake.get().take(None, None, message, now)


def hold(payload: Payload, token: str) -> ncco.Ncco:
    """The waiting caller pressed a key, or none."""
    return _caller(_call_id(token), Heartbeat(payloads.digit(payload)))


def menu(payload: Payload, token: str, *, turn: int) -> ncco.Ncco:
    """A caller in a menu answered question number `turn` with keys, or with none."""
    return _caller(_call_id(token), KeysPressed(turn, payloads.keys(payload)))


def step(payload: Payload, token: str) -> ncco.Ncco:
    """The caller's instructions came to a point where we decide."""
    return _caller(_call_id(token), StepReached(payloads.after_leg(payload)))


def next_instructions(_payload: Payload, token: str) -> ncco.Ncco:
    """The caller was moved, and fetches what comes next."""
    return _caller(_call_id(token), StepReached(None))


def recorded(payload: Payload, token: str, *, take: int = 0) -> None:
    """The platform holds what the caller said, recorded again so many times before."""
    now = clock.now()
    message = payloads.recording(payload, now)
    if take > in_message.MOST_AGAIN:
        raise Refused(404)
    call = _call(token)
    if message is None:
        logger.warning("recording_without_address call=%s", call.pk)
        raise Refused(400)
    if _is_erased(call):
        return
    state, mailbox = engine.state_of(call), None
    if isinstance(state, State):
        mailbox = state.plan.ending.mailbox
        held = in_message.held_seconds(state, take)
        asked = state.plan.ending.transcribe
        message = replace(message, take=take, held_seconds=held, transcribed=asked)
    taken = intake.get().take(call.pk, mailbox, message, now)
    if taken is not intake.Taken.KNOWN:
        _advance(call.pk, MessageRecorded(take, short=taken is intake.Taken.TOO_SHORT))


def keep(payload: Payload, token: str, *, take: int) -> ncco.Ncco:
    """A caller who left a message keeps it, or wants to record it again."""
    return _caller(_call_id(token), MessageConfirmed(take, payloads.digit(payload)))


def transcribed(payload: Payload, token: str) -> None:
    """The platform has written a message down."""
    call = _call(token)
    written = payloads.transcript(payload)
    if written is None:
        logger.warning("transcription_without_address call=%s", call.pk)
        raise Refused(400)
    if _is_erased(call):
        return
    if not intake.get().transcribed(call.pk, written, clock.now()):
        logger.warning("transcription_of_unknown_recording call=%s", call.pk)
        raise Refused(503)  # it may have overtaken the recording's own report: told once more


def call_recorded(payload: Payload, token: str) -> None:
    """The platform holds what was said in a conversation; nothing else about the call changes."""
    call = _call(token)
    now = clock.now()
    recording = payloads.recording(payload, now)
    if recording is None:
        logger.warning("recording_without_address call=%s", call.pk)
        raise Refused(400)
    if not _is_erased(call):
        intake.get().take_conversation(call.pk, recording, now)


def notice(_payload: Payload, token: str) -> ncco.Ncco:
    """A phone that was picked up, connected directly, hears that the call is recorded."""
    found = Leg.objects.select_related("call").filter(token=token).first()
    if found is None:
        raise Refused(404)
    state, language = engine.state_of(found.call), found.call.language
    words = scripts.notice(state.plan) if isinstance(state, State) else ()
    if state is not None and found.ordinal in state.legs:
        language = state.legs[found.ordinal].phone.language
    context = ncco.Context(found.call, {}, language)
    return ncco.render(words or (Say("recording_notice"),), context)


def leg(payload: Payload, token: str) -> None:
    """Something happened to a phone that we ring."""
    call_id, ordinal, known = _leg(token)
    happened = payloads.leg_event(payload, ordinal)
    uuid = "" if known else payloads.text(payload, "uuid", 64)
    _advance(call_id, happened, (ordinal, uuid) if uuid else None)


def key(payload: Payload, token: str) -> ncco.Ncco:
    """A person called pressed a key, or none."""
    found = _leg(token)
    return _called(found, LegKey(found[1], payloads.digit(payload)), payload)


def leg_next(payload: Payload, token: str) -> ncco.Ncco | None:
    """A person called was moved, and fetches what comes next."""
    found = _leg(token)
    return _called(found, LegAsks(found[1]), payload) or None


def _called(found: webhook_rows.FoundLeg, asks: Event, payload: Payload) -> ncco.Ncco:
    """Return what a person called hears next, in their language."""
    call_id, ordinal, known = found
    uuid = "" if known else payloads.text(payload, "uuid", 64)
    leg_uuid = (ordinal, uuid) if uuid else None
    heard = engine.advance(call_id, asks, clock.now(), leg_uuid=leg_uuid)
    state = engine.state_of(heard.call)
    language = heard.call.language
    if state is not None and ordinal in state.legs:
        language = state.legs[ordinal].phone.language
    return ncco.render(heard.script, ncco.Context(heard.call, heard.legs, language))


def test(payload: Payload, token: str) -> None:
    """Something happened to a phone that we ring to see whether it can be reached."""
    happened = payloads.leg_event(payload, 0)
    if happened is not None:
        found, uuid = _test(token), payloads.text(payload, "uuid", 64)
        testcalls.happened(found.pk, happened, uuid, clock.now())


def test_key(payload: Payload, token: str) -> ncco.Ncco:
    """Whoever picked up a test call pressed a key, or none."""
    found, uuid = _test(token), payloads.text(payload, "uuid", 64)
    return testcalls.key(found.pk, payloads.digit(payload), uuid, clock.now())


def fallback(payload: Payload, _token: str) -> Answer:
    """A webhook of ours failed: answer it here as if it had not."""
    path = original_path(payload)
    try:
        match = resolve(path)
    except Resolver404:
        return answer(payload, "")
    handler = _HANDLERS.get(match.url_name or "")
    if match.namespace != "voice" or handler is None:
        return answer(payload, "")
    return handler(payload, match.kwargs.pop("token", ""), **match.kwargs)


_HANDLERS: dict[str, Handler] = {
    "answer": answer,
    "event": event,
    "hold": hold,
    "menu": menu,
    "step": step,
    "next": next_instructions,
    "recorded": recorded,
    "keep": keep,
    "transcribed": transcribed,
    "call-recorded": call_recorded,
    "notice": notice,
    "leg": leg,
    "key": key,
    "leg-next": leg_next,
    "test": test,
    "test-key": test_key,
}


def _caller(call_id: int, happened: Event) -> ncco.Ncco:
    heard = engine.advance(call_id, happened, clock.now())
    return ncco.render(heard.script, ncco.Context(heard.call, heard.legs, heard.call.language))


def _advance(call_id: int, happened: Event | None, leg_uuid: tuple[int, str] | None = None) -> None:
    if happened is not None:
        engine.advance(call_id, happened, clock.now(), leg_uuid=leg_uuid)


def _call(token: str) -> Call:
    """Return the call, locked: what is decided from its state is still true when it is written."""
    call = Call.objects.select_for_update().filter(token=token).first()
    if call is None:
        raise Refused(404)
    return call


def _is_erased(call: Call) -> bool:
    """Say whether what was said in the call is not to be kept any more: its caller was erased."""
    at = call.numbers_erased_at
    erased = at is not None and intake.get().erased_at(at)
    if erased:
        logger.warning("report_of_erased_call call=%s", call.pk)
    return erased


def _call_id(token: str) -> int:
    found = webhook_rows.CALL_BY_TOKEN.first(token=token)
    if found is None:
        raise Refused(404)
    return found[0]


def _leg(token: str) -> webhook_rows.FoundLeg:
    found = webhook_rows.LEG_BY_TOKEN.first(token=token)
    if found is None:
        raise Refused(404)
    return found


def _test(token: str) -> TestCall:
    found = TestCall.objects.filter(token=token).first()
    if found is None:
        raise Refused(404)
    return found
