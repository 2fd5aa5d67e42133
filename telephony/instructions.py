"""What callers and the people called hear and are asked, in neutral instructions."""

from __future__ import annotations

from dataclasses import dataclass, field

Params = dict[str, str]


@dataclass(frozen=True)
class Say:
    """Words: a prompt's code with its parameters, or the house's own texts by language.

    `audio` are recordings by language, each by its token; one in the listener's language goes
    before every text. `names` are parameters written in several languages. `language` is the one
    to speak where that is not the listener's.
    """

    code: str
    params: Params = field(default_factory=dict)
    texts: Params = field(default_factory=dict)
    barge_in: bool = False
    audio: Params = field(default_factory=dict)
    names: dict[str, Params] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True)
class Music:
    """The waiting music, which a key interrupts.

    `audio` are the house's own recordings by language, each by its token; {} for the standard one.
    """

    audio: Params = field(default_factory=dict)


@dataclass(frozen=True)
class AskCaller:
    """Wait for one key of the waiting caller; the answer comes as `Heartbeat`."""


@dataclass(frozen=True)
class AskKeys:
    """Wait for keys of a caller in a menu; the answer comes as `KeysPressed` with this turn.

    At most so many keys, so many seconds after the last; `hash_ends` them, too.
    """

    turn: int
    most: int
    seconds: int
    hash_ends: bool = False


@dataclass(frozen=True)
class AskLeg:
    """Wait for one key of a person called; the answer comes as `LegKey`."""

    leg: int
    seconds: int


@dataclass(frozen=True)
class Connect:
    """Ring one phone and join it to the caller as soon as it is picked up.

    `notice`: whoever picks up is told first that the call is recorded.
    """

    leg: int
    number: str
    ring_seconds: int
    notice: bool = False


@dataclass(frozen=True)
class Join:
    """Enter the private conversation that this leg's claim opened; its taker's leaving ends it.

    `waits`: whoever leaves may end it, and hears music until the other side is there. `record`:
    all of it is recorded; one of those who enter says so.
    """

    leg: int
    ends_on_exit: bool
    waits: bool = False
    record: bool = False


@dataclass(frozen=True)
class AskNext:
    """Ask what comes next; the answer comes as `StepReached` with this leg."""

    leg: int


@dataclass(frozen=True)
class Record:
    """Record what the caller says, at most so many seconds; a key or silence ends it.

    `transcribe`: the platform is to write it down, too. `take` is how often the caller recorded
    the message before.
    """

    max_seconds: int
    end_key: str = "#"
    silence_seconds: int = 10
    beep: bool = True
    transcribe: bool = False
    take: int = 0


@dataclass(frozen=True)
class AskKept:
    """Wait for one key of a caller who left a message; the answer comes as `MessageConfirmed`."""

    take: int
    seconds: int


@dataclass(frozen=True)
class RecordCall:
    """Record both sides of the call from now on, while it goes on."""


Instruction = (
    Say
    | Music
    | AskCaller
    | AskKeys
    | AskLeg
    | AskKept
    | Connect
    | Join
    | AskNext
    | Record
    | RecordCall
)
Script = tuple[Instruction, ...]
