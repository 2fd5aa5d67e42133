"""The whole platform in one object: build it, say what the phones do, call, let time pass, read."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telephony.emulator.behaviours import Behaviour, Ignores
from telephony.emulator.clock import Clock, RealClock, VirtualClock
from telephony.emulator.faults import Faults
from telephony.emulator.legs import Connection, Leg
from telephony.emulator.network import Network
from telephony.emulator.phones import CallHandle, Phone
from telephony.emulator.recordings import Recording
from telephony.emulator.scheduler import NotReached, Scheduler
from telephony.emulator.signing import ApplicationTokens
from telephony.emulator.switches import Switches
from telephony.emulator.texts import Texts
from telephony.emulator.transport import HttpTransport, Transport
from telephony.emulator.webhooks import Application, Messenger, Sent

if TYPE_CHECKING:
    from telephony.emulator.api import ApiRequest

Listener = Callable[[str, dict[str, Any]], None]


class Platform:
    """Plays Vonage for one application. All methods may be called from any thread."""

    def __init__(
        self,
        application: Application,
        *,
        clock: Clock | None = None,
        transport: Transport | None = None,
        switches: Switches | None = None,
        history: int | None = None,
    ) -> None:
        """`history` bounds how many webhooks and API requests are remembered; None: all."""
        self.application = application
        self.clock: Clock = clock or RealClock()
        self.switches = switches or Switches()
        self.scheduler = Scheduler(self.clock)
        self.faults = Faults(self.clock)
        self.messenger = Messenger(
            application,
            transport or HttpTransport(),
            self.scheduler,
            self.faults,
            self.switches,
            self._sent,
            history,
        )
        self.network = Network(
            application,
            self.scheduler,
            self.messenger,
            self.faults,
            self.switches,
            self._note,
            lambda: self.api_url,
        )
        self.network.party_for = self.phone
        self.texts = Texts(
            application,
            self.scheduler,
            self.messenger,
            self.switches,
            lambda number: self.phone(number).text_fate,
            self._note,
        )
        self.tokens = ApplicationTokens(application.id, application.public_key_pem)
        self.api_url = "https://api.nexmo.com"
        self.default_behaviour: Behaviour = Ignores()
        self.listeners: list[Listener] = []
        self.calls: dict[str, CallHandle] = {}
        self.requests: deque[ApiRequest] = deque(maxlen=history)
        self._phones: dict[str, Phone] = {}

    # -- people

    def phone(self, number: str) -> Phone:
        """Return the telephone of this number, E.164 in any spelling."""
        digits = "".join(each for each in number if each.isdigit())
        with self.scheduler.lock:
            if digits not in self._phones:
                self._phones[digits] = Phone(digits, self.network, lambda: self.default_behaviour)
            return self._phones[digits]

    @property
    def phones(self) -> dict[str, Phone]:
        """Every telephone that was spoken of or dialled."""
        return dict(self._phones)

    def inbound_call(
        self,
        from_: str,
        to: str,
        *,
        presses: Sequence[tuple[float, str]] = (),
        hangs_up_after_s: float | None = None,
        speaks_s: float = 10,
        ends_message_with: str | None = "hang_up",
        says: str = "",
    ) -> CallHandle:
        """Somebody dials one of our numbers; times count from now.

        `presses` are `(at_s, keys)`. `ends_message_with` is what follows `speaks_s` of a message:
        "hang_up", a key, or None for silence; `says` is what a transcription of it reads. Raises
        ValueError when the number is not rented.
        """
        caller, called = from_.lstrip("+"), to.lstrip("+")
        numbers = self.application.numbers
        if numbers is not None and called not in numbers:
            raise ValueError("the number that is called is not one of the application's")
        with self.scheduler.lock:
            call = CallHandle(
                caller,
                self.network,
                speaks_s=speaks_s,
                ends_message_with=ends_message_with,
                says=says,
            )
            call.leg = self.network.arrive(caller, called, call)
            self.calls[call.uuid] = call
            for at_s, keys in presses:
                self.scheduler.after(at_s, lambda keys=keys: call.press(keys))  # type: ignore[misc]
            if hangs_up_after_s is not None:
                self.scheduler.after(hangs_up_after_s, call.hang_up)
            return call

    def inbound_text(self, from_: str, to: str, text: str) -> str:
        """Somebody writes a text to one of our numbers; returns its id.

        Raises ValueError when the number is not rented.
        """
        to = to.lstrip("+")
        if self.application.numbers is not None and to not in self.application.numbers:
            raise ValueError("the number that is written to is not one of the application's")
        with self.scheduler.lock:
            return self.texts.write(from_.lstrip("+"), to, text)

    def texts_to(self, number: str) -> list[str]:
        """Return what the portal wrote to this number, in order."""
        digits = number.lstrip("+")
        return [each.text for each in self.texts.sent if each.to == digits]

    # -- time

    @property
    def idle_hooks(self) -> list[Callable[[], object]]:
        """Called, without the lock, before each next event of virtual time is taken."""
        return self.scheduler.idle_hooks

    @property
    def concurrent(self) -> bool:
        """Deliver the webhooks of one instant at once, from threads (virtual time)."""
        return self.scheduler.concurrent

    @concurrent.setter
    def concurrent(self, value: bool) -> None:
        self.scheduler.concurrent = value

    def every(self, seconds: float, fn: Callable[[], object]) -> None:
        """Call `fn` each `seconds`, without the lock."""
        self.scheduler.every(seconds, fn)

    def at(self, seconds: float, fn: Callable[[], object]) -> None:
        """Do something `seconds` from now, such as `call.hang_up`, without the lock."""
        self.scheduler.outside(fn, after_s=seconds)

    def run_until(self, predicate: Callable[[], object], limit_s: float = 600) -> None:
        """Let time pass until `predicate()` holds; raises NotReached after `limit_s`."""
        limit = self.clock.now() + timedelta(seconds=limit_s)
        while not predicate():
            if isinstance(self.clock, VirtualClock):
                if not self.scheduler.step(limit) and not predicate():
                    raise NotReached(f"not reached within {limit_s} s\n{self.story()}")
            elif self.clock.now() >= limit:
                raise NotReached(f"not reached within {limit_s} s\n{self.story()}")
            else:
                self.scheduler.wait(0.05)

    def advance(self, seconds: float) -> None:
        """Let exactly `seconds` pass, with everything that happens in them."""
        target = self.clock.now() + timedelta(seconds=seconds)
        if isinstance(self.clock, VirtualClock):
            self.scheduler.advance_to(target)
        else:
            threading.Event().wait(seconds)

    def settle(self, limit_s: float = 3600) -> None:
        """Let time pass until no call is alive and no webhook is under way."""
        self.run_until(lambda: self.is_quiet, limit_s)
        for hook in list(self.idle_hooks):
            hook()
        self.run_until(lambda: self.is_quiet, limit_s)

    @property
    def is_quiet(self) -> bool:
        """No call is alive and no webhook is under way."""
        with self.scheduler.lock:
            return not self.scheduler.tasks and all(leg.ended for leg in self.legs)

    def start(self) -> None:
        """Real time: begin to live."""
        self.scheduler.start()

    def stop(self) -> None:
        """Real time: end; webhooks under way are waited for."""
        self.scheduler.stop()

    # -- what happened

    @property
    def legs(self) -> list[Leg]:
        return list(self.network.legs.values())

    @property
    def connections(self) -> list[Connection]:
        """Who could hear whom, from when to when; parties are named by their numbers."""
        return self.network.exchange.connections

    def connected(self, one: str, other: str) -> bool:
        """Tell whether the two can hear each other now."""
        return any(c.end is None and c.joins(one, other) for c in self.connections)

    @property
    def webhooks(self) -> list[Sent]:
        """Every request to the portal, in order."""
        return list(self.messenger.sent)

    @property
    def recordings(self) -> list[Recording]:
        return self.network.studio.recordings

    def sign(self, body: bytes) -> str:
        """Return the token that a webhook with this body would carry now."""
        return self.messenger.sign(body)

    def headers_for(self, body: bytes) -> dict[str, str]:
        """Return the headers that a POST webhook with this body would carry now."""
        return {"Authorization": f"Bearer {self.sign(body)}", "Content-Type": "application/json"}

    def story(self) -> str:
        """Tell, in lines, what each party heard and what was sent: for failing tests."""
        lines = [f"now {self.clock.now():%H:%M:%S}"]
        for party in [*self.calls.values(), *self._phones.values()]:
            lines += [f"{h.at:%H:%M:%S} {party.number} heard {h}" for h in party.heard]
        lines += [
            f"{s.at:%H:%M:%S} {s.kind} {s.status or ''} {s.uuid or ''} -> {s.result} {s.outcome}"
            for s in self.webhooks
        ]
        return "\n".join(lines)

    def _sent(self, sent: Sent) -> None:
        self.tell(
            "webhook",
            {
                "hook": sent.kind,
                "status": sent.status,
                "leg": sent.uuid,
                "attempt": sent.attempt,
                "result": sent.result,
            },
        )

    def _note(self, what: str, leg: Leg | None = None, **fields: Any) -> None:
        if leg is not None:
            fields = {"leg": leg.uuid, "direction": leg.direction, "number": leg.number, **fields}
        self.tell(what, fields)

    def tell(self, what: str, fields: dict[str, Any]) -> None:
        """Report one thing that happened to the listeners."""
        for listener in self.listeners:
            listener(what, fields)
