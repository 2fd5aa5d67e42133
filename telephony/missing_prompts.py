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
    """What callers hear, and what of it is not said in their languages."""

    def __init__(self) -> None:
        self.house = set(house().languages)
        self.heard = Heard()
        self.numbers = self.heard.rows.numbers

    def found(self) -> Iterator[Missing]:
        """Yield what is missing, prompts first."""
        for prompt in self.heard.rows.prompts.values():
            yield from self._of_prompt(prompt)
        for menu in self.heard.rows.menus.values():
            yield from self._of_menu(menu)

    def _of_prompt(self, prompt: Prompt) -> Iterator[Missing]:
        uses = self.heard.uses[prompt.pk].values()
        what = _("prompt “%(name)s”") % {"name": prompt}
        if not uses:
            lacks = self.house - self.heard.rows.said(prompt.pk)
            yield from self._missing(what, _("nowhere yet"), prompt, dict.fromkeys(lacks, ()))
            return
        where = ", ".join(dict.fromkeys(use.where for use in uses))
        lacking: dict[str, set[int]] = defaultdict(set)
        for use in uses:
            for number, languages in use.lacks.items():
                for language in languages:
                    lacking[language].add(number)
        yield from self._missing(what, where, prompt, lacking)

    def _of_menu(self, menu: Menu) -> Iterator[Missing]:
        numbers = self.heard.menus.get(menu.pk, set())
        where = _("menu “%(name)s”") % {"name": menu}
        if menu.welcome_prompt_id is None and (said := written(menu.welcome)):
            yield from self._missing(_("welcome"), where, menu, self._lacking(numbers, said))
        for option in self.heard.rows.options[menu.pk]:
            name = option.name
            if not written(name) and option.service is not None:
                name = option.service.name
            said = written(name)
            if said or option.kind in _NAMED:
                what = _("name of key %(key)s") % {"key": option.key}
                yield from self._missing(what, where, menu, self._lacking(numbers, said))

    def _lacking(self, numbers: Iterable[int], said: set[str]) -> dict[str, set[int]]:
        """Return the languages of these numbers that are not `said`, and whose they are."""
        found: dict[str, set[int]] = defaultdict(set)
        for number in numbers:
            for language in set(self.numbers[number].languages) - said:
                found[language].add(number)
        return found

    @staticmethod
    def _missing(
        what: str, where: str, row: Model, lacking: Mapping[str, Iterable[int]]
    ) -> Iterator[Missing]:
        for language, numbers in sorted(lacking.items()):
            page = prompt_uses.address(row)
            yield Missing(what, language, where, page, tuple(sorted(numbers)))
