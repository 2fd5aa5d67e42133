"""Houses by chance: for stories that no two runs of seeds share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from scheduling.models import (
    ContactNumber,
    Divert,
    Organisation,
    OrganisationSupervisor,
    ScheduleSupervisor,
    Service,
    ServiceMember,
    Staff,
    TimeOff,
)
from telephony import prompt_services
from telephony.enums import Behaviour, BlockKind, GoalKind
from telephony.models import BlockedCaller, Caller, ClosedRoute, Menu, MenuOption, Prompt
from telephony.number_services import CLOSED_KINDS
from telephony.tests.sounds import encoded, upload
from tests.cast import ALICE, BRUNO, CALLER, START, Cast, announcement, on_duty, scenario
from voicemail.models import Mailbox

WORKSHOP = "+33139980077"
BOILER, DRAINS = "+33139980055", "+33139980066"
DORA = "+33639980008"
KNOWN = "+33698765477"
TOLD = "We are at 3, rue Neuve."
EXTENSION = "201"
PHONES = (WORKSHOP, BOILER, DRAINS, DORA)
# Whoever calls: somebody, a colleague, somebody whom the house knows, or nobody knows who.
CALLERS = (CALLER, CALLER, ALICE, BRUNO, KNOWN, "anonymous")
_TOKENS = (*"1112233#,,*", *(f"{key}{EXTENSION}#" for key in "123123"), "0612345678#")
_MINUTES = (-50, -20, 0, 0, 5, 20, 50)


def keys_of(chance: Random) -> str:
    """Return what a caller presses: a key or a number for each question, an extension, or none."""
    return "".join(chance.choice(_TOKENS) for _ in range(chance.randrange(7)))


@dataclass
class House:
    """Rows by chance; somebody calls so many `minutes` after the stories' start, around which
    people change shifts, the line opens or closes, and diverts begin or end.
    """

    people: Cast
    chance: Random
    minutes: int = field(init=False)

    def __post_init__(self) -> None:
        self.minutes = self.chance.choice(_MINUTES)

    def furnish(self) -> None:
        """Put people on call, set up the number, its menus and its scenario."""
        people, chance = self.people, self.chance
        Organisation.objects.update(
            hard_stop_seconds=chance.choice([120, 150, 300]),
            ring_seconds=chance.choice([10, 20, 33]),
        )
        self.box = Mailbox.objects.create(name="Own")
        self.told = announcement(TOLD)
        self.staff()
        if self.likely(0.5):
            self.waits_with(scenario(people.schedule, *self.steps()))
        self.services = [self.service(name) for name in ("Boiler", "Drains")]
        self.number()
        self.diverted()
        if self.likely(0.1):
            BlockedCaller.objects.create(kind=BlockKind.EXACT.value, pattern=CALLER)
        if self.likely(0.5):
            language = chance.choice(["", "en", "fr"])
            Caller.objects.create(number=KNOWN, name="Mrs Brown", language=language)

    def likely(self, share: float) -> bool:
        """Tell whether something is so in this house that is in such a share of houses."""
        return self.chance.random() < share

    # -- people

    def staff(self) -> None:
        """Some are on call, or were just now, or will soon be; some are away."""
        people, chance = self.people, self.chance
        dora = self.second_supervisor()
        for person in (people.alice, people.bruno, people.chloe):
            if self.likely(0.7):
                start, end = chance.choice([(-7200, 7200), (-7200, 7200), (-7200, 30), (30, 7200)])
                on_duty(people.schedule, person, chance.choice([1, 1, 2]), start_s=start, end_s=end)
        for away in (people.alice, people.chloe, people.sam, *([dora] if dora else [])):
            if self.likely(0.12):
                TimeOff.objects.create(staff=away, period=self.period())
        Staff.objects.filter(pk=people.alice.pk).update(
            extension=EXTENSION if self.likely(0.6) else None,
            call_process=chance.choice(["cascade", "cascade", "transfer"]),
        )
        if self.likely(0.5):
            Mailbox.objects.create(name="Alice", staff=people.alice)

    def second_supervisor(self) -> Staff | None:
        """Perhaps there is somebody else to be rung in the end, before Sam or after."""
        if not self.likely(0.4):
            return None
        dora = Staff.objects.create(name="Dora", colour="#1f6feb", language="fr")
        ContactNumber.objects.create(staff=dora, number=DORA)
        place: dict[str, Any] = {"staff": dora, "position": self.chance.choice([0, 2])}
        OrganisationSupervisor.objects.create(organisation=Organisation.objects.get(), **place)
        ScheduleSupervisor.objects.create(schedule=self.people.schedule, **place)
        return dora

    def period(self) -> tuple[Any, Any]:
        """Return a stretch that has begun long ago or begins soon, or ends soon."""
        start, end = self.chance.choice([(-7200, 7200), (-7200, 30), (30, 7200)])
        return START + timedelta(seconds=start), START + timedelta(seconds=end)

    def diverted(self) -> None:
        """Perhaps the number, or the schedule, goes to somebody for now."""
        if not self.likely(0.2):
            return
        people, chance = self.people, self.chance
        of: dict[str, Any] = chance.choice(
            [{"phone_number": people.line}, {"schedule": people.schedule}]
        )
        to: list[dict[str, Any]] = [
            {"to_staff": people.chloe},
            {"to_service": self.services[0]},
            {"to_number": WORKSHOP},
        ]
        Divert.objects.create(
            **of, **chance.choice(to), period=self.period(), created_at=START - timedelta(days=1)
        )

    # -- the number

    def number(self) -> None:
        """Say what the number does."""
        line, chance = self.people.line, self.chance
        behaviours = [*Behaviour, *[Behaviour.SMART_VOICEMAIL] * 3, *[Behaviour.ON_CALL] * 3]
        line.behaviour = chance.choice(behaviours).value
        line.menu = self.menu(1) if self.likely(0.75) else None
        line.forwarding_number = WORKSHOP
        line.languages = chance.choice([["en"], ["en"], ["fr", "en"]])
        line.inbound_timeout = chance.choice([None, None, None, 3, 8, 25])
        line.call_connect = chance.choice([None, True, False])
        line.mailbox = chance.choice([None, self.box])
        line.whisper = chance.choice([{}, {"en": "For {service}, from {caller}."}])
        line.pass_called_number = chance.choice([True, False])
        line.record = self.likely(0.3)
        line.recording_notice = chance.choice([{}, {"en": "We record what you tell us."}])
        if self.likely(0.3):
            hours = chance.choice([("mo", "09:00", "10:01"), ("mo", "10:01", "18:00"), _TUESDAY])
            day, opens, closes = hours
            weekly = [{"days": [day], "from": opens, "to": closes}]
            line.opening_hours = {"time_zone": "Europe/Paris", "weekly": weekly}
        line.save()
        if line.opening_hours and self.likely(0.6):
            kind, target = self.goal(1)
            if kind.value in CLOSED_KINDS:
                ClosedRoute.objects.create(phone_number=line, kind=kind.value, **target)

    def waits_with(self, made: Any) -> None:
        """Give the scenario words and music of its own, perhaps."""
        chance = self.chance
        made.repeat = chance.choice([1, 1, 2])
        made.waiting_words = chance.choice([{}, {"en": "We are calling everybody, one by one."}])
        if self.likely(0.5):
            made.waiting_music = recorded("Tune", chance.choice([3.5, 27]))
        if self.likely(0.2):
            made.waiting_prompt = recorded("Words", 4.25)
        made.save()

    def steps(self) -> Iterator[dict[str, Any]]:
        """Yield the steps of a scenario."""
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
        if self.likely(0.3):
            yield self.chance.choice(
                [
                    {"kind": "voicemail", "mailbox": self.box},
                    {"kind": "announcement", "prompt": self.told},
                ]
            )

    def service(self, name: str) -> Service:
        """Create a service that is answered in one of the three ways."""
        made = Service.objects.create(
            name={"en": name},
            colour="#b35900",
            answered_by=self.chance.choice(["numbers", "members", "schedule"]),
            schedule=self.people.schedule,
            mailbox=self.chance.choice([None, self.box]),
            if_unanswered=self.chance.choice(
                ["default", "message_or_call_later", "call_back_request"]
            ),
        )
        number = BOILER if name == "Boiler" else DRAINS
        ContactNumber.objects.create(service=made, number=number)
        members = self.chance.choice([[self.people.bruno], [self.people.chloe, self.people.alice]])
        for position, member in enumerate(members, 1):
            ServiceMember.objects.create(service=made, staff=member, position=position)
        return made

    # -- menus

    def menu(self, level: int, parent: Menu | None = None) -> Menu:
        """Create a level with some keys, and the levels below."""
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
        """Let a key lead somewhere."""
        kind, target = self.goal(3 if "_" in key else level, menu)
        MenuOption.objects.create(menu=menu, key=key, kind=kind.value, **target)

    def goal(self, level: int, menu: Menu | None = None) -> tuple[GoalKind, dict[str, Any]]:
        """Return where a caller goes, and what that needs; below level 3 is no other menu."""
        kinds: dict[GoalKind, dict[str, Any]] = {
            GoalKind.SERVICE: {"service": self.chance.choice(self.services)},
            GoalKind.SCHEDULE: {"schedule": self.people.schedule},
            GoalKind.TRANSFER: {"transfer_number": WORKSHOP},
            GoalKind.ANNOUNCEMENT: {"prompt": self.told},
            GoalKind.VOICEMAIL: {"mailbox": self.chance.choice([None, self.box])},
            GoalKind.CALL_BACK: {},
            GoalKind.DIAL_EXTENSION: {},
            GoalKind.REPEAT: {},
            GoalKind.BACK: {},
            GoalKind.HANG_UP: {},
        }
        kind = self.chance.choice([*kinds, *_OFTEN])
        if kind is GoalKind.MENU and level == 3:
            kind = GoalKind.SCHEDULE
        if kind is GoalKind.MENU:
            return kind, {"submenu": self.menu(level + 1, menu)}
        return kind, kinds[kind]


_OFTEN = (*[GoalKind.SERVICE] * 4, GoalKind.MENU, *[GoalKind.DIAL_EXTENSION] * 4)
_TUESDAY = ("tu", "09:00", "12:00")


def recorded(name: str, seconds: float) -> Prompt:
    """Return a prompt with a real recording in English."""
    files = {"en": upload(encoded(seconds=seconds, rate=8_000))}
    return prompt_services.create_prompt({"name": name, "recordings": files}, START)
