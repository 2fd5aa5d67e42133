"""Which menus and prompts the callers of each number come to, on every way that it leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.enums import AnsweredBy
from scheduling.models import Schedule, Service, Staff
from telephony import intake, prompt_uses, timing
from telephony.enums import Behaviour, GoalKind, StepKind
from telephony.intake import MailboxFacts
from telephony.models import (
    BlockedCaller,
    ClosedRoute,
    EscalationScenario,
    EscalationStep,
    Menu,
    MenuOption,
    PhoneNumber,
    Prompt,
)
from telephony.models.menus import Destination

_ON = ("service__schedule", "schedule")
Place: TypeAlias = tuple[type, int]  # of which kind the row is that says a prompt, and its id
_ENDS = (StepKind.VOICEMAIL.value, StepKind.ANNOUNCEMENT.value)


@dataclass(frozen=True)
class Use:
    """A place where callers hear a prompt; by number's id, its languages in which they do not."""

    where: str
    lacks: dict[int, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    """Something that is written in a row itself, and what it is called.

    By number's id, its languages in which it is not written: callers then hear another language.
    """

    what: str
    where: str
    page: str
    lacks: dict[int, set[str]] = field(default_factory=dict)


class Heard:
    """What callers hear: every number followed through rows read once, with as many queries.

    `menus` has the ids of the numbers that lead to a menu, `uses` the places of a prompt, by id;
    `texts` what is written in rows themselves, but for menus.
    """

    def __init__(self) -> None:
        self.rows = _Rows()
        self.menus: dict[int, set[int]] = defaultdict(set)
        self.uses: dict[int, dict[Place, Use]] = defaultdict(dict)
        self.texts: dict[Place, Text] = {}
        for number in self.rows.numbers.values():
            _Ways(self, number).follow()

    def note(self, prompt: int, place: Place, where: str, number: int, lacks: set[str]) -> None:
        """Note that callers of a number hear a prompt in a place, and in which languages not."""
        use = self.uses[prompt].setdefault(place, Use(where))
        use.lacks.setdefault(number, set()).update(lacks)


class _Rows:
    """Everything that callers can be led along, and what the prompts say."""

    def __init__(self) -> None:
        numbers = PhoneNumber.objects.select_related("schedule").order_by("pk")
        self.numbers = {row.pk: row for row in numbers}
        prompts = Prompt.objects.prefetch_related("recordings").order_by("name")
        self.prompts = {row.pk: row for row in prompts}
        self.routes = {row.phone_number_id: row for row in ClosedRoute.objects.select_related(*_ON)}
        self.menus = {row.pk: row for row in Menu.objects.order_by("pk")}
        self.options: dict[int, list[MenuOption]] = defaultdict(list)
        for option in MenuOption.objects.select_related("menu", *_ON).order_by("pk"):
            self.options[option.menu_id].append(option)
        self.scenarios = {row.pk: row for row in EscalationScenario.objects.all()}
        self.steps: dict[int, list[EscalationStep]] = defaultdict(list)
        for step in EscalationStep.objects.select_related("scenario").order_by("position", "pk"):
            self.steps[step.scenario_id].append(step)
        self.services = list(Service.objects.filter(active=True))
        self.blocked = list(BlockedCaller.objects.filter(active=True).exclude(prompt=None))
        mailboxes = intake.get().mailboxes()
        self.mailboxes = {box.id: box for box in mailboxes}
        self.general = next((box for box in mailboxes if box.general), None)
        self.own = {box.staff: box for box in mailboxes if box.staff is not None}
        extensions = Staff.objects.filter(active=True).exclude(extension=None)
        self.extensions = list(extensions.exclude(extension="").values_list("pk", flat=True))

    def said(self, prompt_id: int | None) -> set[str]:
        """Return the languages in which a prompt is written or recorded."""
        prompt = self.prompts.get(prompt_id or 0)
        if prompt is None:
            return set()
        return {audio.language for audio in prompt.recordings.all()} | written(prompt.text)

    def greeted(self, box: MailboxFacts | None) -> set[str]:
        """Return the languages in which a mailbox greets by its prompt or its own words."""
        return self.said(box.greeting_prompt) | written(box.greeting) if box else set()

    def said_while_waiting(self, prompt_id: int | None) -> set[str]:
        """Return the same of words that are said again and again: a long recording is not."""
        prompt = self.prompts.get(prompt_id or 0)
        if prompt is None:
            return set()
        return written(prompt.text) | {
            audio.language
            for audio in prompt.recordings.all()
            if audio.duration_seconds <= timing.LONGEST_WAITING_SECONDS
        }


class _Ways:
    """One number's ways, each followed to its end; `mailbox` is the innermost that is set."""

    def __init__(self, heard: Heard, number: PhoneNumber) -> None:
        self.heard, self.rows, self.number = heard, heard.rows, number
        self.person = self.rows.own.get(number.assigned_staff_id or 0)
        self.greeted = self.rows.said(number.greeting_id)

    def follow(self) -> None:
        """Go every way that a call to the number may take."""
        self._say(self.number, self.number.greeting_id)
        if self.number.record:
            where = f"{_('phone number')} “{self.number}”"
            text = Text(_("notice of the recording"), where, prompt_uses.address(self.number))
            self._write((PhoneNumber, self.number.pk), text, self.number.recording_notice)
        for entry in self.rows.blocked:
            if entry.phone_number_id in (None, self.number.pk):
                self._say(entry, entry.prompt_id)
        match Behaviour(self.number.behaviour):
            case Behaviour.ON_CALL:
                self._on_call(self.number.schedule, self.number.mailbox_id)
            case Behaviour.SMART_VOICEMAIL | Behaviour.TRANSFER_THEN_VOICEMAIL:
                self._menu_or_services()
        if self.number.opening_hours is not None:
            self._closed(self.rows.routes.get(self.number.pk))

    def _menu_or_services(self) -> None:
        own = self.number.mailbox_id
        if self.number.menu_id is not None:
            self._menu(self.number.menu_id, own)
            return
        for box in {own, *(service.mailbox_id or own for service in self.rows.services)}:
            self._mailbox(box)

    def _closed(self, route: ClosedRoute | None) -> None:
        """Without a route of their own, closed hours offer the number's mailbox."""
        if route is None:
            self._mailbox(self.number.mailbox_id)
        elif route.kind == GoalKind.MENU and route.submenu_id is not None:
            self._menu(route.submenu_id, self.number.mailbox_id)
        else:
            self._leads(route, self.number.mailbox_id)

    def _menu(self, pk: int, mailbox: int | None) -> None:
        """Follow a level and those below; whoever presses nothing comes to its mailbox."""
        if self.number.pk in self.heard.menus[pk]:
            return
        self.heard.menus[pk].add(self.number.pk)
        level = self.rows.menus[pk]
        mailbox = level.mailbox_id or mailbox
        self._say(level, level.welcome_prompt_id)
        self._mailbox(mailbox)
        for option in self.rows.options[pk]:
            if option.kind == GoalKind.MENU and option.submenu_id is not None:
                self._menu(option.submenu_id, mailbox)
            else:
                self._leads(option, mailbox)

    def _leads(self, row: Destination, mailbox: int | None) -> None:
        match row.kind:
            case GoalKind.ANNOUNCEMENT:
                self._say(row, row.prompt_id)
            case GoalKind.SCHEDULE:
                self._on_call(row.schedule, row.mailbox_id or mailbox)
            case GoalKind.SERVICE if row.service is not None:
                self._service(row.service, row.mailbox_id, mailbox)
            case GoalKind.VOICEMAIL | GoalKind.TRANSFER | GoalKind.CALL_BACK:
                self._mailbox(row.mailbox_id or mailbox)
            case GoalKind.DIAL_EXTENSION:
                self._mailbox(row.mailbox_id or mailbox)
                for box in filter(None, map(self.rows.own.get, self.rows.extensions)):
                    self._mailbox(box.id)

    def _service(self, service: Service, own: int | None, mailbox: int | None) -> None:
        """A service that is no longer active leads to whoever is on call for the number."""
        if not service.active:
            self._on_call(self.number.schedule, own or mailbox)
            return
        mailbox = own or service.mailbox_id or mailbox
        if service.answered_by == AnsweredBy.SCHEDULE and service.schedule is not None:
            self._on_call(service.schedule, mailbox)
        else:
            self._mailbox(mailbox)

    def _on_call(self, schedule: Schedule | None, mailbox: int | None) -> None:
        """Follow the scenario of a schedule to its end; without one there is the mailbox."""
        scenario = self.rows.scenarios.get(schedule.scenario_id or 0) if schedule else None
        steps: Iterable[EscalationStep] = ()
        if scenario is not None:
            self._wait(scenario)
            steps = self.rows.steps[scenario.pk]
        end = next((step for step in steps if step.kind in _ENDS), None)
        if end is not None and end.kind == StepKind.ANNOUNCEMENT:
            self._say(end, end.prompt_id)
        else:
            self._mailbox((end.mailbox_id if end else None) or mailbox)

    def _wait(self, scenario: EscalationScenario) -> None:
        words, music = scenario.waiting_prompt_id, scenario.waiting_music_id
        if words is not None:
            self._note(words, scenario, self.rows.said_while_waiting(words))
        else:
            where, page = prompt_uses.words(scenario), prompt_uses.address(scenario)
            text = Text(_("words while waiting"), where, page)
            self._write((EscalationScenario, scenario.pk), text, scenario.waiting_words)
        if music is not None:
            # Music of another language is played; where there is none at all, the standard one.
            played = self.rows.prompts[music].recordings.all()
            self._note(music, scenario, set(self.number.languages) if played else set())

    def _mailbox(self, pk: int | None) -> None:
        """Note how a mailbox greets, and before it whoever the number is assigned to."""
        box = self.rows.mailboxes.get(pk or 0) or self.rows.general
        if self.person is not None:
            self._greet(self.person, self.greeted)
        if box is not None and box is not self.person:
            self._greet(box, self.greeted | self.rows.greeted(self.person))

    def _greet(self, box: MailboxFacts, otherwise: set[str]) -> None:
        """Note how a mailbox greets, not needed in the languages of what is heard otherwise."""
        where = f"{_('mailbox')} “{box.name}”"
        place, said = (MailboxFacts, box.id), self.rows.greeted(box) | otherwise
        if box.greeting_prompt is not None:
            self.heard.note(box.greeting_prompt, place, where, self.number.pk, self._lacks(said))
        else:
            page = reverse("admin:voicemail_mailbox_change", args=[box.id])
            self._write(place, Text(_("greeting"), where, page), box.greeting, otherwise)

    def _write(
        self, place: Place, text: Text, texts: Mapping[str, str], otherwise: Iterable[str] = ()
    ) -> None:
        """Note what is written in a row, if anything."""
        if said := written(texts):
            found = self.heard.texts.setdefault(place, text)
            found.lacks.setdefault(self.number.pk, set()).update(self._lacks(said.union(otherwise)))

    def _say(self, row: Model, prompt_id: int | None) -> None:
        if prompt_id is not None:
            self._note(prompt_id, row, self.rows.said(prompt_id))

    def _note(self, prompt: int, row: Model, said: set[str]) -> None:
        place, where = (type(row), row.pk), prompt_uses.words(row)
        self.heard.note(prompt, place, where, self.number.pk, self._lacks(said))

    def _lacks(self, said: set[str]) -> set[str]:
        return set(self.number.languages) - said


def written(texts: Mapping[str, str]) -> set[str]:
    """Return the languages in which something is written."""
    return {language for language, text in texts.items() if text.strip()}
