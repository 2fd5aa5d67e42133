"""What would happen agrees with what happens: random houses, callers and keys, through the web.

Nobody answers. The preview is told how long the emulated platform took for each dial, and then has
to name the same phones, to the hundredth of a second, and the same end.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from scheduling.models import ContactNumber, Organisation, Service, ServiceMember
from telephony import engine, previews
from telephony.agenda import Keypad
from telephony.emulator.api import REST_DELAY_S
from telephony.emulator.flows import PROGRESS_DELAY_S
from telephony.enums import Behaviour, BlockKind, EndKind, GoalKind, Outcome
from telephony.models import BlockedCaller, Call, Caller, Menu, MenuOption
from telephony.previews import Trial
from telephony.rehearsal import Pace
from telephony.types import Rehearsal, State
from tests.cast import CALLER, START, Cast, announcement, on_duty, scenario
from tests.story import Story
from voicemail.models import Mailbox, VoicemailMessage

CALLS = 300 if os.environ.get("ONCALL_SOAK") == "1" else 6
WORKSHOP = "+33139980077"
OUTCOMES = {
    EndKind.VOICEMAIL: Outcome.MESSAGE_LEFT,
    EndKind.ANNOUNCEMENT: Outcome.ANNOUNCEMENT,
    EndKind.HANG_UP: Outcome.ANNOUNCEMENT,
    EndKind.CALL_BACK: Outcome.CALL_BACK_REQUESTED,
    EndKind.BLOCKED: Outcome.BLOCKED,
    EndKind.LINE_FULL: Outcome.LINE_FULL,
}


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
        number = "+33139980055" if name == "Boiler" else "+33139980066"
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
        for sent in reversed(story.platform.webhooks):
            if isinstance(sent.reply, list):
                asks = [each for each in sent.reply if each["action"] == "input"]
                settings: dict[str, Any] = asks[0]["dtmf"]
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
        if what == "action" and fields["action"] == "input":
            story.platform.scheduler.after(0, press)

    story.platform.listeners.append(hears)
    yield
    story.platform.listeners.remove(hears)


def pace_of(story: Story, call: Call) -> Pace:
    """Return how long the platform took for what the preview cannot know."""
    placed = {leg.uuid: leg.created_at for leg in story.platform.legs}
    waits = {
        leg.ordinal: (placed[str(leg.uuid)] - leg.dialled_at).total_seconds()
        for leg in call.legs.exclude(uuid=None)
        if leg.screened
    }

    def watched(due: datetime) -> datetime:
        return START + timedelta(seconds=math.ceil((due - START).total_seconds()))

    return Pace(
        say=previews.standard_pace().say,
        music=max(story.platform.network.studio._seconds.values(), default=0.0),
        dial=lambda leg: waits.get(leg, 0.0),
        rings=PROGRESS_DELAY_S,
        moves=REST_DELAY_S,
        watched=watched,
    )


def lived(story: Story, call: Call) -> list[tuple[float, str]]:
    """Return which phones rang, each with the second in which it began."""
    names = {leg.uuid: leg.name for leg in call.legs.all()}
    return [
        (round((leg.created_at - START).total_seconds() + PROGRESS_DELAY_S, 2), names[leg.uuid])
        for leg in story.platform.legs
        if leg.direction == "outbound"
    ]


def foretold(found: Rehearsal) -> list[tuple[float, str]]:
    return [(round(each.after, 2), each.phone.name) for each in found.rings]


def left_out(call: Call) -> set[tuple[str, str]]:
    told = call.events.filter(code="skipped").values_list("params", flat=True)
    return {(each["reason"], each["name"]) for each in told if each["reason"] != "hard_stop"}


@pytest.mark.requirement("PLN-05")
@pytest.mark.parametrize("seed", range(CALLS))
def test_the_same_people_order_times_and_end(story: Story, people: Cast, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - nothing secret
    House(people, chance).furnish()
    keys = "".join(chance.choice("123#,*") for _ in range(chance.randrange(7)))
    with pressing(story, keys):
        story.caller_dials(speaks_s=3)
        call = story.expect_end()
    Caller.objects.all().delete()  # whom the house did not know when they called
    trial = Trial(START, CALLER, keys)
    found = previews.of_number(people.line, trial, pace_of(story, call))
    shown = json.dumps({"seed": seed, "keys": keys, "said": story.call.said if story.call else []})
    assert sorted(foretold(found)) == sorted(lived(story, call)), shown
    assert (OUTCOMES[found.end.kind], found.end.kind) == (call.outcome, found.end.kind), shown
    messages = list(VoicemailMessage.objects.values_list("mailbox", flat=True))
    assert messages == ([found.end.mailbox] if found.end.kind is EndKind.VOICEMAIL else []), shown
    state = engine.state_of(call)
    assert isinstance(state, State)
    assert state.ending_at is not None
    ended = (state.ending_at - START).total_seconds()
    assert round(found.end.after, 2) == round(ended, 2), shown
    assert {(each.reason, each.name) for each in found.skipped} == left_out(call), shown
