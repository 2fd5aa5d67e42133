"""What callers hear in another language than theirs, or in the standard words alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext as _

from scheduling.queries import house
from telephony import prompt_uses, queries, timing
from telephony.enums import Behaviour, GoalKind
from telephony.models import ClosedRoute, EscalationStep, Menu, MenuOption, PhoneNumber, Prompt

# Keys that are told by what they lead to: without a name nobody knows what they are for.
_NAMED = {GoalKind.SCHEDULE, GoalKind.MENU, GoalKind.TRANSFER}


@dataclass(frozen=True)
class Missing:
    """One thing that is not said in a language of its callers, and where that is put right.

    `numbers` are the ids of the numbers whose callers would miss it, none where no call leads.
    """

    what: str
    language: str
    where: str
    url: str
    numbers: tuple[int, ...] = ()


def missing() -> list[Missing]:
    """Return what is missing of prompts, welcomes and names of keys; a fixed number of queries.

    Each is wanted in the languages of the numbers that lead to it; a prompt to which none leads,
    in those of the house.
    """
    return [*_Search().found()]


def greeting_warning(number: PhoneNumber) -> str:
    """Return what to say of a number that goes straight to a voicemail nobody recorded, else ""."""
    seconds = number.inbound_timeout
    if seconds is None or seconds >= timing.SHORTEST_RING_SECONDS:
        return ""
    if number.behaviour == Behaviour.TRANSFER.value:
        return ""  # behind a mere transfer there is no voicemail
    audio = queries.mailbox_ending(number.mailbox_id, number).audio
    without = [each for each in number.languages if each not in audio]
    if not without:
        return ""
    words = _(
        "Its callers go practically straight to the voicemail, and no greeting is uploaded in: "
        "%(languages)s."
    )
    return words % {"languages": ", ".join(_name(each) for each in without)}


def _name(language: str) -> str:
    return str(dict(settings.LANGUAGES).get(language, language))


class _Search:
    """The rows that callers are led along, each read once."""

    def __init__(self) -> None:
        self.house = set(house().languages)
        rows = PhoneNumber.objects.select_related("schedule").order_by("pk")
        self.numbers = {row.pk: row for row in rows}
        self.routes = {row.phone_number_id: row for row in ClosedRoute.objects.all()}
        self.menus = {row.pk: row for row in Menu.objects.order_by("pk")}
        self.options: dict[int, list[MenuOption]] = defaultdict(list)
        for option in MenuOption.objects.select_related("menu", "service").order_by("pk"):
            self.options[option.menu_id].append(option)
        self.steps = list(
            EscalationStep.objects.exclude(prompt=None).select_related("scenario").order_by("pk")
        )
        self.prompts = list(Prompt.objects.prefetch_related("recordings").order_by("name"))
        self.led: dict[int, set[int]] = defaultdict(set)  # menu: the numbers that lead there
        self.uses: dict[int, list[tuple[Model, set[int]]]] = defaultdict(list)
        self._follow()

    def found(self) -> Iterator[Missing]:
        """Yield what is missing, prompts first."""
        for prompt in self.prompts:
            yield from self._of_prompt(prompt)
        for menu in self.menus.values():
            yield from self._of_menu(menu)

    def _follow(self) -> None:
        """Find to which menus and prompts each number leads."""
        for number in self.numbers.values():
            route = self.routes.get(number.pk)
            self._use(number.greeting_id, number, {number.pk})
            if route is not None:
                self._use(route.prompt_id, route, {number.pk})
            for menu in (number.menu_id, route.submenu_id if route else None):
                self._lead(menu, number.pk)
        for menu_id, numbers in self.led.items():
            self._use(self.menus[menu_id].welcome_prompt_id, self.menus[menu_id], numbers)
            for option in self.options[menu_id]:
                self._use(option.prompt_id, option, numbers)
        for step in self.steps:
            calls = {
                number.pk
                for number in self.numbers.values()
                if number.schedule and number.schedule.scenario_id == step.scenario_id
            }
            self._use(step.prompt_id, step, calls)

    def _lead(self, menu_id: int | None, number: int) -> None:
        waiting = [menu_id]
        while waiting:
            at = waiting.pop()
            if at is None or number in self.led[at]:
                continue
            self.led[at].add(number)
            waiting += [option.submenu_id for option in self.options[at]]

    def _use(self, prompt_id: int | None, row: Model, numbers: set[int]) -> None:
        if prompt_id is not None:
            self.uses[prompt_id].append((row, numbers))

    def _of_prompt(self, prompt: Prompt) -> Iterator[Missing]:
        uses = self.uses[prompt.pk]
        numbers = {number for _row, led in uses for number in led}
        said = {audio.language for audio in prompt.recordings.all()} | _written(prompt.text)
        where = ", ".join(prompt_uses.words(row) for row, _led in uses) or _("nowhere yet")
        what = _("prompt “%(name)s”") % {"name": prompt}
        wanted = self._languages(numbers) if numbers else self.house
        yield from self._missing(what, where, prompt, wanted - said, numbers)

    def _of_menu(self, menu: Menu) -> Iterator[Missing]:
        numbers = self.led.get(menu.pk, set())
        wanted = self._languages(numbers)
        where = _("menu “%(name)s”") % {"name": menu}
        if menu.welcome_prompt_id is None and (said := _written(menu.welcome)):
            yield from self._missing(_("welcome"), where, menu, wanted - said, numbers)
        for option in self.options[menu.pk]:
            name = option.name
            if not _written(name) and option.service is not None:
                name = option.service.name
            said = _written(name)
            if said or option.kind in _NAMED:
                what = _("name of key %(key)s") % {"key": option.key}
                yield from self._missing(what, where, menu, wanted - said, numbers)

    def _languages(self, numbers: Iterable[int]) -> set[str]:
        return {each for pk in numbers for each in self.numbers[pk].languages}

    def _missing(
        self, what: str, where: str, row: Model, languages: set[str], numbers: set[int]
    ) -> Iterator[Missing]:
        for language in sorted(languages):
            led = tuple(pk for pk in sorted(numbers) if language in self.numbers[pk].languages)
            yield Missing(what, language, where, prompt_uses.address(row), led)


def _written(texts: Mapping[str, str]) -> set[str]:
    return {language for language, text in texts.items() if text.strip()}
