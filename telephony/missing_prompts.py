"""What callers hear in another language than theirs, or in the standard words alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from scheduling.queries import house
from telephony import prompt_uses, queries, timing
from telephony.enums import Behaviour, GoalKind
from telephony.heard import Heard, written
from telephony.models import Menu, PhoneNumber, Prompt

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
    """Return what is missing of prompts, of other words and of names of keys.

    A fixed number of queries.

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
    """What callers hear, and what of it is not said in their languages."""

    def __init__(self) -> None:
        self.house = set(house().languages)
        self.heard = Heard()
        self.numbers = self.heard.rows.numbers

    def found(self) -> Iterator[Missing]:
        """Yield what is missing, prompts first."""
        for prompt in self.heard.rows.prompts.values():
            yield from self._of_prompt(prompt)
        for text in self.heard.texts.values():
            yield from self._missing(text.what, text.where, text.page, _turned([text.lacks]))
        for menu in self.heard.rows.menus.values():
            yield from self._of_menu(menu)

    def _of_prompt(self, prompt: Prompt) -> Iterator[Missing]:
        uses = self.heard.uses[prompt.pk].values()
        what = _("prompt “%(name)s”") % {"name": prompt}
        where = ", ".join(dict.fromkeys(use.where for use in uses)) or _("nowhere yet")
        lacking = _turned(use.lacks for use in uses)
        if not uses:
            lacking = {each: set() for each in self.house - self.heard.rows.said(prompt.pk)}
        yield from self._missing(what, where, prompt_uses.address(prompt), lacking)

    def _of_menu(self, menu: Menu) -> Iterator[Missing]:
        numbers = self.heard.menus.get(menu.pk, set())
        where, page = _("menu “%(name)s”") % {"name": menu}, prompt_uses.address(menu)
        if menu.welcome_prompt_id is None and (said := written(menu.welcome)):
            yield from self._missing(_("welcome"), where, page, self._lacking(numbers, said))
        for option in self.heard.rows.options[menu.pk]:
            name = option.name
            if not written(name) and option.service is not None:
                name = option.service.name
            said = written(name)
            if said or option.kind in _NAMED:
                what = _("name of key %(key)s") % {"key": option.key}
                yield from self._missing(what, where, page, self._lacking(numbers, said))

    def _lacking(self, numbers: Iterable[int], said: set[str]) -> dict[str, set[int]]:
        return _turned([{pk: set(self.numbers[pk].languages) - said for pk in numbers}])

    @staticmethod
    def _missing(
        what: str, where: str, page: str, lacking: Mapping[str, Iterable[int]]
    ) -> Iterator[Missing]:
        for language, numbers in sorted(lacking.items()):
            yield Missing(what, language, where, page, tuple(sorted(numbers)))


def _turned(lacks: Iterable[Mapping[int, Iterable[str]]]) -> dict[str, set[int]]:
    """Return by language which numbers (their ids) lack it, from the languages by number."""
    found: dict[str, set[int]] = defaultdict(set)
    for each in lacks:
        for number, languages in each.items():
            for language in languages:
                found[language].add(number)
    return found
