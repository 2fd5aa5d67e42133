"""A call is played through by the machine itself, in a world where nobody answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
import soundfile

from scheduling.types import House
from telephony import machine, menus, timing
from telephony.emulator.recordings import audio_seconds
from telephony.enums import Ask, EndKind, GoalKind
from telephony.instructions import Say
from telephony.machine import Visitor
from telephony.plan import chosen
from telephony.rehearsal import MUSIC_SECONDS, WAITING_KEY_SECONDS, Pace, Scene, rehearse
from telephony.tests.builders import START, cascade, direct, phone, plan, team
from telephony.types import Ending, Goal, Menu, Plan, Rehearsal, Skip, Stage, Step, Tree

HOUSE = House()
TWO_SECONDS_EACH = Pace(lambda _say, _language: 2.0)


def no_leaf(step: Step, _now: datetime) -> Step:
    raise AssertionError(step.leaf)


BARE = Scene(START, menus.NO_TREE, no_leaf, TWO_SECONDS_EACH, language="en")


def on_call(route: Plan, keys: str = "", taker: int | None = None) -> Rehearsal:
    return rehearse(machine.begin(route, START), replace(BARE, keys=keys, taker=taker))


def routed(route: Plan, step: Step, now: datetime) -> Step:
    """Every leaf that asks for people leads to this route."""
    assert step.leaf is not None
    ends = step.leaf.goal.kind is GoalKind.VOICEMAIL
    found = replace(route, stages=(), chosen=True) if ends else route
    after = machine.route(step.state, found, now)
    return replace(after, notes=(*step.notes, *after.notes))


def in_menu(tree: Tree, route: Plan, keys: str) -> Rehearsal:
    base = replace(plan(), stages=(), worst_case_seconds=0)
    visitor = Visitor("+33698765432", "", tree.languages)
    first = machine.begin_menu(base, tree, START, visitor=visitor)
    scene = Scene(START, tree, partial(routed, route), TWO_SECONDS_EACH, keys, "en")
    return rehearse(first, scene)


def rung(found: Rehearsal) -> list[tuple[str, float]]:
    return [(each.phone.name, each.after) for each in found.rings]


def test_a_cascade_rings_one_after_the_other_and_ends_in_the_mailbox() -> None:
    found = on_call(plan(cascade("Alice", "Bruno")))
    assert rung(found) == [("Alice", 0), ("Bruno", 20)]
    assert (found.end.kind, found.end.after) == (EndKind.VOICEMAIL, 40)
    assert [each.code for each in found.end.said] == ["leave_message"]


def test_a_team_rings_together_and_waits_for_its_slowest() -> None:
    together = Stage(((phone("Alice", ring=10),), (phone("Bruno", ring=30),)), "level_1")
    found = on_call(plan(together, team("Chloé")))
    assert rung(found) == [("Alice", 0), ("Bruno", 0), ("Chloé", 30)]
    assert [each.together for each in found.rings] == [True, True, False]


def test_a_direct_phone_rings_after_the_greeting() -> None:
    found = on_call(plan(direct("Alice", ring=15), direct("Bruno")))
    assert rung(found) == [("Alice", 2), ("Bruno", 17)]
    assert (found.end.after, found.rings[0].direct) == (37, True)


def test_a_direct_phone_follows_a_screened_one() -> None:
    found = on_call(plan(cascade("Alice"), direct("Bruno")))
    assert rung(found) == [("Alice", 0), ("Bruno", 20)]


def test_the_hard_stop_ends_the_ringing_and_says_who_was_cut() -> None:
    found = on_call(plan(cascade("Alice", "Bruno"), cascade("Chloé"), hard_stop=30))
    assert rung(found) == [("Alice", 0), ("Bruno", 20)]
    assert [each.seconds for each in found.rings] == [20, 10]
    assert (found.end.after, found.cut) == (30, (Skip("hard_stop", "Chloé"),))


def test_a_direct_phone_is_cut_short_by_the_hard_stop() -> None:
    found = on_call(plan(direct("Alice", ring=40), hard_stop=30))
    assert [each.seconds for each in found.rings] == [28]
    assert (found.end.kind, found.end.after) == (EndKind.VOICEMAIL, 30)


def test_key_1_while_waiting_leads_to_the_message() -> None:
    found = on_call(plan(cascade("Alice")), keys="1")
    assert [(each.ask, each.keys, each.after) for each in found.questions] == [(None, "1", 4)]
    assert (found.end.kind, found.end.after) == (EndKind.VOICEMAIL, 4)
    assert [each.seconds for each in found.rings] == [4]


def test_a_pause_lets_one_question_pass() -> None:
    found = on_call(plan(cascade("Alice", ring=60)), keys=",1")
    assert found.end.after == 4 + 1 + MUSIC_SECONDS


def test_the_waiting_music_lasts_as_long_as_it_is_counted_and_fits_the_waiting_loop() -> None:
    music = Path(__file__).parents[2] / "static" / "audio" / "wait.mp3"
    assert soundfile.info(str(music)).duration == MUSIC_SECONDS
    assert audio_seconds(music.read_bytes(), 0) == MUSIC_SECONDS
    assert MUSIC_SECONDS <= timing.LONGEST_WAITING_SECONDS
    assert MUSIC_SECONDS + WAITING_KEY_SECONDS < timing.SEGMENT_LIMIT_SECONDS


def test_who_takes_the_call_ends_it() -> None:
    bruno = replace(phone("Bruno"), staff=2)
    found = on_call(plan(Stage(((phone("Alice"), bruno),), "level_1")), taker=2)
    assert (found.end.kind, found.end.name, found.end.after) == (EndKind.CONNECTED, "Bruno", 20)


def test_who_picks_up_a_direct_phone_has_the_call() -> None:
    found = on_call(plan(direct("Alice")), taker=1)
    assert (found.end.kind, found.end.name) == (EndKind.CONNECTED, "Alice")


def test_nobody_to_ring_is_told_with_its_reason() -> None:
    found = on_call(plan(skipped=(Skip("nobody_on_call"),), message=False))
    assert (found.path, found.skipped) == ((), (Skip("nobody_on_call"),))
    assert (found.end.kind, found.end.after) == (EndKind.ANNOUNCEMENT, 0)


def test_a_refused_caller_hears_why() -> None:
    base = chosen(Ending(message=False), HOUSE)
    found = rehearse(machine.refuse(base, "blocked", START), BARE)
    assert (found.end.kind, found.end.said) == (EndKind.BLOCKED, (Say("blocked"),))


MAIN = Menu(
    1,
    keys={
        "1": Goal(GoalKind.SERVICE, 5, name={"en": "heating"}),
        "2": Goal(GoalKind.MENU, 2),
        "3": Goal(GoalKind.CALL_BACK, mailbox=7),
        "4": Goal(GoalKind.HANG_UP),
    },
    wait_seconds=3,
)
BELOW = Menu(2, keys={"1": Goal(GoalKind.VOICEMAIL)})
TREE = Tree(("en",), 1, {1: MAIN, 2: BELOW})


def test_a_key_is_pressed_when_the_question_was_heard_out() -> None:
    found = in_menu(TREE, plan(cascade("Alice")), "1")
    (asked,) = found.questions
    assert (asked.ask, asked.keys, asked.name, asked.seconds) == (Ask.MENU, "1", "heating", 8)
    assert rung(found) == [("Alice", 8)]
    assert found.end.after == 28


def test_without_keys_the_menu_asks_again_and_then_takes_a_message() -> None:
    found = in_menu(TREE, plan(), "")
    assert [(each.after, each.keys) for each in found.questions] == [(0, ""), (11, ""), (22, "")]
    assert (found.end.kind, found.end.after) == (EndKind.VOICEMAIL, 33)


def test_two_keys_lead_two_levels_down() -> None:
    found = in_menu(TREE, plan(), "21")
    assert [each.keys for each in found.questions] == ["2", "1"]
    assert found.end.kind is EndKind.VOICEMAIL


@pytest.mark.parametrize(
    ("keys", "pressed", "call_back"),
    [
        ("30612345678#1", ["3", "0612345678", "1"], "0612345678"),
        ("3#1", ["3", "", "1"], "+33698765432"),
        ("30612345678,1", ["3", "0612345678", "1"], "0612345678"),
    ],
)
def test_a_number_to_call_back_is_keyed_in(keys: str, pressed: list[str], call_back: str) -> None:
    found = in_menu(TREE, plan(), keys)
    assert [each.keys for each in found.questions] == pressed
    assert (found.end.kind, found.end.call_back) == (EndKind.CALL_BACK, call_back)
    assert found.end.mailbox == 7


def test_a_number_that_no_hash_ends_takes_its_pause() -> None:
    ended, waited = (in_menu(TREE, plan(), f"30612345678{end}1") for end in "#,")
    assert waited.end.after - ended.end.after == 5


def test_a_key_may_end_the_call() -> None:
    assert in_menu(TREE, plan(), "4").end.kind is EndKind.HANG_UP


def test_what_the_routes_leave_out_and_take_at_worst_adds_up() -> None:
    route = plan(cascade("Alice"), skipped=(Skip("own_number", "Bruno"),), hard_stop=120)
    found = in_menu(TREE, route, "1")
    assert (found.skipped, found.worst_case_seconds) == ((Skip("own_number", "Bruno"),), 120)
