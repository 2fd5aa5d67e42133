"""Houses by chance, and callers who press keys: for stories that no two runs of seeds share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from scheduling.models import ContactNumber, Organisation, Service, ServiceMember
from telephony.agenda import Keypad
from telephony.enums import Behaviour, BlockKind, GoalKind
from telephony.models import BlockedCaller, Menu, MenuOption
from tests.cast import CALLER, Cast, announcement, on_duty, scenario
from tests.story import Story
from voicemail.models import Mailbox

WORKSHOP = "+33139980077"
BOILER, DRAINS = "+33139980055", "+33139980066"


@dataclass
class House:
    """Rows by chance."""

    people: Cast
    chance: Random

    def furnish(self) -> None:
        """Put people on call, set up the number, its menus and its scenario."""
        people, chance = self.people, self.chance
        for person in (people.alice, people.bruno, people.chloe):
            if chance.random() < 0.7:
                on_duty(people.schedule, person, chance.choice([1, 1, 2]))
        Organisation.objects.update(
            hard_stop_seconds=chance.choice([120, 150, 300]),
            ring_seconds=chance.choice([10, 20, 33]),
        )
        if chance.random() < 0.5:
            scenario(people.schedule, *self.steps())
        self.box = Mailbox.objects.create(name="Own")
        self.told = announcement("We are at 3, rue Neuve.")
        self.services = [self.service(name) for name in ("Boiler", "Drains")]
        self.number()
        if chance.random() < 0.1:
            BlockedCaller.objects.create(kind=BlockKind.EXACT.value, pattern=CALLER)

    def number(self) -> None:
        line, chance = self.people.line, self.chance
        behaviours = [*Behaviour, *[Behaviour.SMART_VOICEMAIL] * 3]
        line.behaviour = chance.choice(behaviours).value
        line.menu = chance.choice([None, self.menu(1), self.menu(1)])
        line.forwarding_number = WORKSHOP
        line.languages = chance.choice([["en"], ["en", "fr"]])
        line.inbound_timeout = chance.choice([None, 3, 8, 25])
        line.call_connect = chance.choice([None, True, False])
        line.mailbox = chance.choice([None, self.box])
        if chance.random() < 0.2:
            day = {"days": ["tu"], "from": "09:00", "to": "12:00"}
            line.opening_hours = {"time_zone": "Europe/Paris", "weekly": [day]}
        line.save()

    def steps(self) -> Iterator[dict[str, Any]]:
        for _ in range(self.chance.randrange(1, 4)):
            kind = self.chance.choice(["level", "staff", "supervisors"])
            target: dict[str, dict[str, Any]] = {
                "level": {"level": 1},
                "staff": {"staff": self.people.chloe},
            }
            yield {
                "kind": kind,
                **target.get(kind, {}),
                "strategy": self.chance.choice(["together", "in_order"]),
                "call_connect": self.chance.choice([None, None, False]),
                "ring_seconds": self.chance.choice([None, 7]),
            }

    def service(self, name: str) -> Service:
        made = Service.objects.create(
            name={"en": name},
            colour="#b35900",
            answered_by=self.chance.choice(["numbers", "schedule"]),
            schedule=self.people.schedule,
            mailbox=self.chance.choice([None, self.box]),
            if_unanswered=self.chance.choice(
                ["default", "message_or_call_later", "call_back_request"]
            ),
        )
        number = BOILER if name == "Boiler" else DRAINS
        ContactNumber.objects.create(service=made, number=number)
        ServiceMember.objects.create(service=made, staff=self.people.bruno)
        return made

    def menu(self, level: int, parent: Menu | None = None) -> Menu:
        made = Menu.objects.create(
            name=f"Level {level}",
            parent=parent,
            welcome={"en": "Welcome to Dupont."},
            tries=self.chance.randrange(1, 4),
            wait_seconds=self.chance.randrange(1, 7),
            mailbox=self.chance.choice([None, self.box]),
        )
        for key in ("1", "2", "3", "#", "no_key", "too_many"):
            if self.chance.random() < (0.3 if "_" in key else 0.8):
                self.option(made, key, level)
        return made

    def option(self, menu: Menu, key: str, level: int) -> None:
        kinds: dict[GoalKind, dict[str, Any]] = {
            GoalKind.SERVICE: {"service": self.chance.choice(self.services)},
            GoalKind.SCHEDULE: {"schedule": self.people.schedule},
            GoalKind.TRANSFER: {"transfer_number": WORKSHOP},
            GoalKind.ANNOUNCEMENT: {"prompt": self.told},
            GoalKind.VOICEMAIL: {},
            GoalKind.CALL_BACK: {},
            GoalKind.DIAL_EXTENSION: {},
            GoalKind.REPEAT: {},
            GoalKind.BACK: {},
            GoalKind.HANG_UP: {},
        }
        kind = self.chance.choice([*kinds, GoalKind.SERVICE, GoalKind.MENU])
        if kind is GoalKind.MENU and (level == 3 or "_" in key):
            kind = GoalKind.SCHEDULE
        target = {"submenu": self.menu(level + 1, menu)} if kind is GoalKind.MENU else kinds[kind]
        MenuOption.objects.create(menu=menu, key=key, kind=kind.value, **target)


@contextmanager
def pressing(story: Story, keys: str) -> Iterator[None]:
    """Let the caller press keys, each as soon as a question was heard out."""
    keypad = Keypad(keys)

    def asked() -> dict[str, Any]:
        assert story.call is not None
        for sent in reversed(story.platform.webhooks):
            if sent.uuid == story.call.uuid and isinstance(sent.reply, list):
                for each in sent.reply:
                    if each["action"] == "input":
                        settings: dict[str, Any] = each["dtmf"]
                        return settings
        raise AssertionError("nobody was asked anything")

    def press() -> None:
        assert story.call is not None
        most = asked()["maxDigits"]
        if most == 1:
            entry = keypad.one()
        else:
            entry, ends = keypad.number(most)
            entry += "#" if ends and len(entry) < most else ""
        if entry:
            story.call.press(entry)

    def hears(what: str, fields: dict[str, Any]) -> None:
        mine = story.call is not None and fields.get("leg") == story.call.uuid
        if mine and what == "action" and fields["action"] == "input":
            story.platform.scheduler.after(0, press)

    story.platform.listeners.append(hears)
    yield
    story.platform.listeners.remove(hears)
