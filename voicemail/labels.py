"""Words for the closed lists of voicemail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from voicemail.enums import DeliveryState, RecordingKind, RecordingState

RECORDING_STATE = {
    RecordingState.AWAITED.value: _("being fetched"),
    RecordingState.STORED.value: _("stored"),
    RecordingState.FAILED.value: _("could not be fetched"),
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
}
