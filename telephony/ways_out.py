"""Where the keys of menus and the closed hours of numbers lead, read once for all numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scheduling.enums import AnsweredBy
from scheduling.models import Schedule
from telephony.enums import Behaviour, GoalKind
from telephony.models import ClosedRoute, MenuOption, PhoneNumber
from telephony.models.menus import Destination

_LED = ("service__schedule__scenario", "schedule__scenario", "prompt")
_WITH_MENU = (Behaviour.SMART_VOICEMAIL.value, Behaviour.TRANSFER_THEN_VOICEMAIL.value)


class WaysOut:
    """Every way out of every menu and of closed hours, as it stands; two queries in all."""

    def __init__(self) -> None:
        self._options: dict[int, list[Destination]] = defaultdict(list)
        for option in MenuOption.objects.select_related("menu", *_LED).order_by("menu", "pk"):
            self._options[option.menu_id].append(option)
        closed = ClosedRoute.objects.select_related("phone_number", *_LED)
        self._closed = {route.phone_number_id: route for route in closed}

    def of_menu(self, number: PhoneNumber) -> list[Destination]:
        """Return where the number's menu leads, submenus followed; none where it has no menu."""
        if number.behaviour not in _WITH_MENU or number.menu_id is None:
            return []
        return list(self._under(number.menu_id, set()))

    def of_closed_hours(self, number: PhoneNumber) -> list[Destination]:
        """Return where the number leads outside its opening hours; none where it is always open."""
        route = self._closed.get(number.pk) if number.opening_hours is not None else None
        if route is None:
            return []
        if route.kind == GoalKind.MENU and route.submenu_id is not None:
            return list(self._under(route.submenu_id, set()))
        return [route]

    def schedules(self, number: PhoneNumber) -> list[Schedule]:
        """Return the schedules on whose duty it depends whom calls to the number reach."""
        found = [number.schedule] if number.behaviour == Behaviour.ON_CALL else []
        for led in (*self.of_closed_hours(number), *self.of_menu(number)):
            found.append(self._answering(number, led))
        return [schedule for schedule in found if schedule is not None]

    def _answering(self, number: PhoneNumber, led: Destination) -> Schedule | None:
        if led.service is None:
            return led.schedule
        if not led.service.active:
            return number.schedule
        by_schedule = led.service.answered_by == AnsweredBy.SCHEDULE
        return led.service.schedule if by_schedule else None

    def _under(self, menu: int, seen: set[int]) -> Iterator[Destination]:
        seen.add(menu)
        for option in self._options[menu]:
            if option.kind != GoalKind.MENU or option.submenu_id is None:
                yield option
            elif option.submenu_id not in seen:
                yield from self._under(option.submenu_id, seen)
