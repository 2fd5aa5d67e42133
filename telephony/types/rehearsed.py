"""What is known of a call that was played through beforehand, in the order of its times."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.enums import Ask, EndKind
from telephony.instructions import Say
from telephony.types.route import DivertNote, Phone, Skip


@dataclass(frozen=True)
class Question:
    """The caller was asked: what was said, so many seconds `after` the call came in, and the keys.

    `ask` is None for a key pressed while waiting; `name` is what the key is called.
    """

    after: float
    ask: Ask | None
    said: tuple[Say, ...]
    language: str
    keys: str
    seconds: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Ring:
    """A phone rang, `after` so many seconds; `together` with others of its stage of the route.

    `direct`: picking up is enough, no key is asked for.
    """

    after: float
    leg: int
    phone: Phone
    stage: int
    reason: str
    direct: bool
    together: bool
    seconds: float


@dataclass(frozen=True)
class End:
    """Where the call ends, `after` so many seconds, and what the caller hears then.

    `name` is who took the call; `mailbox` is None for the general one, or where none is meant.
    """

    kind: EndKind
    after: float
    said: tuple[Say, ...] = ()
    mailbox: int | None = None
    name: str = ""
    call_back: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """The way of a call, in order; `skipped` and `cut` say why not the others.

    `closed`: it comes outside the number's opening hours.
    `worst_case_seconds` is how long the caller waits at most on the routes that it came to, when
    every phone takes its longest.
    """

    path: tuple[Question | Ring, ...]
    end: End
    worst_case_seconds: int
    skipped: tuple[Skip, ...] = ()
    cut: tuple[Skip, ...] = ()
    diverts: tuple[DivertNote, ...] = ()
    language: str = ""
    closed: bool = False

    @property
    def rings(self) -> tuple[Ring, ...]:
        """Return the phones alone."""
        return tuple(each for each in self.path if isinstance(each, Ring))

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return the questions alone."""
        return tuple(each for each in self.path if isinstance(each, Question))
