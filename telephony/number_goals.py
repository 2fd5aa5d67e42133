"""Where the callers of a number are led to, in its opening hours and outside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from scheduling.enums import AnsweredBy
from scheduling.models import Schedule
from telephony import prompt_uses
from telephony.enums import Behaviour, GoalKind
from telephony.models import MenuOption, PhoneNumber
from telephony.models.menus import Destination
from telephony.ways_out import WaysOut

_FORWARDS = (Behaviour.TRANSFER.value, Behaviour.TRANSFER_THEN_VOICEMAIL.value)


@dataclass(frozen=True)
class Goals:
    """What callers may come to: rotas, and services (their ids) that answer by themselves.

    `house`: whoever is on call for the number is asked, which has no schedule: the supervisors of
    the house are rung.
    """

    schedules: tuple[Schedule, ...] = ()
    services: tuple[int, ...] = ()
    house: bool = False


@dataclass(frozen=True)
class Led:
    """What callers of a number may come to while it is open, and while it is closed."""

    open: Goals
    closed: Goals

    @property
    def schedules(self) -> dict[int, Schedule]:
        """Return all of its schedules by id."""
        return {row.pk: row for row in (*self.open.schedules, *self.closed.schedules)}

    @property
    def services(self) -> set[int]:
        """Return the ids of all services that answer by themselves."""
        return {*self.open.services, *self.closed.services}


@dataclass(frozen=True)
class Transfer:
    """A number (E.164) that calls are transferred to, where that is set, and what to change."""

    where: str
    number: str
    mend: str


def led(number: PhoneNumber, ways: WaysOut) -> Led:
    """Return what callers of a number may come to."""
    asked = number.behaviour == Behaviour.ON_CALL
    menu, closed = ways.of_menu(number), ways.of_closed_hours(number)
    return Led(_goals(number, menu, asked=asked), _goals(number, closed, asked=False))


def transfers(number: PhoneNumber, ways: WaysOut) -> Iterator[Transfer]:
    """Yield every number that calls may be transferred to."""
    if number.behaviour in _FORWARDS:
        here = f"number:{number.pk}"
        yield Transfer(_("forwarding number"), str(number.forwarding_number), here)
    for each in (*ways.of_menu(number), *ways.of_closed_hours(number)):
        if each.kind == GoalKind.TRANSFER:
            mend = f"number:{number.pk}"
            if isinstance(each, MenuOption):
                mend = f"menu:{each.menu_id}"
            yield Transfer(prompt_uses.words(each), str(each.transfer_number), mend)


def _goals(number: PhoneNumber, ways: Iterable[Destination], *, asked: bool) -> Goals:
    """Return what these lead to; `asked`: whoever is on call for the number is asked anyway.

    So they are where a key leads to a service that is no longer active.
    """
    schedules: list[Schedule] = []
    services: list[int] = []
    for each in ways:
        service = each.service
        if each.kind == GoalKind.SCHEDULE and each.schedule is not None:
            schedules.append(each.schedule)
        elif service is not None and not service.active:
            asked = True
        elif service is not None and service.answered_by == AnsweredBy.SCHEDULE:
            assert service.schedule is not None  # noqa: S101  a constraint holds it
            schedules.append(service.schedule)
        elif service is not None:
            services.append(service.pk)
    if asked and number.schedule is not None:
        schedules.insert(0, number.schedule)
    return Goals(
        schedules=tuple(dict.fromkeys(schedules)),
        services=tuple(dict.fromkeys(services)),
        house=asked and number.schedule is None,
    )
