"""Faults on demand: webhooks lost, late, twice or swapped, a portal down, an API that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from telephony.emulator.clock import Clock

if TYPE_CHECKING:
    from telephony.emulator.webhooks import Webhook

Down = Literal["closed", "timeout"] | int
ApiHow = Literal[
    "timeout_after", "timeout_before", "closed_after", "closed_before", "429", "500", "503"
]
ApiOperation = Literal["create", "get", "list", "hangup", "transfer", "download", "message"]
Match = Callable[["Webhook"], bool]


def when(
    *,
    kind: str | None = None,
    status: str | None = None,
    url: str | None = None,
    uuid: str | None = None,
    number: str | None = None,
    direction: str | None = None,
    predicate: Match | None = None,
) -> Match:
    """Return a test of webhooks; whatever is given must hold (`url`: a part of it)."""

    def match(hook: Webhook) -> bool:
        return (
            (kind is None or hook.kind == kind)
            and (status is None or hook.payload.get("status") == status)
            and (url is None or url in hook.url)
            and (uuid is None or hook.uuid == uuid)
            and (number is None or number in hook.numbers)
            and (direction is None or hook.payload.get("direction") == direction)
            and (predicate is None or predicate(hook))
        )

    return match


@dataclass
class _Rule:
    """Applies from the `nth` matching webhook on, `times` times (None: always)."""

    effect: str
    match: Match
    times: int | None = 1
    nth: int = 1
    seconds: float = 0
    partner: Match | None = None
    seen: int = 0

    def takes(self, hook: Webhook) -> bool:
        if not self.match(hook):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times is None or self.seen < self.nth + self.times)


@dataclass(frozen=True)
class _Window:
    start: datetime
    end: datetime
    includes_fallback: bool
    how: Down


@dataclass
class _ApiRule:
    operation: str
    how: ApiHow
    nth: int
    times: int | None
    seen: int = 0


@dataclass(frozen=True)
class Verdict:
    """What happens to one webhook."""

    lost: bool = False
    delay_s: float = 0
    twice: bool = False
    response_lost: bool = False
    waits_for: Match | None = None


@dataclass
class Faults:
    """Collects the faults a test asked for and says which apply."""

    clock: Clock
    _rules: list[_Rule] = field(default_factory=list)
    _windows: list[_Window] = field(default_factory=list)
    _api: list[_ApiRule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lose(self, match: Match, *, times: int | None = 1, nth: int = 1) -> None:
        """Neither attempt of the webhook reaches the portal; where it counts, it timed out."""
        self._rules.append(_Rule("lose", match, times, nth))

    def delay(self, match: Match, *, by_s: float, times: int | None = 1, nth: int = 1) -> None:
        """The webhook leaves `by_s` late."""
        self._rules.append(_Rule("delay", match, times, nth, seconds=by_s))

    def duplicate(
        self, match: Match, *, times: int | None = 1, nth: int = 1, after_s: float = 0
    ) -> None:
        """The portal gets the webhook twice, the copy `after_s` later; its answer is dropped."""
        self._rules.append(_Rule("duplicate", match, times, nth, seconds=after_s))

    def lose_response(self, match: Match, *, times: int | None = 1, nth: int = 1) -> None:
        """The portal handles the webhook, the platform sees a time-out and tries once more."""
        self._rules.append(_Rule("lose_response", match, times, nth))

    def swap(self, first: Match, second: Match, *, times: int | None = 1) -> None:
        """A webhook like `first` waits until one like `second` of the same leg was delivered."""
        self._rules.append(_Rule("swap", first, times, partner=second))

    def portal_down(
        self,
        *,
        after_s: float = 0,
        for_s: float = 10**7,
        fallback: bool = False,
        how: Down = "closed",
    ) -> None:
        """From `after_s` from now, `for_s` long, nothing answers; `fallback`: nor that URL."""
        start = self.clock.now() + timedelta(seconds=after_s)
        self._windows.append(_Window(start, start + timedelta(seconds=for_s), fallback, how))

    def portal_up(self) -> None:
        """End every window of `portal_down` now."""
        self._windows.clear()

    def api(
        self, operation: ApiOperation, *, how: ApiHow, nth: int = 1, times: int | None = 1
    ) -> None:
        """Requests of this operation, from the `nth` on, fail `times` times."""
        self._api.append(_ApiRule(operation, how, nth, times))

    # -- asked by the platform

    def verdict(self, hook: Webhook) -> tuple[Verdict, float]:
        """Return what befalls the webhook, and how much later a copy of it follows."""
        with self._lock:
            taken = [rule for rule in self._rules if rule.takes(hook)]
        by_effect = {rule.effect: rule for rule in taken}
        copy = by_effect.get("duplicate")
        verdict = Verdict(
            lost="lose" in by_effect,
            delay_s=by_effect["delay"].seconds if "delay" in by_effect else 0,
            twice=copy is not None,
            response_lost="lose_response" in by_effect,
            waits_for=by_effect["swap"].partner if "swap" in by_effect else None,
        )
        return verdict, copy.seconds if copy else 0

    def down(self, *, is_fallback: bool) -> Down | None:
        """Tell how the portal is down at this moment, None when it is up."""
        now = self.clock.now()
        for window in self._windows:
            if window.start <= now < window.end and (window.includes_fallback or not is_fallback):
                return window.how
        return None

    def api_fault(self, operation: str) -> ApiHow | None:
        """Tell how this request fails, None when it does not."""
        with self._lock:
            for rule in self._api:
                if rule.operation == operation:
                    rule.seen += 1
                    if rule.seen >= rule.nth and (
                        rule.times is None or rule.seen < rule.nth + rule.times
                    ):
                        return rule.how
        return None
