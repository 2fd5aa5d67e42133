"""Keeps a message the moment telephony hears of it: rows now, the audio and the e-mail later."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import BigIntegerField, Q

from oncall_portal.lib.prepared import Read, given
from oncall_portal.outbox import doorbell
from telephony import promises
from telephony.intake import MailboxFacts, RecordedMessage, Taken, WrittenMessage
from voicemail import takes, transcripts
from voicemail.enums import DeliveryState, RecordingKind, TranscriptionState
from voicemail.models import Erasure, Mailbox, Recording, VoicemailMessage

DOWNLOAD_RECORDINGS = "voicemail.download_recordings"
FETCH_TRANSCRIPTS = "voicemail.fetch_transcripts"

# False sorts first: the wanted mailbox, else the general one, with one query
_WANTED = Read(
    lambda: Mailbox.objects.filter(
        Q(pk=given("mailbox", BigIntegerField())) | Q(general=True)
    ).order_by("general")[:1]
)
_AWAITS_WORDS = {"transcription": TranscriptionState.AWAITED.value}
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
    ) -> Taken:
        """Keep a message once (by its platform id), and see to its download and delivery.

        Without any mailbox it is kept all the same: the organisation's supervisors get it. What is
        too short is kept, too, but nobody is told of it.
        """
        recording, is_new = _keep(call_id, RecordingKind.MESSAGE, message, now)
        doorbell.ring(DOWNLOAD_RECORDINGS)
        if not is_new:
            return Taken.KNOWN
        mailbox = _find(mailbox_id)
        short = takes.surely_too_short(message.duration_seconds, mailbox)
        held = timedelta(seconds=message.held_seconds)
        VoicemailMessage.objects.create(
            call_id=call_id,
            mailbox=mailbox,
            recording=recording,
            left_at=message.recorded_at,
            delivery=(DeliveryState.TOO_SHORT if short else DeliveryState.WAITING).value,
            announce_at=None if short else now + max(held, takes.ANNOUNCE_AFTER),
            take=message.take,
            held_until=now + held if held else None,
        )
        if call_id is not None and (message.take or held):
            takes.choose(call_id, now)
        if call_id is not None and not short:
            promises.make_for_message(call_id, now, whose=mailbox.staff_id if mailbox else None)
        return Taken.TOO_SHORT if short else Taken.MESSAGE

    def settle(self, call_id: int, now: datetime, *, awaited_seconds: int) -> None:
        """See that people are told of the last recording of a call, which the caller kept.

        Where one more was begun, it is waited for first.
        """
        takes.settle(call_id, now, awaited_seconds=awaited_seconds)
        doorbell.ring(takes.ANNOUNCE_MESSAGES)

    def transcribed(self, call_id: int, written: WrittenMessage, now: datetime) -> bool:
        """See to it that a recording's words are fetched; False where it is not known (yet)."""
        known = transcripts.await_words(call_id, written, now)
        doorbell.ring(FETCH_TRANSCRIPTS)
        return known

    def take_conversation(self, call_id: int, recording: RecordedMessage, now: datetime) -> None:
        """Keep the recording of a call's conversation once, and see to its download."""
        _keep(call_id, RecordingKind.CONVERSATION, recording, now)
        doorbell.ring(DOWNLOAD_RECORDINGS)

    def erased_at(self, at: datetime) -> bool:
        """Say whether all that was held about a caller was erased on request at this instant.

        It is the instant that their calls keep; numbers that were kept long enough have another.
        """
        return Erasure.objects.filter(at=at).exists()


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
            "reported_size": recorded.size or None,
            "next_attempt_at": now,
            **(_AWAITS_WORDS if recorded.transcribed else {}),
            "transcript_next_at": now + transcripts.WORDS_WITHIN if recorded.transcribed else None,
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
        end_key=mailbox.end_key,
        silence_seconds=mailbox.silence_seconds,
        beep=mailbox.beep,
        confirm=mailbox.confirm,
        transcribe=mailbox.transcribe,
    )


def _find(mailbox_id: int | None) -> Mailbox | None:
    return _WANTED.first(mailbox=mailbox_id)
