"""Stories of what a number does when it rings: its behaviour, hours, block list, and lines."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.models import Divert
from telephony.emulator import Answers, Machine
from telephony.enums import Behaviour, BlockKind, Direction, GoalKind, Outcome
from telephony.models import (
    BlockedCaller,
    Call,
    CallbackRequest,
    Caller,
    CallEvent,
    ClosedRoute,
    Menu,
    MenuOption,
    PhoneNumber,
    Prompt,
)
from tests.cast import BRUNO, CALLER, LINE, SAM_MAIL, START, Cast, on_duty
from tests.story import Story
from voicemail.models import Mailbox, VoicemailMessage

WORKSHOP = "+33139980077"
PICKS_UP = Answers(after_s=4)
TAKES_IT = Answers(after_s=4, presses=["1"])


def behaves(people: Cast, behaviour: Behaviour, **values: Any) -> None:
    """Set the line; it transfers to the workshop where its behaviour says so."""
    line = people.line
    line.behaviour, line.forwarding_number, line.languages = behaviour.value, WORKSHOP, ["en"]
    for name, value in values.items():
        setattr(line, name, value)
    line.save()


def rang_for(story: Story, number: str) -> int:
    ring = story.platform.phone(number).rang[0]
    assert ring.ended_at is not None
    return round((ring.ended_at - ring.at).total_seconds())


@pytest.mark.requirement("CRM-02")
@pytest.mark.requirement("PLN-08")
def test_transfer_only_connects_with_the_forwarding_number(story: Story, people: Cast) -> None:
    behaves(people, Behaviour.TRANSFER)
    story.phone(WORKSHOP, PICKS_UP)
    story.caller_dials(hangs_up_after_s=40)
    story.expect_connected(WORKSHOP)
    assert story.expect_end().outcome == Outcome.PICKED_UP


@pytest.mark.requirement("PLN-08")
def test_transfer_only_has_no_voicemail_behind_it(story: Story, people: Cast) -> None:
    behaves(people, Behaviour.TRANSFER)
    caller = story.caller_dials()
    call = story.expect_end()
    assert (call.outcome, caller.said[-1]) == (
        Outcome.ANNOUNCEMENT,
        "Nobody can take your call right now. Please call again later. Goodbye.",
    )
    assert (rang_for(story, WORKSHOP), VoicemailMessage.objects.count()) == (60, 0)
    assert [mail.subject for mail in story.mails(SAM_MAIL)] == ["Unanswered call on Main line"]


@pytest.mark.requirement("CRM-04")
@pytest.mark.requirement("CRM-05")
def test_a_transfer_with_a_key_is_taken_by_it_after_the_whisper(story: Story, people: Cast) -> None:
    behaves(people, Behaviour.TRANSFER, call_connect=True, pass_called_number=False)
    story.phone(WORKSHOP, TAKES_IT)
    story.caller_dials(hangs_up_after_s=40)
    story.expect_connected(WORKSHOP)
    assert story.heard(WORKSHOP)[0] == (
        "Call for Main line, from 0 6 9 8 7 6 5 4 3 2. Press 1 to take it, or 2 to pass it on."
    )
    assert story.expect_end().outcome == Outcome.CONNECTED


@pytest.mark.requirement("CRM-04")
def test_a_machine_that_picks_up_a_transfer_with_a_key_has_not_taken_it(
    story: Story, people: Cast
) -> None:
    behaves(people, Behaviour.TRANSFER, call_connect=True)
    story.phone(WORKSHOP, Machine(after_s=4))
    caller = story.caller_dials()
    assert story.expect_end().outcome == Outcome.ANNOUNCEMENT
    assert caller.said[-1].startswith("Nobody can take your call right now.")
    assert story.talked_to == set()


@pytest.mark.requirement("PLN-09")
@pytest.mark.parametrize(("own", "seconds"), [(None, 15), (25, 25)])
def test_a_transfer_that_is_not_answered_in_time_comes_to_the_menu(
    story: Story, people: Cast, own: int | None, seconds: int
) -> None:
    root = Menu.objects.create(name="Main", welcome={"en": "Welcome to Dupont."})
    MenuOption.objects.create(menu=root, key="1", kind=GoalKind.VOICEMAIL.value)
    behaves(people, Behaviour.TRANSFER_THEN_VOICEMAIL, menu=root, inbound_timeout=own)
    caller = story.caller_dials(speaks_s=5)
    story.expect_said("To leave a message, press 1.")
    caller.press("1")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert rang_for(story, WORKSHOP) == seconds


@pytest.mark.requirement("PLN-01")
@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (Behaviour.ON_CALL, Outcome.CONNECTED),
        (Behaviour.SMART_VOICEMAIL, Outcome.GAVE_UP_IN_MENU),
        (Behaviour.TRANSFER, Outcome.PICKED_UP),
        (Behaviour.TRANSFER_THEN_VOICEMAIL, Outcome.PICKED_UP),
    ],
)
def test_a_number_has_one_of_four_behaviours(
    story: Story, people: Cast, behaviour: Behaviour, outcome: Outcome
) -> None:
    behaves(people, behaviour)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.phone(WORKSHOP, PICKS_UP)
    story.caller_dials(hangs_up_after_s=25)
    assert story.expect_end().outcome == outcome


# --- opening hours ------------------------------------------------------------------------------


def closed_still(people: Cast) -> None:
    """The stories begin on a Monday at ten; the line opens at five past."""
    people.line.opening_hours = {
        "time_zone": "Europe/Paris",
        "weekly": [{"days": ["mo"], "from": "10:05", "to": "18:00"}],
        "holidays": "closed",
        "exceptions": [],
    }
    people.line.languages = ["en"]
    people.line.save()


@pytest.mark.requirement("VPB-01")
def test_a_number_works_by_schedule(story: Story, people: Cast) -> None:
    closed_still(people)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    caller = story.caller_dials(hangs_up_after_s=20)
    assert story.expect_end().outcome == Outcome.GAVE_UP_IN_MENU
    assert caller.said[0] == "We are closed at the moment."
    assert CallEvent.objects.order_by("pk").values_list("code", flat=True)[0] == "closed"
    story.platform.advance(300)
    story.caller_dials(hangs_up_after_s=40)
    assert story.expect_end().outcome == Outcome.CONNECTED


@pytest.mark.requirement("VPB-02")
def test_out_of_hours_the_answering_machine_is_on_key_1(story: Story, people: Cast) -> None:
    closed_still(people)
    caller = story.caller_dials(speaks_s=5)
    story.expect_said("To leave a message, press 1.")
    caller.press("1")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert VoicemailMessage.objects.get().mailbox == people.mailbox


def test_out_of_hours_a_number_may_lead_elsewhere(story: Story, people: Cast) -> None:
    closed_still(people)
    night = Mailbox.objects.create(name="Night")
    ClosedRoute.objects.create(
        phone_number=people.line, kind=GoalKind.VOICEMAIL.value, mailbox=night
    )
    story.caller_dials(speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert VoicemailMessage.objects.get().mailbox == night


def test_out_of_hours_a_number_may_reach_whoever_is_on_call(story: Story, people: Cast) -> None:
    closed_still(people)
    ClosedRoute.objects.create(
        phone_number=people.line, kind=GoalKind.SCHEDULE.value, schedule=people.schedule
    )
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials(hangs_up_after_s=40)
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_who_is_to_be_called_back_out_of_hours_is_kept_where_the_messages_go(
    story: Story, people: Cast
) -> None:
    closed_still(people)
    people.line.mailbox = Mailbox.objects.create(name="Paris")
    people.line.save()
    ClosedRoute.objects.create(phone_number=people.line, kind=GoalKind.CALL_BACK.value)
    caller = story.caller_dials()
    for words, keys in (("just press hash", "#"), ("If this is right, press 1.", "1")):
        story.expect_said(words)
        caller.press(keys)
    request = CallbackRequest.objects.get(call=story.expect_end())
    assert (request.mailbox, request.number) == (people.line.mailbox, CALLER)


@pytest.mark.requirement("VPB-02")
def test_out_of_hours_a_number_may_have_a_menu_of_its_own(story: Story, people: Cast) -> None:
    closed_still(people)
    night = Mailbox.objects.create(name="Night")
    root = Menu.objects.create(name="Closed", welcome={"en": "Good night."}, mailbox=night)
    below = Menu.objects.create(name="Below", parent=root)
    for level, key, leads in (
        (root, "1", {"kind": GoalKind.SCHEDULE.value, "schedule": people.schedule}),
        (root, "2", {"kind": GoalKind.MENU.value, "submenu": below}),
        (below, "4", {"kind": GoalKind.VOICEMAIL.value}),
    ):
        MenuOption.objects.create(menu=level, key=key, name={"en": f"key {key}"}, **leads)
    ClosedRoute.objects.create(phone_number=people.line, kind=GoalKind.MENU.value, submenu=root)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    caller = story.caller_dials(hangs_up_after_s=60)
    story.expect_said("To reach key 1, press 1.")
    caller.press("1")
    story.expect_connected(BRUNO)
    assert story.expect_end().outcome == Outcome.CONNECTED
    assert caller.said[0] == "Good night."
    caller = story.caller_dials(speaks_s=5)
    story.expect_said("To reach key 2, press 2.")
    caller.press("2")
    story.expect_said("For key 4, press 4.")
    caller.press("4")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert VoicemailMessage.objects.get().mailbox == night


def test_a_divert_in_force_goes_before_the_opening_hours(story: Story, people: Cast) -> None:
    closed_still(people)
    Divert.objects.create(
        phone_number=people.line,
        to_staff=people.bruno,
        period=(START.replace(hour=0), START.replace(hour=23)),
        created_at=START,
    )
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials(hangs_up_after_s=40)
    assert story.expect_end().outcome == Outcome.CONNECTED


# --- who is not taken ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "pattern", "from_"),
    [
        (BlockKind.EXACT, CALLER, CALLER),
        (BlockKind.PREFIX, "+336", CALLER),
        (BlockKind.WITHHELD, "", ""),
    ],
)
def test_a_blocked_caller_hears_why_and_nobody_is_rung(
    story: Story, people: Cast, kind: BlockKind, pattern: str, from_: str
) -> None:
    told = Prompt.objects.create(name="Blocked", text={"en": "We do not take your calls."})
    BlockedCaller.objects.create(kind=kind.value, pattern=pattern, prompt=told)
    behaves(people, Behaviour.ON_CALL)
    on_duty(people.schedule, people.bruno)
    caller = story.caller_dials(from_=from_)
    call = story.expect_end()
    assert (call.outcome, caller.said, story.rang(BRUNO)) == (
        Outcome.BLOCKED,
        ["We do not take your calls."],
        0,
    )


def test_the_standard_words_for_a_blocked_caller(story: Story, people: Cast) -> None:
    BlockedCaller.objects.create(kind=BlockKind.EXACT.value, pattern=CALLER)
    behaves(people, Behaviour.SMART_VOICEMAIL)
    caller = story.caller_dials()
    assert story.expect_end().outcome == Outcome.BLOCKED
    assert caller.said == ["Your call cannot be taken at this number. Goodbye."]


def test_a_full_line_takes_no_further_caller(story: Story, people: Cast) -> None:
    behaves(people, Behaviour.ON_CALL, max_calls=1)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials(hangs_up_after_s=100)
    story.expect_connected(BRUNO)
    second = story.caller_dials(from_="+33698765433")
    story.expect_said("All our lines are busy.")
    story.platform.advance(5)
    call = Call.objects.get(leg_uuid=second.uuid)
    assert (call.outcome, story.rang(BRUNO)) == (Outcome.LINE_FULL, 1)
    story.platform.advance(100)
    story.caller_dials(from_="+33698765433", hangs_up_after_s=40)
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_who_is_not_let_in_keeps_nobody_out(story: Story, people: Cast) -> None:
    behaves(people, Behaviour.ON_CALL, max_calls=1)
    BlockedCaller.objects.create(kind=BlockKind.EXACT.value, pattern=CALLER)
    PhoneNumber.objects.create(name="Other", number="+33970000002")
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    for number in (CALLER, "+33970000002"):
        story.caller_dials(from_=number)
        story.platform.advance(1)
    assert Call.objects.filter(ended_at=None).count() == 2
    story.caller_dials(from_="+33698765433", hangs_up_after_s=40)
    story.expect_connected(BRUNO)
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_who_hears_that_all_lines_are_busy_keeps_nobody_out(story: Story, people: Cast) -> None:
    behaves(people, Behaviour.ON_CALL, max_calls=1)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    first = story.caller_dials()
    story.expect_connected(BRUNO)
    story.caller_dials(from_="+33698765433")
    story.platform.advance(1)
    first.hang_up()
    story.platform.advance(1)
    assert Call.objects.filter(ended_at=None).count() == 1
    story.caller_dials(from_="+33698765434", hangs_up_after_s=40)
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_a_call_of_ours_keeps_no_caller_out(story: Story, people: Cast) -> None:
    behaves(people, Behaviour.ON_CALL, max_calls=1)
    on_duty(people.schedule, people.bruno)
    Call.objects.create(
        token="ours",
        direction=Direction.OUT.value,
        phone_number=people.line,
        dialled=LINE,
        started_at=START,
    )
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials(hangs_up_after_s=40)
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_a_caller_whose_language_is_known_is_not_asked_for_it(story: Story, people: Cast) -> None:
    behaves(people, Behaviour.SMART_VOICEMAIL, languages=["en", "fr"])
    Caller.objects.create(number=CALLER, language="fr")
    caller = story.caller_dials(hangs_up_after_s=10)
    call = story.expect_end()
    assert (call.language, caller.said[0][:9]) == ("fr", "Composez ")
