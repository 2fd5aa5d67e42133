"""Taking a message from telephony: kept once, whatever is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from telephony import intake
from telephony.intake import MailboxFacts, RecordedMessage
from telephony.models import Prompt
from voicemail.intake import Intake
from voicemail.models import Mailbox, Recording, VoicemailMessage
from voicemail.tests import cast
from voicemail.tests.cast import NOW, PLATFORM

pytestmark = pytest.mark.django_db

MESSAGE = RecordedMessage("m1", PLATFORM + "m1", NOW - timedelta(seconds=20), 14.0, 224044)


def test_telephony_finds_voicemail() -> None:
    assert isinstance(intake.get(), Intake)


def test_a_mailbox_says_what_a_call_needs() -> None:
    box = Mailbox.objects.create(name="Boilers", max_seconds=60, greeting={"fr": "Parlez."})
    assert intake.get().mailbox(box.pk) == MailboxFacts(box.pk, 60, {"fr": "Parlez."})


def test_a_mailbox_names_the_prompt_that_it_greets_with() -> None:
    hello = Prompt.objects.create(name="Hello", text={"fr": "Bonjour."})
    box = Mailbox.objects.create(name="Boilers", greeting_prompt=hello)
    assert intake.get().mailbox(box.pk) == MailboxFacts(box.pk, 180, {}, hello.pk)


def test_a_person_has_a_mailbox_of_their_own_or_none() -> None:
    box = Mailbox.objects.create(name="Bob", staff=cast.person("Bob"))
    assert intake.get().own_mailbox(box.staff_id or 0) == MailboxFacts(box.pk, 180, {})
    assert intake.get().own_mailbox(cast.person("Alice").pk) is None


@pytest.mark.parametrize("mailbox_id", [None, 999])
def test_without_a_mailbox_or_after_its_deletion_the_general_one_serves(
    mailbox_id: int | None,
) -> None:
    general = cast.mailbox()
    assert intake.get().mailbox(mailbox_id) == MailboxFacts(general.pk, 180, {})


def test_a_mailbox_wins_over_the_general_one_with_one_query(
    django_assert_num_queries: object,
) -> None:
    cast.mailbox()
    own = Mailbox.objects.create(name="Own")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert intake.get().mailbox(own.pk) == MailboxFacts(own.pk, 180, {})


def test_no_mailbox_at_all_is_said() -> None:
    assert intake.get().mailbox(None) is None


def test_a_message_is_kept_due_at_once() -> None:
    box, visit = cast.mailbox(), cast.call()
    intake.get().take(visit.pk, box.pk, MESSAGE, NOW)
    kept = VoicemailMessage.objects.get()
    assert (kept.call, kept.mailbox, kept.left_at) == (visit, box, NOW - timedelta(seconds=20))
    assert (kept.delivery, kept.announce_at) == ("waiting", NOW + timedelta(minutes=10))
    recording = kept.recording
    assert (recording.state, recording.url) == ("awaited", PLATFORM + "m1")
    assert recording.next_attempt_at == NOW
    assert (recording.duration_seconds, recording.reported_size) == (14.0, 224044)


def test_the_same_message_again_is_kept_once() -> None:
    box, visit = cast.mailbox(), cast.call()
    for _ in range(2):
        intake.get().take(visit.pk, box.pk, MESSAGE, NOW)
    assert VoicemailMessage.objects.count() == 1


def test_without_call_and_mailbox_it_is_kept_all_the_same() -> None:
    intake.get().take(None, None, MESSAGE, NOW)
    kept = VoicemailMessage.objects.get()
    assert (kept.call, kept.mailbox) == (None, None)


@pytest.mark.requirement("CRM-06")
def test_a_conversation_is_kept_once_and_is_no_message() -> None:
    visit = cast.call()
    for _ in range(2):
        intake.get().take_conversation(visit.pk, MESSAGE, NOW)
    (recording,) = Recording.objects.all()
    assert (recording.call, recording.kind, recording.state) == (visit, "conversation", "awaited")
    assert (recording.next_attempt_at, VoicemailMessage.objects.count()) == (NOW, 0)
