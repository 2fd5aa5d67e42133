"""Words for the closed lists of the outbox."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oncall_portal.outbox.enums import Channel, MessageState

CHANNEL = {
    Channel.EMAIL.value: _("e-mail"),
    Channel.SMS.value: _("SMS"),
    Channel.WEBHOOK.value: _("other system"),
}
MESSAGE_STATE = {
    MessageState.QUEUED.value: _("waiting"),
    MessageState.SENDING.value: _("being sent"),
    MessageState.SENT.value: _("sent"),
    MessageState.DELIVERED.value: _("delivered"),
    MessageState.FAILED.value: _("failed"),
}
