"""The admin of messages out, which nobody edits."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import phone
from oncall_portal.lib.admin import Guarded
from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.models import OutgoingMessage


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(Guarded):
    """Messages out."""

    list_display = ("created_at", "channel", "whom", "subject", "state", "attempts", "error")
    empty_value_display = ""
    list_filter = ("channel", "state")
    search_fields = ("to", "subject", "cause")

    @admin.display(description=_("to"), ordering="to")
    def whom(self, row: OutgoingMessage) -> str:
        """Return to whom it goes; a telephone number as people write it."""
        return phone.spaced(row.to) if row.channel == Channel.SMS else row.to
