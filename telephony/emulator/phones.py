"""The people: callers who dial us, and telephones we ring, each with a script or a free hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from telephony.emulator.behaviours import (
    Answers,
    Behaviour,
    Busy,
    HangsUp,
    Invalid,
    Machine,
    Manual,
    Rejects,
    Unreachable,
)
from telephony.emulator.legs import Leg, Party
from telephony.emulator.recordings import Recording

if TYPE_CHECKING:
    from telephony.emulator.network import Network
    from telephony.emulator.texts import Fate

KEY_PAUSE_S = 0.3
_REFUSALS: dict[type, tuple[str, str | None]] = {
    Busy: ("busy", None),
    Rejects: ("rejected", "declined"),
    Unreachable: ("unanswered", "unavailable"),
    Invalid: ("rejected", "invalid_number"),
}


@dataclass
class Ring:
    """One time that a telephone was dialled."""

    leg: Leg

    @property
    def uuid(self) -> str:
        return self.leg.uuid

    @property
    def at(self) -> datetime:
        return self.leg.created_at

    @property
    def from_(self) -> str:
        return self.leg.from_

    @property
    def status(self) -> str:
        return self.leg.status

    @property
    def answered_at(self) -> datetime | None:
        return self.leg.answered_at

    @property
    def ended_at(self) -> datetime | None:
        return self.leg.ended_at


class Phone(Party):
    """A telephone somewhere in the world, and whoever is beside it."""

    def __init__(self, number: str, network: Network, default: Callable[[], Behaviour]) -> None:
        super().__init__(number)
        self.rang: list[Ring] = []
        self.text_fate: Fate = "delivered"
        self._network = network
        self._default = default
        self._behaviours: list[Behaviour] = []
        self._current: dict[str, Behaviour] = {}
        self._prompts: dict[str, int] = {}
        self._talking: set[str] = set()

    # -- for tests

    def behaves(self, *behaviours: Behaviour) -> Phone:
        """Behave so at the next calls, one after the other; the last one stays."""
        self._behaviours = list(behaviours)
        return self

    @property
    def behaviour(self) -> Behaviour:
        """What it would do at the next call."""
        return self._behaviours[0] if self._behaviours else self._default()

    @property
    def scripted(self) -> bool:
        """Did anybody say how it behaves?"""
        return bool(self._behaviours)

    @property
    def ringing(self) -> bool:
        return self._leg("ringing") is not None

    @property
    def in_call(self) -> bool:
        return self._leg("answered") is not None

    def answer(self) -> None:
        """Pick up; raises ValueError when it does not ring."""
        with self._network.scheduler.lock:
            self._network.pick_up(self._require("ringing"))

    def decline(self) -> None:
        """Refuse the call; raises ValueError when it does not ring."""
        with self._network.scheduler.lock:
            self._network.decline(self._require("ringing"), "rejected", "declined")

    def press(self, keys: str) -> bool:
        """Press keys now; False when the last one went unheard."""
        with self._network.scheduler.lock:
            leg = self._require("answered")
            return [self._network.press(leg, key) for key in keys][-1]

    def hang_up(self) -> None:
        """Leave the call; raises ValueError when there is none."""
        with self._network.scheduler.lock:
            self._network.hang_up(self._require("answered"))

    def _leg(self, status: str) -> Leg | None:
        return next((ring.leg for ring in reversed(self.rang) if ring.status == status), None)

    def _require(self, status: str) -> Leg:
        leg = self._leg(status)
        if leg is None:
            raise ValueError(f"no call of this phone is {status}")
        return leg

    # -- what the network tells it

    @property
    def is_machine(self) -> bool:  # type: ignore[override]
        leg = self._leg("answered")
        return leg is not None and isinstance(self._current[leg.uuid], Machine)

    def rings(self, leg: Leg) -> None:
        engaged = self.in_call
        self.rang.append(Ring(leg))
        behaviour: Behaviour = Busy() if engaged else self.behaviour
        if not engaged and len(self._behaviours) > 1:
            self._behaviours.pop(0)
        self._current[leg.uuid] = behaviour
        if refusal := _REFUSALS.get(type(behaviour)):
            self._later(behaviour.after_s, leg, lambda: self._network.decline(leg, *refusal))  # type: ignore[union-attr]
        elif isinstance(behaviour, Answers | Machine):
            self._later(behaviour.after_s, leg, lambda: self._network.pick_up(leg))
        elif isinstance(behaviour, HangsUp):
            self._later(behaviour.answers_after_s, leg, lambda: self._network.pick_up(leg))

    def answered(self, leg: Leg) -> None:
        behaviour = self._current[leg.uuid]
        seconds = None
        if isinstance(behaviour, Answers):
            seconds = behaviour.hangs_up_after_s
        elif isinstance(behaviour, HangsUp) and behaviour.press is None:
            seconds = behaviour.after_s
        elif isinstance(behaviour, Machine):
            seconds = behaviour.greeting_s + behaviour.records_s
        if seconds is not None:
            self._later(seconds, leg, lambda: self._network.hang_up(leg))

    def prompted(self, leg: Leg) -> None:
        behaviour = self._current[leg.uuid]
        presses: Sequence[str] = ()
        if isinstance(behaviour, Answers):
            presses = behaviour.presses
        elif isinstance(behaviour, HangsUp) and behaviour.press is not None:
            presses = [behaviour.press]
        turn = self._prompts.get(leg.uuid, 0)
        if turn < len(presses) and isinstance(behaviour, Answers | HangsUp):
            self._prompts[leg.uuid] = turn + 1
            self._later(behaviour.press_after_s, leg, lambda: self._type(leg, presses[turn]))

    def _type(self, leg: Leg, keys: str) -> None:
        for position, key in enumerate(keys):
            if position:
                pause = KEY_PAUSE_S * position
                self._later(pause, leg, lambda key=key: self._network.press(leg, key))  # type: ignore[misc]
            else:
                self._network.press(leg, key)
        behaviour = self._current[leg.uuid]
        if isinstance(behaviour, HangsUp):
            self._later(behaviour.after_s, leg, lambda: self._network.hang_up(leg))

    def connected(self, leg: Leg, other: Leg) -> None:
        behaviour = self._current[leg.uuid]
        if isinstance(behaviour, Answers) and leg.uuid not in self._talking:
            self._talking.add(leg.uuid)
            self._later(behaviour.talks_s, leg, lambda: self._network.hang_up(leg))

    def speech_s(self) -> float:
        leg = self._leg("answered")
        behaviour = self._current[leg.uuid] if leg else Manual()
        return behaviour.speaks_s if isinstance(behaviour, Answers) else 0.0

    def _later(self, seconds: float, leg: Leg, fn: Callable[[], object]) -> None:
        def if_alive() -> None:
            if not leg.ended:
                fn()

        self._network.scheduler.after(seconds, if_alive)


class CallHandle(Party):
    """A caller who dialled one of our numbers."""

    def __init__(
        self,
        number: str,
        network: Network,
        *,
        speaks_s: float,
        ends_message_with: str | None,
        says: str = "",
    ) -> None:
        super().__init__(number)
        self.leg: Leg
        self._network = network
        self.speaks_s = speaks_s
        self.ends_message_with = ends_message_with
        self.says = says

    @property
    def uuid(self) -> str:
        return self.leg.uuid

    @property
    def state(self) -> str:
        return self.leg.status

    @property
    def answered_at(self) -> datetime | None:
        return self.leg.answered_at

    @property
    def ended_at(self) -> datetime | None:
        return self.leg.ended_at

    @property
    def ended(self) -> bool:
        return self.leg.ended

    @property
    def disconnected_by(self) -> str | None:
        """`user` (the caller) or `platform`."""
        return self.leg.disconnected_by

    @property
    def recordings(self) -> list[Recording]:
        """What was recorded of this caller alone, finished ones."""
        return [each for each in self._network.studio.recordings if each.leg_uuid == self.uuid]

    def press(self, keys: str) -> bool:
        """Press keys now; False when the last one went unheard."""
        with self._network.scheduler.lock:
            return [self._network.press(self.leg, key) for key in keys][-1]

    def hang_up(self) -> None:
        """Leave the call; without effect when it is over."""
        with self._network.scheduler.lock:
            self._network.hang_up(self.leg)

    def speech_s(self) -> float:
        return self.speaks_s

    def words(self) -> str:
        return self.says

    def recording_started(self, leg: Leg) -> None:
        if self.ends_message_with is not None:
            self._network.scheduler.after(self.speaks_s, self._end_message)

    def _end_message(self) -> None:
        if self.ends_message_with == "hang_up":
            self._network.hang_up(self.leg)
        elif self.ends_message_with:
            self._network.press(self.leg, self.ends_message_with)
