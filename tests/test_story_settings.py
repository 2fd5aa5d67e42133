"""Stories in which the office's settings reach the phones, the callers and the mailboxes."""

from __future__ import annotations

import pytest
from django.db.models import ProtectedError

from scheduling.models import ContactNumber, OrganisationSupervisor, Staff
from telephony.emulator import Answers, Ignores
from telephony.enums import Outcome
from tests.cast import BRUNO, CHLOE, LINE, SAM, SAM_MAIL, Cast, announcement, on_duty, scenario
from tests.story import Story
from voicemail.models import Mailbox, VoicemailMessage

TAKES_IT = Answers(after_s=4, presses=["1"])
ZOE_MAIL = "zoe@example.org"


@pytest.fixture
def zoe(people: Cast) -> Staff:
    """Somebody who alone supervises the schedule, and reads French."""
    zoe = Staff.objects.create(name="Zoé", email=ZOE_MAIL, colour="#b35900", language="fr")
    people.schedule.supervisor_entries.all().delete()
    people.schedule.supervisor_entries.create(staff=zoe, position=1)
    return zoe


def rang_for(story: Story, number: str) -> int:
    """How many whole seconds this phone rang the first time."""
    ring = story.platform.phone(number).rang[0]
    assert ring.ended_at is not None
    return round((ring.ended_at - ring.at).total_seconds())


def test_a_phone_rings_as_long_as_its_number_says(story: Story, people: Cast) -> None:
    people.line.inbound_timeout = 11
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.caller_dials()
    story.expect_ring(SAM)
    assert rang_for(story, BRUNO) == 11


def test_every_setting_of_a_step_reaches_the_phones(story: Story, people: Cast) -> None:
    step = {"kind": "level", "level": 1, "strategy": "in_order", "ring_seconds": 7, "attempts": 2}
    made = scenario(people.schedule, {**step, "whisper": {"en": "A burst pipe."}})
    made.repeat = 2
    made.save()
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe)
    story.phone(BRUNO, Ignores(), Ignores(), Ignores(), Answers(after_s=2, presses=["2"]))
    story.caller_dials(speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert (rang_for(story, BRUNO), story.rang(BRUNO), story.rang(CHLOE)) == (7, 4, 4)
    first, second = (story.platform.phone(number).rang[0].at for number in (BRUNO, CHLOE))
    assert (second - first).total_seconds() >= 7
    assert story.heard(BRUNO)[0] == "A burst pipe."


def test_a_step_may_connect_directly_where_the_house_asks_for_a_key(
    story: Story, people: Cast
) -> None:
    scenario(people.schedule, {"kind": "level", "level": 1, "call_connect": False})
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, talks_s=20))
    story.caller_dials()
    story.expect_connected(BRUNO)
    assert story.expect_end().outcome == Outcome.PICKED_UP


def test_one_of_our_own_numbers_is_not_rung(story: Story, people: Cast) -> None:
    ContactNumber.objects.filter(number=BRUNO).update(number=LINE)
    on_duty(people.schedule, people.bruno)
    story.phone(SAM, TAKES_IT)
    story.caller_dials()
    story.expect_connected(SAM)
    call = story.expect_end()
    assert list(call.legs.values_list("number", flat=True)) == [SAM]
    (left_out,) = call.events.filter(params__reason="own_number")
    assert left_out.params["name"] == "Bruno"


def test_who_is_called_is_spoken_to_in_their_language(story: Story, people: Cast) -> None:
    Staff.objects.filter(pk=people.bruno.pk).update(language="fr")
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    assert story.heard(BRUNO)[0].startswith("Appel pour Main line.")
    assert story.call is not None
    assert story.call.said[0].startswith("Thank you for calling.")


def test_a_message_goes_to_the_mailbox_of_its_number_with_its_greeting(
    story: Story, people: Cast
) -> None:
    own = Mailbox.objects.create(name="Paris", greeting={"en": "Tell us all."}, max_seconds=20)
    people.line.mailbox = own
    people.line.save()
    story.caller_dials(presses=[(3, "1")], speaks_s=60)
    story.expect_said("Tell us all.")
    story.expect_end()
    message = VoicemailMessage.objects.get()
    assert message.mailbox == own
    assert message.recording.duration_seconds == pytest.approx(20, abs=1)


def test_a_message_goes_to_the_mailbox_of_the_step_that_takes_it(
    story: Story, people: Cast
) -> None:
    own = Mailbox.objects.create(name="Night")
    scenario(people.schedule, {"kind": "voicemail", "mailbox": own})
    on_duty(people.schedule, people.bruno)
    story.caller_dials(speaks_s=5)
    story.expect_end()
    assert VoicemailMessage.objects.get().mailbox == own


def test_what_a_call_is_led_to_cannot_be_deleted(people: Cast) -> None:
    own, closed = Mailbox.objects.create(name="Paris"), announcement("We are closed today.")
    people.line.mailbox = own
    people.line.save()
    scenario(people.schedule, {"kind": "announcement", "prompt": closed})
    for used in (own, closed):
        with pytest.raises(ProtectedError):
            used.delete()


@pytest.mark.requirement("PLA-13")
def test_the_schedules_own_supervisors_are_alerted_in_their_language(
    story: Story, people: Cast, zoe: Staff
) -> None:
    assert OrganisationSupervisor.objects.get().staff == people.sam
    on_duty(people.schedule, people.bruno)
    story.caller_dials(speaks_s=5)
    story.expect_end()
    (mail,) = story.mails(zoe.email)
    assert mail.subject.startswith("Appel sans réponse")
    assert story.mails(SAM_MAIL) == []


def test_what_each_leg_came_to_is_kept_apart_with_its_time(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, presses=["1"], press_after_s=2, talks_s=30))
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    leg = call.legs.get()
    ring = story.platform.phone(BRUNO).rang[0]
    started = ring.at
    after = [
        None if at is None else round((at - started).total_seconds(), 1)
        for at in (leg.rang_at, leg.picked_up_at, leg.accepted_at, call.accepted_at)
    ]
    assert after == [0.2, 4.2, 6.2, 6.2]  # the network needs 0.2 s to ring
    assert call.connected_at is not None
    assert leg.ended_at is not None
    assert 6 <= (call.connected_at - started).total_seconds() < 10
    assert 29 <= (leg.ended_at - call.connected_at).total_seconds() < 35
