"""What would happen at a number or a menu, read from the rows of the house."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling.models import Service, Staff
from telephony import previews
from telephony.enums import Behaviour, BlockKind, EndKind, GoalKind
from telephony.models import (
    BlockedCaller,
    Call,
    Menu,
    MenuOption,
    MenuVersion,
    Prompt,
    PromptAudio,
)
from telephony.previews import Trial
from telephony.rehearsal import MUSIC_SECONDS, WAITING_KEY_SECONDS
from telephony.types import Rehearsal
from tests import cast
from tests.cast import CALLER, START, Cast, on_duty, scenario
from voicemail.models import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    made = cast.create()
    made.line.languages = ["en"]
    made.line.save()
    return made


def at(people: Cast, minutes: int = 0, **trial: object) -> Rehearsal:
    moment = START + timedelta(minutes=minutes)
    values = {"caller": CALLER, **trial}
    return previews.of_number(people.line, Trial(moment, **values))  # type: ignore[arg-type]


def rung(found: Rehearsal) -> list[tuple[str, str, float]]:
    return [(each.phone.name, each.reason, each.after) for each in found.rings]


def test_who_is_on_call_then_rings_and_then_the_supervisors(people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    found = at(people)
    assert rung(found) == [("Bruno", "level_1", 0), ("Sam", "supervisors", 20)]
    assert (found.end.kind, found.end.mailbox) == (EndKind.VOICEMAIL, people.mailbox.pk)
    assert found.worst_case_seconds >= found.end.after == 40


@pytest.mark.parametrize(("minutes", "name"), [(-90, "Sam"), (0, "Bruno"), (30 * 60, "Chloé")])
def test_another_minute_has_its_own_rota(people: Cast, minutes: int, name: str) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, start_s=29 * 3600, end_s=31 * 3600)
    assert at(people, minutes).rings[0].phone.name == name


def test_a_blocked_caller_is_refused(people: Cast) -> None:
    BlockedCaller.objects.create(kind=BlockKind.EXACT.value, pattern=CALLER)
    assert at(people).end.kind is EndKind.BLOCKED


def test_the_calls_of_this_minute_do_not_fill_the_line_of_another(people: Cast) -> None:
    people.line.max_calls = 1
    people.line.save()
    Call.objects.create(
        leg_uuid="x", token="y", dialled="z", started_at=START, phone_number=people.line
    )
    assert at(people, 5).end.kind is EndKind.VOICEMAIL


@pytest.fixture
def main(people: Cast) -> Menu:
    root = Menu.objects.create(name="Main", welcome={"en": "Welcome."})
    people.line.behaviour = Behaviour.SMART_VOICEMAIL.value
    people.line.menu = root
    people.line.save()
    return root


def key(level: Menu, pressed: str, kind: GoalKind, **target: object) -> MenuOption:
    return MenuOption.objects.create(menu=level, key=pressed, kind=kind.value, **target)


@pytest.mark.requirement("PLN-03")
def test_the_keys_lead_through_the_menu(people: Cast, main: Menu) -> None:
    on_duty(people.schedule, people.bruno)
    box = Mailbox.objects.create(name="Boilers")
    service = Service.objects.create(
        name={"en": "Boiler"},
        colour="#b35900",
        answered_by="schedule",
        schedule=people.schedule,
        mailbox=box,
    )
    below = Menu.objects.create(name="Below", parent=main)
    key(main, "2", GoalKind.MENU, submenu=below)
    key(below, "1", GoalKind.SERVICE, service=service)
    found = at(people, keys="21")
    assert [(each.keys, each.name) for each in found.questions] == [("2", ""), ("1", "Boiler")]
    assert [name for name, *_ in rung(found)] == ["Bruno", "Sam"]
    assert found.end.mailbox == box.pk


@pytest.mark.parametrize(("music", "seconds"), [(None, MUSIC_SECONDS), (38.5, 38.5)])
def test_the_waiting_music_is_as_long_as_what_is_played(
    people: Cast, music: float | None, seconds: float
) -> None:
    on_duty(people.schedule, people.bruno)
    own = scenario(people.schedule, {"kind": "level", "level": 1, "ring_seconds": 90})
    if music:
        own.waiting_music = recording("Tune", music)
        own.save()
    early, late = at(people, keys="1"), at(people, keys=",1")
    waited = late.end.after - early.end.after
    assert waited == WAITING_KEY_SECONDS + seconds


def recording(name: str, seconds: float) -> Prompt:
    prompt = Prompt.objects.create(name=name)
    facts = {"original_name": "a.wav", "duration_seconds": seconds, "size": 1}
    PromptAudio.objects.create(prompt=prompt, language="fr", token=name, uploaded_at=START, **facts)
    return prompt


def test_a_menu_that_no_number_uses_is_tried_alone(people: Cast) -> None:
    free = Menu.objects.create(name="Free", welcome={"en": "Hello."})
    key(free, "1", GoalKind.SCHEDULE, schedule=people.schedule)
    found = previews.of_menu(free, Trial(START, keys="21"))
    assert [each.keys for each in found.questions] == ["2", "1"]
    assert [name for name, *_ in rung(found)] == ["Sam"]


def test_a_lower_level_is_tried_alone(people: Cast, main: Menu) -> None:
    below = Menu.objects.create(name="Below", parent=main)
    key(below, "1", GoalKind.HANG_UP)
    assert previews.of_menu(below, Trial(START, keys="1")).end.kind is EndKind.HANG_UP


def test_nothing_is_written(people: Cast, main: Menu) -> None:
    key(main, "1", GoalKind.CALL_BACK)
    at(people, keys="1#1")
    assert not MenuVersion.objects.exists()
    assert not Call.objects.exists()


def test_more_people_and_options_cost_no_more_queries(people: Cast, main: Menu) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            at(people, keys="1")
        return len(captured)

    key(main, "1", GoalKind.SCHEDULE, schedule=people.schedule)
    key(main, "2", GoalKind.HANG_UP)
    on_duty(people.schedule, people.bruno)
    before = queries()
    for number in range(3, 10):
        key(main, str(number), GoalKind.HANG_UP)
        name = f"Person {number}"
        person = Staff.objects.create(name=name, colour="#1f6feb", language="en")
        person.numbers.create(number=f"+3363998010{number}", position=1)
        on_duty(people.schedule, person)
    assert len(at(people, keys="1").rings) == 9
    assert queries() == before
