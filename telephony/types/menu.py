"""A frozen voice menu, where a caller is in it, and the leaf that ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from telephony.enums import Ask, GoalKind
from telephony.instructions import Params


@dataclass(frozen=True)
class Goal:
    """Where a key leads. `target` is an id, `number` an E.164 number to transfer to.

    The target of a message, or of a wish to be called back, is the service that it is about.
    `mailbox` takes the message that may end this way, None the level's. `asks_number`: before the
    message the caller keys in where to be called back.
    """

    kind: GoalKind
    target: int | None = None
    number: str = ""
    mailbox: int | None = None
    name: Params = field(default_factory=dict)
    asks_number: bool = False


@dataclass(frozen=True)
class Menu:
    """One level: what is said first, and where each key leads.

    The keys are `told` in this order, or in their own: stored data keeps no order of names.
    `welcome` and `audio` are texts and recordings by language. `otherwise` says what follows no
    key, a wrong key, and the last of `tries` in vain.
    """

    id: int
    welcome: Params = field(default_factory=dict)
    audio: Params = field(default_factory=dict)
    keys: Mapping[str, Goal] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    otherwise: Mapping[str, Goal] = field(default_factory=dict)
    tries: int = 3
    wait_seconds: int = 5
    mailbox: int | None = None


@dataclass(frozen=True)
class Tree:
    """A frozen menu with all its levels; with two or more `languages` it asks for one first."""

    languages: tuple[str, ...]
    root: int
    menus: Mapping[int, Menu]


@dataclass(frozen=True)
class Place:
    """Where a caller is: the menus from the root down, what is asked, and how often it was.

    `turn` counts the questions of the call, so that a key meant for an earlier one is recognised.
    `digits` is a number keyed in and not confirmed yet; `goal` is what follows it. `why` is said
    before the question: what was wrong with the last answer.
    """

    path: tuple[int, ...]
    ask: Ask
    turn: int = 1
    tries: int = 0
    digits: str = ""
    goal: Goal | None = None
    why: str = ""
    language: str = ""


@dataclass(frozen=True)
class Leaf:
    """The end of the menu: the goal reached, the mailbox on the way, and a number keyed in."""

    place: Place
    goal: Goal
    mailbox: int | None
    digits: str = ""

    @property
    def digits_to_call(self) -> str:
        """The number to be called back at, "" where none, or an extension, was keyed in."""
        return "" if self.goal.kind is GoalKind.DIAL_EXTENSION else self.digits
