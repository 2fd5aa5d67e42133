"""Neutral instructions as the platform's call control objects (NCCO).

Facts about the format are the platform's NCCO reference: addresses of events are arrays, numbers
have no plus sign, after an interruptible prompt the next action must listen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oncall_portal.lib import texts
from telephony import prompts, timing
from telephony.instructions import (
    AskCaller,
    AskKept,
    AskKeys,
    AskLeg,
    AskNext,
    Connect,
    Instruction,
    Join,
    Music,
    Record,
    RecordCall,
    Say,
    Script,
)
from telephony.models import Call, Leg
from telephony.vonage import routes

Ncco = list[dict[str, Any]]
# The platform reads these voices; its own default is en-US.
_VOICES = {"fr": "fr-FR", "en": "en-GB"}
_KEY_SECONDS = 1


@dataclass(frozen=True)
class Context:
    """Whose call it is, its legs by ordinal, and the language of whoever listens."""

    call: Call
    legs: Mapping[int, Leg]
    language: str


def render(script: Script, context: Context) -> Ncco:
    """Return the script as an NCCO, ready to be sent as JSON."""
    return [_action(instruction, context) for instruction in script]


def test_call(say: Say, token: str, language: str, seconds: int | None) -> Ncco:
    """Return what a test call says; with `seconds`, then wait so long for one key."""
    ask = [] if seconds is None else [_listen(seconds, routes.test_key(token))]
    return [_talk(say, language, ""), *ask]


def _action(instruction: Instruction, context: Context) -> dict[str, Any]:
    token = context.call.token
    match instruction:
        case Say():
            return _talk(instruction, context.language, context.call.label)
        case Music(audio):
            own = texts.choose(audio, context.language)
            url = routes.audio(own) if own else routes.music()
            return {"action": "stream", "streamUrl": [url], "bargeIn": True}
        case AskCaller():
            return _listen(_KEY_SECONDS, routes.caller_waiting(token))
        case AskKeys():
            return _listen_menu(instruction, token)
        case AskLeg(leg, seconds):
            return _listen(seconds, routes.leg_key(context.legs[leg].token))
        case Connect():
            return _connect(instruction, context)
        case Join():
            entered = _conversation(instruction, context.legs[instruction.leg].token)
            return entered | (_recorded_whole(token) if instruction.record else {})
        case AskNext(leg):
            return {
                "action": "notify",
                "payload": {"after_leg": leg},
                "eventUrl": [routes.caller_step(token)],
                "eventMethod": "POST",
            }
        case AskKept(take, seconds):
            return _listen(seconds, routes.message_kept(token, take))
        case Record():
            return _record(instruction, token, context.language)
        case RecordCall():
            return _record_call(token)


def _talk(say: Say, language: str, line: str) -> dict[str, Any]:
    language = say.language or language
    if recording := say.audio.get(language):
        played = {"action": "stream", "streamUrl": [routes.audio(recording)]}
        return {**played, "bargeIn": True} if say.barge_in else played
    talk: dict[str, Any] = {
        "action": "talk",
        "text": prompts.aloud(say, language, line)[: timing.SPOKEN_CHARACTERS],
        "language": _VOICES.get(prompts.spoken_in(say, language), "en-GB"),
    }
    if say.barge_in:
        talk["bargeIn"] = True
    return talk


def _listen(seconds: int, url: str) -> dict[str, Any]:
    return {
        "action": "input",
        "type": ["dtmf"],
        "dtmf": {"maxDigits": 1, "timeOut": seconds},
        "eventUrl": [url],
        "eventMethod": "POST",
    }


def _listen_menu(ask: AskKeys, token: str) -> dict[str, Any]:
    dtmf: dict[str, Any] = {"maxDigits": ask.most, "timeOut": ask.seconds}
    if ask.hash_ends:
        dtmf["submitOnHash"] = True
    return {
        "action": "input",
        "type": ["dtmf"],
        "dtmf": dtmf,
        "eventUrl": [routes.menu_keys(token, ask.turn)],
        "eventMethod": "POST",
    }


def _connect(connect: Connect, context: Context) -> dict[str, Any]:
    endpoint: dict[str, Any] = {"type": "phone", "number": connect.number.lstrip("+")}
    if connect.notice:
        endpoint["onAnswer"] = {"url": routes.leg_notice(context.legs[connect.leg].token)}
    return {
        "action": "connect",
        "from": context.call.dialled.lstrip("+"),
        "timeout": connect.ring_seconds,
        "eventType": "synchronous",
        "eventUrl": [routes.leg_events(context.legs[connect.leg].token)],
        "eventMethod": "POST",
        "endpoint": [endpoint],
    }


def _conversation(join: Join, token: str) -> dict[str, Any]:
    """The caller waits with music for the one who took the call, whose leaving ends it.

    A name persists at the platform: each claim has its own, so that whoever enters it is always
    reported as having moved.
    """
    joining: dict[str, Any] = {"action": "conversation", "name": f"call-{token}"}
    if join.ends_on_exit and not join.waits:
        return {**joining, "startOnEnter": True, "endOnExit": True}
    joining |= {"endOnExit": True} if join.ends_on_exit else {}
    return {**joining, "startOnEnter": False, "musicOnHoldUrl": [routes.music()]}


def _recorded_whole(token: str) -> dict[str, Any]:
    """The platform records a conversation as MP3, from when the one who took the call is in it."""
    return {"record": True, "eventUrl": [routes.call_recorded(token)], "eventMethod": "POST"}


def _record_call(token: str) -> dict[str, Any]:
    """Without a key, silence or time to end it, it runs beside the actions that follow.

    As MP3, since two hours of WAV are a quarter of a gigabyte; the caller is on the left.
    """
    return {
        "action": "record",
        "format": "mp3",
        "split": "conversation",
        "eventUrl": [routes.call_recorded(token)],
        "eventMethod": "POST",
    }


def _record(record: Record, token: str, language: str) -> dict[str, Any]:
    action: dict[str, Any] = {
        "action": "record",
        "format": "wav",
        "endOnKey": record.end_key,
        "endOnSilence": record.silence_seconds,
        "timeOut": record.max_seconds,
        "eventUrl": [routes.recorded(token, record.take)],
        "eventMethod": "POST",
    }
    if record.beep:
        action["beepStart"] = True
    if record.transcribe:
        action["transcription"] = {
            "language": _VOICES.get(language, "en-GB"),
            "eventUrl": [routes.transcribed(token)],
            "eventMethod": "POST",
        }
    return action
