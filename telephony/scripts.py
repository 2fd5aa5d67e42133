"""What callers and the people called hear, in neutral instructions."""

from __future__ import annotations

from dataclasses import replace

from telephony.instructions import (
    AskCaller,
    AskLeg,
    AskNext,
    Connect,
    Join,
    Music,
    Record,
    Say,
    Script,
)
from telephony.types import Ending, Phone, Plan


def wait(ending: Ending, *, short: bool = False) -> Script:
    """One segment of the waiting loop; if nobody answers its question, it ends by itself."""
    music: Script = () if short else (Music(),)
    return (*music, AskCaller(), *without_us(ending))


def welcome(ending: Ending) -> Script:
    """What a caller hears first who may leave a message; a key is heard from the first word."""
    return (
        Say("greeting", barge_in=True),
        Say("offer_message", barge_in=True),
        *wait(ending, short=True),
    )


def whisper(leg: int, phone: Phone, plan: Plan) -> Script:
    """What the person called hears before they take the call or pass it on."""
    spoken = phone.whisper_language or phone.language
    texts = {spoken: phone.whisper} if phone.whisper else {}
    intro: Script = (Say("whisper_own", texts=texts, barge_in=True),) if texts else ()
    keys = Say("whisper_keys" if texts else "whisper", barge_in=True)
    return (*intro, keys, AskLeg(leg, plan.accept_seconds))


def join_taker(leg: int) -> Script:
    """The one who took the call enters the conversation, and ends it by leaving."""
    return (Say("connecting"), Join(leg, ends_on_exit=True))


def join_caller(leg: int, ending: Ending) -> Script:
    """The caller enters the conversation, and comes back to us if the other drops out."""
    return (Join(leg, ends_on_exit=False), AskNext(leg), *without_us(ending))


def connect(leg: int, phone: Phone, ending: Ending) -> Script:
    """The caller is connected as soon as the phone is picked up, and comes back if it is not."""
    return (
        Connect(leg, phone.number, phone.ring_seconds),
        AskNext(leg),
        *without_us(ending),
    )


def take_message(ending: Ending, *, chosen: bool = False) -> Script:
    """The greeting, the message, and thanks; `chosen`: the caller asked to leave one."""
    greeting = Say("your_message") if chosen else Say("leave_message")
    return (
        replace(greeting, texts=ending.texts, audio=ending.audio),
        Record(ending.max_seconds),
        Say("message_taken"),
    )


def announce(ending: Ending, closing: str = "") -> Script:
    """The announcement, or the `closing` words in its place, then the end."""
    if closing and (ending.message or not ending.texts):
        return (Say(closing),)
    return (Say("announcement", texts=ending.texts, audio=ending.audio),)


def without_us(ending: Ending) -> Script:
    """What the platform does by itself when nobody answers its question any more."""
    return take_message(ending) if ending.message else announce(ending)
