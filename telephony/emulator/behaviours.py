"""What the person, or the machine, at a called number does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Answers:
    """Picks up, answers each prompt that listens with the next of `presses`, and talks."""

    after_s: float = 4
    presses: Sequence[str] = field(default_factory=list)
    press_after_s: float = 2
    talks_s: float = 30
    hangs_up_after_s: float | None = None
    speaks_s: float = 0
    """How long it speaks into a recording before it falls silent."""


@dataclass(frozen=True)
class HangsUp:
    """Picks up and hangs up: `after_s` after its key when it presses one, else after answering."""

    after_s: float = 3
    press: str | None = None
    answers_after_s: float = 4
    press_after_s: float = 2


@dataclass(frozen=True)
class Machine:
    """A voice mailbox: picks up, plays its greeting, records us, never presses a key."""

    after_s: float = 15
    greeting_s: float = 20
    records_s: float = 60


@dataclass(frozen=True)
class Ignores:
    """Rings until the caller gives up."""


@dataclass(frozen=True)
class Busy:
    """Is engaged."""

    after_s: float = 1


@dataclass(frozen=True)
class Rejects:
    """Somebody looks at the screen and declines."""

    after_s: float = 3


@dataclass(frozen=True)
class Unreachable:
    """Switched off or out of coverage."""

    after_s: float = 2


@dataclass(frozen=True)
class Invalid:
    """There is no such number."""

    after_s: float = 0.5


@dataclass(frozen=True)
class Manual:
    """Rings until the test answers, declines or gives up."""


Behaviour = Answers | HangsUp | Machine | Ignores | Busy | Rejects | Unreachable | Invalid | Manual

_KINDS: dict[str, type[Any]] = {
    "answers": Answers,
    "hangs_up": HangsUp,
    "machine": Machine,
    "ignores": Ignores,
    "busy": Busy,
    "rejects": Rejects,
    "unreachable": Unreachable,
    "invalid": Invalid,
    "manual": Manual,
}
_SHORT = {"talks": "talks_s", "hangs_up": "hangs_up_after_s", "answers": "answers_after_s"}


def parse_behaviour(text: str) -> Behaviour:
    """Read `answers`, `answers:4`, `answers:4,press=1`, `hangs_up:0,press=1` and the like.

    The number after the colon is `after_s`; `press` may be repeated for several prompts. Raises
    ValueError with a sentence that names what is wrong.
    """
    name, _, rest = text.strip().partition(":")
    kind = _KINDS.get(name.strip().lower())
    if kind is None:
        raise ValueError(f"unknown behaviour {name!r}; one of {', '.join(_KINDS)}")
    known = {each.name for each in fields(kind)}
    values: dict[str, Any] = {}
    for part in filter(None, (each.strip() for each in rest.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = "after_s", part
        key = _SHORT.get(key, key)
        if key == "press" and "presses" in known:
            values.setdefault("presses", []).append(value)
        elif key == "press" and "press" in known:
            values["press"] = value
        elif key in known:
            values[key] = _seconds(key, value)
        else:
            raise ValueError(f"{name} knows no {key!r}; it knows {', '.join(sorted(known))}")
    built: Behaviour = kind(**values)
    return built


def behaviour_text(behaviour: Behaviour) -> str:
    """Write a behaviour as `parse_behaviour` reads it."""
    name = next(name for name, kind in _KINDS.items() if kind is type(behaviour))
    parts: list[str] = []
    for each in fields(behaviour):
        value = getattr(behaviour, each.name)
        if each.name == "after_s":
            parts.append(f"{value:g}")
        elif each.name == "presses":
            parts += [f"press={keys}" for keys in value]
        elif each.name == "press" and value is not None:
            parts.append(f"press={value}")
        elif each.name != "press" and value is not None and value != each.default:
            parts.append(f"{each.name}={value:g}")
    return f"{name}:{','.join(parts)}" if parts else name


def _seconds(key: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"{key} must be a number of seconds, not {value!r}") from None
