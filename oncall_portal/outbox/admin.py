"""The admin of messages out, which nobody edits."""

from __future__ import annotations

from django.contrib import admin

from oncall_portal.lib.admin import Guarded
from oncall_portal.outbox.models import OutgoingMessage


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(Guarded):
    """Messages out."""

    list_display = ("created_at", "channel", "to", "subject", "state", "attempts", "error")
    list_filter = ("channel", "state")
    search_fields = ("to", "subject", "cause")
