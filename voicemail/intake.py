"""Keeps a message the moment telephony hears of it: rows now, the audio and the e-mail later."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import BigIntegerField, Q

from oncall_portal.lib.prepared import Read, given
from oncall_portal.outbox import doorbell
from telephony import promises
from telephony.intake import MailboxFacts, RecordedMessage
from voicemail.enums import RecordingKind
from voicemail.models import Mailbox, Recording, VoicemailMessage

DOWNLOAD_RECORDINGS = "voicemail.download_recordings"
ANNOUNCE_AFTER = timedelta(minutes=10)

# False sorts first: the wanted mailbox, else the general one, with one query
_WANTED = Read(
    lambda: Mailbox.objects.filter(
        Q(pk=given("mailbox", BigIntegerField())) | Q(general=True)
    ).order_by("general")[:1]
)
_OWN = Read(lambda: Mailbox.objects.filter(staff=given("staff", BigIntegerField())))


class Intake:
    """Telephony's `MessageIntake`: every method runs inside the caller's transaction."""

    def mailbox(self, mailbox_id: int | None) -> MailboxFacts | None:
        """Return the mailbox, the general one when it is None or deleted, None when none exists."""
        return _facts(_find(mailbox_id))

    def own_mailbox(self, staff_id: int) -> MailboxFacts | None:
        """Return the mailbox that belongs to a person, None when they have none."""
        return _facts(_OWN.first(staff=staff_id))

    def mailboxes(self) -> list[MailboxFacts]:
        """Return every mailbox; one query."""
        return [found for row in Mailbox.objects.order_by("pk") if (found := _facts(row))]

    def take(
        self, call_id: int | None, mailbox_id: int | None, message: RecordedMessage, now: datetime
    ) -> None:
        """Keep a message once (by its platform id), and see to its download and delivery.

        Without any mailbox it is kept all the same: the organisation's supervisors get it.
        """
        recording, is_new = _keep(call_id, RecordingKind.MESSAGE, message, now)
        if is_new:
            VoicemailMessage.objects.create(
                call_id=call_id,
                mailbox=_find(mailbox_id),
                recording=recording,
                left_at=message.recorded_at,
                announce_at=now + ANNOUNCE_AFTER,
            )
            if call_id is not None:
                promises.make_for_message(call_id, now)
        doorbell.ring(DOWNLOAD_RECORDINGS)

    def take_conversation(self, call_id: int, recording: RecordedMessage, now: datetime) -> None:
        """Keep the recording of a call's conversation once, and see to its download."""
        _keep(call_id, RecordingKind.CONVERSATION, recording, now)
        doorbell.ring(DOWNLOAD_RECORDINGS)


def _keep(
    call_id: int | None, kind: RecordingKind, recorded: RecordedMessage, now: datetime
) -> tuple[Recording, bool]:
    return Recording.objects.get_or_create(
        platform_id=recorded.platform_id,
        defaults={
            "call_id": call_id,
            "kind": kind.value,
            "url": recorded.url,
            "recorded_at": recorded.recorded_at,
            "duration_seconds": recorded.duration_seconds,
            "next_attempt_at": now,
        },
    )


def _facts(mailbox: Mailbox | None) -> MailboxFacts | None:
    if mailbox is None:
        return None
    return MailboxFacts(
        mailbox.pk,
        mailbox.max_seconds,
        mailbox.greeting or {},
        mailbox.greeting_prompt_id,
        mailbox.name,
        mailbox.staff_id,
        mailbox.general,
    )


def _find(mailbox_id: int | None) -> Mailbox | None:
    return _WANTED.first(mailbox=mailbox_id)
