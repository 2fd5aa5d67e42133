"""What callers and the people called hear, in neutral instructions."""

from __future__ import annotations

from dataclasses import replace

from telephony.instructions import (
    AskCaller,
    AskKept,
    AskLeg,
    AskNext,
    Connect,
    Join,
    Music,
    Params,
    Record,
    RecordCall,
    Say,
    Script,
)
from telephony.types import Ending, Phone, Plan, Whispered

# How long a caller has to say that the message is to be recorded again.
KEEP_SECONDS = 5


def wait(plan: Plan, *, words: bool = False) -> Script:
    """One segment of the waiting loop, music or `words`; if nobody answers, it ends by itself."""
    heard = _still_trying(plan) if words else Music(plan.waiting.music)
    return (heard, *wait_a_moment(plan.ending))


def wait_a_moment(ending: Ending) -> Script:
    """The shortest segment of the waiting loop: a second for a key."""
    return (AskCaller(), *without_us(ending))


def _still_trying(plan: Plan) -> Say:
    may_leave = plan.ending.message or plan.ending.menu is not None
    code = "still_trying_offer" if may_leave else "still_trying"
    return Say(code, texts=plan.waiting.texts, audio=plan.waiting.audio, barge_in=True)


def welcome(ending: Ending) -> Script:
    """What a caller hears first who may leave a message; a key is heard from the first word."""
    return (
        Say("greeting", barge_in=True),
        Say("offer_message", barge_in=True),
        *wait_a_moment(ending),
    )


def whisper(leg: int, phone: Phone, plan: Plan) -> Script:
    """What the person called hears before they take the call or pass it on."""
    words = _own_whisper(phone, plan) if phone.whisper else _standard_whisper(plan)
    return (*words, AskLeg(leg, plan.accept_seconds))


def _standard_whisper(plan: Plan) -> Script:
    """What was called, and, where the number says so, who calls."""
    told = plan.whispered
    names = {"line": told.service} if told.service else {}
    if not told.names_caller:
        return (Say("whisper", names=names, barge_in=True),)
    return (Say("whisper_from", _caller(told), names=names, barge_in=True),)


def _own_whisper(phone: Phone, plan: Plan) -> Script:
    """The house's own words; the caller is named after them if they do not do it themselves."""
    told = plan.whispered
    own = Say(
        "whisper_own",
        _caller(told),
        texts={phone.whisper_language or phone.language: phone.whisper},
        names={"service": told.service} if told.service else {},
        barge_in=True,
    )
    from_whom: Script = ()
    if told.names_caller and "{caller}" not in phone.whisper:
        from_whom = (Say("whisper_caller", _caller(told), barge_in=True),)
    return (own, *from_whom, Say("whisper_keys", barge_in=True))


def _caller(told: Whispered) -> Params:
    return {"caller_name": told.name, "caller_digits": " ".join(told.digits)}


def join_taker(leg: int, plan: Plan) -> Script:
    """The one who took the call enters the conversation, and ends it by leaving."""
    return (Say("connecting"), *notice(plan), Join(leg, ends_on_exit=True))


def join_caller(leg: int, plan: Plan) -> Script:
    """The caller enters the conversation, and comes back to us if the other drops out."""
    joined = recorded(Join(leg, ends_on_exit=False), records=plan.records, texts=plan.notice)
    return (*joined, AskNext(leg), *without_us(plan.ending))


def connect(leg: int, phone: Phone, plan: Plan, *, begins: bool = True) -> Script:
    """The caller is connected as soon as the phone is picked up, and comes back if it is not.

    `begins`: where calls are recorded, this is where the caller hears so and the recording begins.
    """
    recording = (*notice(plan), RecordCall()) if plan.records and begins else ()
    return (
        *recording,
        Connect(leg, phone.number, phone.ring_seconds, notice=plan.records),
        AskNext(leg),
        *without_us(plan.ending),
    )


def recorded(join: Join, *, records: bool, texts: Params) -> Script:
    """Enter a conversation, told before, by the `texts` per language, that it is recorded.

    One side's `join` is enough to have all of it recorded; the other only needs the notice.
    """
    if not records:
        return (join,)
    return (Say("recording_notice", texts=texts), replace(join, record=True))


def notice(plan: Plan) -> Script:
    """Tell whoever listens that the call is recorded, where it is."""
    return (Say("recording_notice", texts=plan.notice),) if plan.records else ()


def leave_message(
    ending: Ending, *, chosen: bool = False, take: int = 0, asks_to_keep: bool = False
) -> Script:
    """The greeting, the message, and thanks; `chosen`: the caller asked to leave one.

    `take`: how often it was recorded before; `asks_to_keep`: a key may have it recorded again.
    """
    greeting = Say("your_message" if chosen else "leave_message", _how_to_end(ending))
    question = (Say("keep_message", barge_in=True), AskKept(take, KEEP_SECONDS))
    return (
        Say("message_again", _how_to_end(ending))
        if take
        else replace(greeting, texts=ending.texts, audio=ending.audio),
        _record(ending, take),
        *(question if asks_to_keep else ()),
        Say("message_taken"),
    )


def _how_to_end(ending: Ending) -> Params:
    """Return what differs from the standard words: the key, and that there is no tone."""
    key = {} if ending.end_key == "#" else {"key": ending.end_key}
    return key if ending.beep else {**key, "beep": "no"}


def _record(ending: Ending, take: int) -> Record:
    return Record(
        ending.max_seconds,
        end_key=ending.end_key,
        silence_seconds=ending.silence_seconds,
        beep=ending.beep,
        transcribe=ending.transcribe,
        take=take,
    )


def announce(ending: Ending, closing: str = "") -> Script:
    """The announcement, or the `closing` words in its place, then the end.

    Whoever is blocked hears what was chosen for them, where that is said in their language.
    """
    if closing and closing != "blocked":
        return (Say(closing),)
    return (Say(closing or "announcement", texts=ending.texts, audio=ending.audio),)


def without_us(ending: Ending) -> Script:
    """What the platform does by itself when nobody answers its question any more."""
    return leave_message(ending) if ending.message else announce(ending)
