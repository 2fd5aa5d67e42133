"""The admin of callers: who they are, whom we do not take, texts, requests to be called back."""

from __future__ import annotations

from django.contrib import admin

from oncall_portal.lib.admin import Guarded
from telephony.models import BlockedCaller, CallbackRequest, Caller, TextMessage


@admin.register(Caller)
class CallerAdmin(Guarded):
    """Callers."""

    list_display = ("number", "name", "language", "email", "sms_stopped_at")
    search_fields = ("number", "name", "email")


@admin.register(BlockedCaller)
class BlockedCallerAdmin(Guarded):
    """Blocked callers."""

    list_display = ("pattern", "kind", "phone_number", "active")
    list_filter = ("kind", "active")
    list_select_related = ("phone_number",)
    search_fields = ("pattern", "note")


@admin.register(TextMessage)
class TextMessageAdmin(Guarded):
    """Texts: history; they are written on a caller's page."""

    list_display = ("at", "caller", "phone_number", "direction", "text", "state")
    list_filter = ("direction", "state")
    list_select_related = ("caller", "phone_number")
    search_fields = ("text", "caller__number")


@admin.register(CallbackRequest)
class CallbackRequestAdmin(Guarded):
    """Requests to be called back."""

    list_display = ("requested_at", "call", "number", "service", "mailbox", "state")
    list_filter = ("state",)
    list_select_related = ("call", "service", "mailbox")
