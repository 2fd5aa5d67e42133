"""Words for the closed lists of voicemail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from voicemail.enums import (
    DeliveryState,
    ListeningResult,
    RecordingKind,
    RecordingState,
    TranscriptionState,
)

RECORDING_STATE = {
    RecordingState.AWAITED.value: _("being fetched"),
    RecordingState.STORED.value: _("stored"),
    RecordingState.FAILED.value: _("could not be fetched"),
    RecordingState.ERASED.value: _("erased"),
}
RECORDING_KIND = {
    RecordingKind.MESSAGE.value: _("message"),
    RecordingKind.CONVERSATION.value: _("conversation"),
}
DELIVERY_STATE = {
    DeliveryState.WAITING.value: _("waiting for the recording"),
    DeliveryState.ANNOUNCED.value: _("announced without the recording"),
    DeliveryState.DELIVERED.value: _("written to the recipients"),
    DeliveryState.NOBODY.value: _("nobody to write to"),
    DeliveryState.TOO_SHORT.value: _("too short to be a message"),
    DeliveryState.SUPERSEDED.value: _("recorded again by the caller"),
}
TRANSCRIPTION_STATE = {
    TranscriptionState.NONE.value: _("not transcribed"),
    TranscriptionState.AWAITED.value: _("being transcribed"),
    TranscriptionState.STORED.value: _("transcribed"),
    TranscriptionState.FAILED.value: _("could not be transcribed"),
}
LISTENING = {
    ListeningResult.HEARD.value: _("heard it"),
    ListeningResult.EXPIRED.value: _("the link had expired"),
    ListeningResult.REVOKED.value: _("the link was revoked"),
    ListeningResult.DENIED.value: _("may not hear it"),
}
HELD_KIND = {
    "calls": _("calls, which stay without the number"),
    "recordings": _("recordings"),
    "transcripts": _("transcripts"),
    "texts": _("text messages"),
    "messages_out": _("e-mails and texts that were sent about them or to them"),
    "jobs": _("jobs"),
    "comments": _("comments"),
    "promises": _("promises to call back"),
    "blocked": _("entries of the block list"),
}
