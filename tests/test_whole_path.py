"""With every process real and nothing eager: from the webhook to the person, and to the mail."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.cast import ALICE, BRUNO, OFFICE, SAM, SAM_MAIL
from tests.whole import Whole
from voicemail.audio import examine


@pytest.mark.requirement("PLA-01")
def test_a_call_reaches_whoever_is_on_call_at_that_second(whole: Whole) -> None:
    whole.phone(BRUNO, "answers:0.5,press=1,press_after_s=0.5,talks=1")
    call = whole.dial()
    assert whole.ended(call) == "connected"
    assert whole.talks_to(call) == [BRUNO]
    assert (len(whole.rang(BRUNO)), whole.rang(ALICE)) == (1, [])


@pytest.mark.requirement("PLA-10")
@pytest.mark.requirement("PLA-11")
@pytest.mark.requirement("PLA-13")
def test_with_nobody_there_the_message_arrives_by_mail(whole: Whole) -> None:
    whole.phone(BRUNO, "ignores")
    whole.phone(SAM, "busy:0.2")
    call = whole.dial(speaks_s=3)
    whole.wait(lambda: whole.mails(OFFICE) and alerts(whole))
    # The recording may be heard of only after the end of the call.
    assert whole.ended(call) == "message_left"
    ((mail,), (alert,)) = whole.mails(OFFICE), alerts(whole)
    (recording,) = mail.iter_attachments()
    assert recording.get_content_type() == "audio/wav"
    assert 2.5 < examine(recording.get_content()).duration_seconds < 6
    assert alert["Subject"] == "Unanswered call on Main line"


def alerts(whole: Whole) -> list[EmailMessage]:
    """Return what Sam was told of the main line; of other lines other tests may tell."""
    return [mail for mail in whole.mails(SAM_MAIL) if "Main line" in mail["Subject"]]
