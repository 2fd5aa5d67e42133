"""Stories that end as a message in somebody's mail."""

from __future__ import annotations

import pytest

from oncall_portal.outbox.tasks import deliver_due
from oncall_portal.outbox.tests.smtp import MailServer
from telephony.enums import Behaviour, GoalKind, Outcome
from telephony.models import Menu, MenuOption
from tests.cast import OFFICE, SAM_MAIL, Cast
from tests.story import Story
from voicemail.audio import examine
from voicemail.models import Mailbox, MailboxRecipient
from voicemail.tasks import download_recordings


@pytest.mark.requirement("PLA-10")
@pytest.mark.requirement("PLA-11")
def test_nobody_at_all_and_the_message_arrives_with_its_recording(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    story.caller_dials(speaks_s=7)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    download_recordings()
    deliver_due()
    mail = next(m for m in mail_server.inbox if m["To"] == OFFICE)
    (recording,) = mail.iter_attachments()
    assert "+33 6 98 76 54 32" in mail["Subject"]
    assert 6.5 < examine(recording.get_content()).duration_seconds < 12


def mailbox(name: str) -> Mailbox:
    made = Mailbox.objects.create(name=name)
    MailboxRecipient.objects.create(mailbox=made, email=f"{name.lower()}@example.org")
    return made


@pytest.mark.requirement("VPB-03")
def test_the_recipients_of_an_option_or_of_its_level_get_what_was_said_there(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    level = Menu.objects.create(name="Main", mailbox=mailbox("Level"))
    kind = GoalKind.VOICEMAIL.value
    MenuOption.objects.create(menu=level, key="1", kind=kind, mailbox=mailbox("Accounts"))
    MenuOption.objects.create(menu=level, key="2", kind=kind, position=2)
    people.line.behaviour, people.line.menu = Behaviour.SMART_VOICEMAIL.value, level
    people.line.languages = ["en"]
    people.line.save()
    for pressed in ("1", "2"):
        caller = story.caller_dials(speaks_s=5)
        story.expect_said("To leave a message, press 2.")
        caller.press(pressed)
        assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
        download_recordings()
    deliver_due()
    sounds = {mail["To"]: len(list(mail.iter_attachments())) for mail in mail_server.inbox}
    sounds.pop(SAM_MAIL, None)  # is told of promises
    assert sounds == {"accounts@example.org": 1, "level@example.org": 1}
