"""The route of a call: who is rung, in what order, and what comes when nobody answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from telephony.instructions import Params
from telephony.types.menu import Goal, Place


@dataclass(frozen=True)
class Phone:
    """One number to ring, with what it inherits already settled.

    `whisper` is the house's own words ("" for the standard ones), in `whisper_language` where that
    is not the `language` of whoever is called; a phone that is
    not `screened` counts as answered as soon as it is picked up. `names_seconds` is how long the
    names take that are filled into the whisper; `notice_seconds`, what the caller hears of the
    recording before it rings, where it is connected directly.
    """

    number: str
    name: str
    staff: int | None
    service: int | None
    ring_seconds: int
    screened: bool
    whisper: str
    language: str
    whisper_language: str = ""
    names_seconds: int = 0
    notice_seconds: int = 0


@dataclass(frozen=True)
class Stage:
    """Phones tried side by side: each lane is one person's cascade; a direct stage is one phone."""

    lanes: tuple[tuple[Phone, ...], ...]
    reason: str
    direct: bool = False


@dataclass(frozen=True)
class Ending:
    """What a caller gets whom nobody answered: a message, or an announcement without one.

    `texts` and `audio` (tokens of recordings) are the greeting or the announcement by language, {}
    for the standard one. `offer`: the caller chooses first, between a message and what it names.
    `menu`: where in the number's menu the caller goes on instead. A message is ended by a key or
    by silence; `confirm`: the caller may record it again; `transcribe`: the platform writes it
    down, too. The defaults are what calls had that older releases began.
    """

    message: bool
    mailbox: int | None = None
    max_seconds: int = 180
    texts: Params = field(default_factory=dict)
    audio: Params = field(default_factory=dict)
    offer: Goal | None = None
    menu: Place | None = None
    end_key: str = "#"
    silence_seconds: int = 10
    beep: bool = True
    confirm: bool = False
    transcribe: bool = False


@dataclass(frozen=True)
class Waiting:
    """What a caller hears between the questions of the waiting loop; {} for the standard.

    `texts` and `audio` (tokens of recordings) are the words by language, `music` recordings, too.
    """

    texts: Params = field(default_factory=dict)
    audio: Params = field(default_factory=dict)
    music: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Skip:
    """Somebody or something that the plan leaves out, and why."""

    reason: str
    name: str = ""


@dataclass(frozen=True)
class DivertNote:
    """The divert that a route obeys: of what (its name), to whom, until when, set by whom.

    `zone` (IANA) is by whose clock it is told; `by` is "" when nobody knows any more.
    """

    of: str
    name: str
    until: datetime
    zone: str
    by: str


@dataclass(frozen=True)
class Whispered:
    """What a whisper tells of a call: for what, and from whom.

    `service` is the name of the service that the caller chose, by language, {} for the number
    called itself. The caller has a `name` or `digits` (as dialled, read one by one), neither where
    the number is withheld; the standard words leave them out unless `names_caller`.
    """

    service: Params = field(default_factory=dict)
    name: str = ""
    digits: str = ""
    names_caller: bool = False


@dataclass(frozen=True)
class Plan:
    """An ordered, bounded route: at most `worst_case_seconds` from first ring to the ending.

    Whoever takes the call and drops it again starts the stage's other phones once more, and only
    the hard stop bounds that. `cut` are those whom it leaves no time for when all else takes its
    longest. `chosen`: the caller asked for this ending, and nobody was sought. `records`: both
    sides are told, by the `notice` in each language ({} for the standard one), and recorded.
    `by_text`: the number called has the caller's number sent to whoever is called. `schedule` is
    the id of the rota that was asked, None where none was.
    """

    stages: tuple[Stage, ...]
    ending: Ending
    accept_seconds: int
    hard_stop_seconds: int
    worst_case_seconds: int
    skipped: tuple[Skip, ...] = ()
    cut: tuple[Skip, ...] = ()
    divert: DivertNote | None = None
    chosen: bool = False
    whispered: Whispered = field(default_factory=Whispered)
    records: bool = False
    notice: Params = field(default_factory=dict)
    waiting: Waiting = field(default_factory=Waiting)
    by_text: bool = False
    schedule: int | None = None
