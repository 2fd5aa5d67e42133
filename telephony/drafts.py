"""What a scenario would make callers wait while it is still being written, by the same plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduling.types import House
from telephony import longest, waiting
from telephony.ahead import Ahead
from telephony.enums import Behaviour
from telephony.longest import Path
from telephony.models import EscalationScenario, EscalationStep, PhoneNumber
from telephony.plan import step_seconds

# A scenario that no number uses yet is tried on so many.
MOST_TRIED = 10


@dataclass(frozen=True)
class StepWait:
    """One step at worst: for how many seconds, how many after the first ring, and whether it fits.

    It does not fit where the hard stop would end the ringing before the step is over.
    """

    seconds: int
    starts_after: int
    fits: bool


@dataclass(frozen=True)
class Draft:
    """What a draft leads to at worst, before any cut, at the number (its name) that takes longest.

    `used`: numbers use the scenario already, so that the house's hard stop refuses it.
    """

    number: str
    used: bool
    path: Path
    steps: tuple[StepWait, ...]
    house: House

    @property
    def seconds(self) -> int:
        """Return how long a caller would wait."""
        return longest.seconds(self.path)


def look(
    steps: Sequence[EscalationStep],
    repeat: int,
    scenario: EscalationScenario | None,
    now: datetime,
) -> Draft | None:
    """Return what these steps (not saved) lead to, `repeat` times in all; None without numbers.

    With every roster of the ninety days from `now` (aware), at the numbers that use the scenario;
    where none does, at those that could.
    """
    ahead = Ahead(now)
    used = waiting.users(scenario, ahead) if scenario is not None else []
    by = scenario.pk if scenario is not None and used else None
    drafted = ahead.draft(steps, repeat, by)
    found = [
        (*waiting.slowest_of_draft(number, drafted, by, ahead), number)
        for number in used or _could_use()
    ]
    if not found:
        return None
    path, facts, number = max(found, key=lambda each: longest.seconds(each[0]))
    each_step = _waits(step_seconds(facts), facts.house.hard_stop_seconds)
    return Draft(number.name, bool(used), path, tuple(each_step), facts.house)


def _could_use() -> Iterable[PhoneNumber]:
    rows = PhoneNumber.objects.filter(behaviour=Behaviour.ON_CALL.value, schedule__isnull=False)
    return rows.select_related("schedule__scenario").order_by("pk")[:MOST_TRIED]


def _waits(seconds: Iterable[int], limit: int) -> Iterable[StepWait]:
    begun = 0
    for each in seconds:
        yield StepWait(each, begun, begun + each <= limit)
        begun += each
