"""A story of one caller: all that happened with them stands in one stream, in order."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from oncall_portal.lib import acting, clock
from scheduling.models import Staff
from telephony import comments, placing, triage
from telephony.emulator import Answers, Ignores
from telephony.enums import TriageAction
from telephony.models import Caller, PhoneNumber
from tests.cast import ALICE, CALLER, SAM, Cast, on_duty
from tests.story import Story
from voicemail import tasks

KINDS = re.compile(r'data-key="(call|text|mail|comment|job|promise)-\d+"')


@pytest.mark.requirement("CRM-06")
@pytest.mark.requirement("CRM-10")
def test_calls_recordings_texts_mails_jobs_and_comments_stand_in_one_stream(
    story: Story, people: Cast
) -> None:
    PhoneNumber.objects.update(record=True, text_back_enabled=True)
    boss = User.objects.create(username="boss", is_superuser=True)
    Staff.objects.filter(pk=people.alice.pk).update(user=boss)
    on_duty(people.schedule, people.alice)
    for number in (ALICE, SAM):
        story.phone(number, Ignores())
    story.caller_dials(speaks_s=6)
    missed = story.expect_end()
    story.platform.advance(5)
    comments.add(missed.pk, "A good customer", boss, clock.now())
    story.platform.advance(5)
    with acting.by(boss):
        triage.triage(missed.pk, TriageAction.JOB)
    story.phone(ALICE, Answers(after_s=4, presses=["1"], talks_s=20))
    story.phone(CALLER, Answers(after_s=6, talks_s=30))
    placing.call_back(missed, boss, None, clock.now())
    story.expect_end()
    for _each in range(2):  # each recording is ready in its own time
        tasks.download_recordings()
        story.platform.advance(90)
    tasks.announce_messages()
    story.texts_leave()

    page = Client()
    page.force_login(boss)
    caller = Caller.objects.get(number=CALLER)
    text = page.get(f"/admin/telephony/caller/{caller.pk}/live/").content.decode()
    found = KINDS.findall(text)
    assert set(found) == {"call", "text", "mail", "comment", "job", "promise"}
    assert found.count("call") == 2
    assert text.count("data-player ") == 2  # the message, and the call back that was recorded
    assert found.index("promise") < found.index("job") < found.index("comment")
    assert "A good customer" in text
    assert "Alice called back after" in text
