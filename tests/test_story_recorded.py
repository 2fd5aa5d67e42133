"""Stories of calls that are recorded: both sides are told, and the call's page plays it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from scheduling.models import ContactNumber, Staff
from telephony.emulator import Answers, Busy, Ignores, Switches, when
from telephony.emulator.legs import Party
from telephony.enums import Behaviour, GoalKind, Outcome
from telephony.models import Caller, Menu, MenuOption
from tests.cast import ALICE, ALICE_HOME, BRUNO, CHLOE, Cast, on_duty
from tests.story import Story, Teller
from voicemail.enums import RecordingKind, RecordingState
from voicemail.models import Recording, VoicemailMessage
from voicemail.tasks import download_recordings

TAKES_IT = Answers(after_s=4, presses=["1"], talks_s=30)
PICKS_UP = Answers(after_s=4, talks_s=30)
NOTICE, NOTICE_FR = "This call is recorded.", "Cet appel est enregistré."

pytestmark = [pytest.mark.requirement("CRM-06"), pytest.mark.requirement("PLN-02")]


@pytest.fixture(autouse=True)
def _recorded(people: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    people.line.record = True
    people.line.save()


def directly(people: Cast) -> None:
    people.line.call_connect = False
    people.line.save()


def told_at(party: Party, words: str) -> list[datetime]:
    """Return when this party had heard these words to their end."""
    return [each.until for each in party.heard if each.text == words and each.until]


def conversations() -> list[Recording]:
    return list(Recording.objects.filter(kind=RecordingKind.CONVERSATION.value).order_by("pk"))


def assert_told_before(story: Story, number: str, words: str = NOTICE) -> None:
    """The caller and this phone heard the notice, each once, before anything was recorded of it."""
    (connection,) = story.platform.connections
    assert story.call is not None
    for party in (story.call, story.platform.phone(number)):
        (heard,) = told_at(party, NOTICE if party is story.call else words)
        assert heard <= connection.start


@pytest.mark.parametrize("starts", ["with_it", "at_once"])
def test_a_call_that_is_taken_is_recorded_once_both_were_told(
    teller: Teller, people: Cast, starts: Any
) -> None:
    with teller(switches=Switches(conversation_record_starts=starts)) as story:
        on_duty(people.schedule, people.bruno)
        story.phone(BRUNO, TAKES_IT)
        story.caller_dials()
        story.expect_connected(BRUNO)
        call = story.expect_end()
        assert_told_before(story, BRUNO)
        (recording,) = conversations()
        download_recordings()
        recording.refresh_from_db()
        assert (recording.call, recording.state) == (call, RecordingState.STORED)
        assert recording.duration_seconds == pytest.approx(30, abs=8)
        assert (call.outcome, VoicemailMessage.objects.count()) == (Outcome.CONNECTED, 0)


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_call_connected_directly_is_recorded_once_both_were_told(
    teller: Teller, people: Cast, goes_on: bool
) -> None:
    with teller(switches=Switches(sync_connect_continues_after_answer=goes_on)) as story:
        directly(people)
        on_duty(people.schedule, people.bruno)
        story.phone(BRUNO, PICKS_UP)
        story.caller_dials()
        story.expect_connected(BRUNO)
        call = story.expect_end()
        assert_told_before(story, BRUNO)
        (recording,) = conversations()
        download_recordings()
        recording.refresh_from_db()
        assert (recording.call, recording.state) == (call, RecordingState.STORED)
        assert recording.duration_seconds == pytest.approx(36, abs=3)  # from before it rang
        assert (call.outcome, VoicemailMessage.objects.count()) == (Outcome.PICKED_UP, 0)


@pytest.mark.requirement("PLN-08")
def test_a_call_that_is_only_transferred_comes_in_with_its_recording(
    story: Story, people: Cast
) -> None:
    people.line.behaviour, people.line.forwarding_number = Behaviour.TRANSFER.value, CHLOE
    people.line.save()
    story.phone(CHLOE, PICKS_UP)
    story.caller_dials()
    story.expect_connected(CHLOE)
    call = story.expect_end()
    assert_told_before(story, CHLOE)
    assert [(each.call, each.kind) for each in conversations()] == [(call, "conversation")]


def smart_voicemail(people: Cast, behaviour: Behaviour) -> None:
    """Let the line have a menu: 1 for whoever is on call, 2 for a message."""
    root = Menu.objects.create(name="Main")
    people.line.behaviour, people.line.menu = behaviour.value, root
    people.line.forwarding_number, people.line.languages = CHLOE, ["en"]
    people.line.save()
    on_call, message = GoalKind.SCHEDULE.value, GoalKind.VOICEMAIL.value
    MenuOption.objects.create(menu=root, key="1", kind=on_call, schedule=people.schedule)
    MenuOption.objects.create(menu=root, key="2", kind=message, position=2)


def presses(story: Story, key: str) -> None:
    """The caller hears the menu out, and presses a key."""
    story.expect_said("To leave a message, press 2.")
    assert story.call is not None
    story.call.press(key)


@pytest.mark.parametrize(
    "behaviour", [Behaviour.SMART_VOICEMAIL, Behaviour.TRANSFER_THEN_VOICEMAIL]
)
def test_a_talk_that_a_menu_led_to_is_recorded_once_both_were_told(
    story: Story, people: Cast, behaviour: Behaviour
) -> None:
    smart_voicemail(people, behaviour)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    presses(story, "1")
    story.expect_connected(BRUNO)
    call = story.expect_end()
    (talk,) = story.platform.connections
    assert talk.end is not None
    recorded = [
        (each.started_at, each.ended_at or talk.start) for each in story.platform.recordings
    ]
    assert any(start <= talk.start and talk.end <= end for start, end in recorded)
    assert {each.call for each in conversations()} == {call}
    assert story.heard(BRUNO)[-1] == NOTICE
    assert story.call is not None
    assert NOTICE in story.call.said


def test_a_transfer_that_is_answered_before_the_menu_is_recorded(
    story: Story, people: Cast
) -> None:
    smart_voicemail(people, Behaviour.TRANSFER_THEN_VOICEMAIL)
    story.phone(CHLOE, PICKS_UP)
    story.caller_dials()
    story.expect_connected(CHLOE)
    call = story.expect_end()
    assert_told_before(story, CHLOE)
    assert [each.call for each in conversations()] == [call]


@pytest.mark.parametrize(
    ("behaviour", "recorded"),
    [(Behaviour.SMART_VOICEMAIL, 0), (Behaviour.TRANSFER_THEN_VOICEMAIL, 1)],
)
def test_a_message_left_in_the_menu_of_a_recorded_number_is_a_message_all_the_same(
    story: Story, people: Cast, behaviour: Behaviour, recorded: int
) -> None:
    smart_voicemail(people, behaviour)
    story.caller_dials(speaks_s=5)
    presses(story, "2")
    call = story.expect_end()
    message = VoicemailMessage.objects.get()
    assert (call.outcome, message.recording.kind) == (Outcome.MESSAGE_LEFT, RecordingKind.MESSAGE)
    assert len(conversations()) == recorded


def test_each_side_is_told_in_its_own_language_in_the_words_of_the_number(
    story: Story, people: Cast
) -> None:
    people.line.recording_notice = {"fr": "Nous vous enregistrons."}
    people.line.languages = ["en"]
    people.line.save()
    Staff.objects.filter(pk=people.bruno.pk).update(language="fr")
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    caller = story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    spoken = [
        (each.text, each.language)
        for party in (caller, story.platform.phone(BRUNO))
        for each in party.heard
        if "enregistrons" in each.text
    ]
    assert spoken == [("Nous vous enregistrons.", "fr-FR")] * 2


@pytest.mark.parametrize("direct", [False, True])
def test_the_standard_notice_is_in_the_language_of_whoever_hears_it(
    story: Story, people: Cast, direct: bool
) -> None:
    if direct:
        directly(people)
    Staff.objects.filter(pk=people.bruno.pk).update(language="fr")
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, PICKS_UP if direct else TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    assert_told_before(story, BRUNO, NOTICE_FR)


@pytest.mark.parametrize("direct", [False, True])
def test_nothing_is_recorded_where_it_is_not_wanted(
    story: Story, people: Cast, direct: bool
) -> None:
    people.line.record = False
    people.line.call_connect = not direct
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, PICKS_UP if direct else TAKES_IT)
    caller = story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    assert (story.platform.recordings, conversations()) == ([], [])
    assert NOTICE not in [*caller.said, *story.heard(BRUNO)]


def test_a_long_notice_cuts_nobody_off(story: Story, people: Cast) -> None:
    words = "This call is recorded, so that we learn from what you tell us. " * 5
    people.line.recording_notice = {"en": words}
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    assert (call.outcome, story.rang(BRUNO)) == (Outcome.CONNECTED, 1)


def test_a_long_notice_before_a_direct_phone_is_no_part_of_its_ringing(
    story: Story, people: Cast
) -> None:
    directly(people)
    people.line.recording_notice = {"en": "We record what you tell us. " * 15}
    people.line.inbound_timeout = 25
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=24, talks_s=30))
    story.caller_dials()
    story.expect_connected(BRUNO)
    assert story.expect_end().outcome == Outcome.PICKED_UP


@pytest.mark.parametrize("first", [Busy(), Ignores()])
def test_one_recording_goes_on_from_a_direct_phone_to_the_next(
    story: Story, people: Cast, first: Any
) -> None:
    directly(people)
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, first)
    story.phone(ALICE_HOME, PICKS_UP)
    caller = story.caller_dials()
    story.expect_connected(ALICE_HOME)
    story.expect_end()
    assert len(conversations()) == 1
    assert (caller.said.count(NOTICE), story.heard(ALICE_HOME)) == (1, [NOTICE])


@pytest.mark.parametrize("survives", [False, True])
def test_from_direct_to_screened_the_talk_is_recorded_too(
    teller: Teller, people: Cast, survives: bool
) -> None:
    with teller(switches=Switches(record_survives_transfer=survives)) as story:
        directly(people)
        ContactNumber.objects.filter(number=ALICE_HOME).update(call_connect=True)
        on_duty(people.schedule, people.alice)
        story.phone(ALICE, Busy())
        story.phone(ALICE_HOME, TAKES_IT)
        story.caller_dials()
        story.expect_connected(ALICE_HOME)
        story.expect_end()
        (connection,) = story.platform.connections
        recorded = [(each.started_at, each.ended_at) for each in story.platform.recordings]
        assert connection.end is not None
        assert any(
            start <= connection.start and end is not None and end >= connection.end
            for start, end in recorded
        )
        assert len(conversations()) == len(recorded) == 2


def test_a_recording_that_is_reported_twice_is_kept_once(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.platform.faults.duplicate(when(kind="record"))
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    sent = [each for each in story.platform.webhooks if each.kind == "record"]
    assert (len(sent), len(conversations())) == (2, 1)


def test_a_recording_is_kept_though_the_end_of_its_call_is_lost(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.platform.faults.lose(when(status="completed"))
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    assert [each.call for each in conversations()] == [call]


def test_a_notice_that_we_cannot_give_is_told_by_the_fallback(story: Story, people: Cast) -> None:
    directly(people)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, PICKS_UP)
    story.platform.faults.lose(when(kind="on_answer"), times=2)
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    assert story.heard(BRUNO) == [NOTICE]


@pytest.fixture
def supervisor(people: Cast) -> Client:
    """Somebody signed in who may hear every recording."""
    del people
    browser = Client()
    browser.force_login(User.objects.create_superuser("boss"))
    return browser


def test_the_page_of_the_call_plays_its_recording(
    story: Story, people: Cast, supervisor: Client
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    download_recordings()
    (recording,) = conversations()
    source = reverse("recordings-audio", args=[recording.pk])
    page = supervisor.get(reverse("admin:telephony_call_change", args=[call.pk])).content.decode()
    assert "Recording of the call" in page
    assert "Both sides were told that the call is recorded, and the recording began." in page
    assert source in page
    sound: Any = supervisor.get(source)
    assert (sound.status_code, sound["Content-Type"]) == (200, "audio/wav")
    assert supervisor.get(f"/api/v1/calls/{call.pk}/").json()["recording"] == recording.pk


def test_the_page_of_the_caller_plays_it_beside_the_call(
    story: Story, people: Cast, supervisor: Client
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    (recording,) = conversations()
    page = reverse("admin:telephony_caller_change", args=[Caller.objects.get().pk])
    before = supervisor.get(page).content.decode()
    assert "The recording has not been fetched yet." in before
    download_recordings()
    heard = supervisor.get(page).content.decode()
    entry = heard.split(f'data-key="call-{call.pk}"')[1].split("</li>")[0]
    assert entry.count(f'src="{reverse("recordings-audio", args=[recording.pk])}"') == 1
