"""Words for the closed lists of voicemail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from voicemail.enums import RecordingKind, RecordingState

RECORDING_STATE = {
    RecordingState.AWAITED.value: _("being fetched"),
    RecordingState.STORED.value: _("stored"),
    RecordingState.FAILED.value: _("could not be fetched"),
}
RECORDING_KIND = {
    RecordingKind.MESSAGE.value: _("message"),
    RecordingKind.CONVERSATION.value: _("conversation"),
}
