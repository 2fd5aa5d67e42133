"""The admin of calendar feeds: which there are, who made them, and when they were read last."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import Guarded
from scheduling.feed_pages import subscribe_url
from scheduling.models import CalendarFeed, FeedEvent, ImportedEvent


@admin.register(CalendarFeed)
class CalendarFeedAdmin(Guarded):
    """Calendar feeds; they are made and revoked on the page of their person or schedule."""

    fields = ("of", "created_by", "created_at", "read_at", "revoked_at")
    readonly_fields = fields
    list_display = fields
    list_display_links = ("created_at",)  # the first column has a link of its own
    list_filter = ("schedule",)
    list_select_related = ("staff", "schedule", "created_by")
    search_fields = ("staff__name", "schedule__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are made where one subscribes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are revoked where one subscribes, and stay on record."""
        return False

    @admin.display(description=_("duties of"))
    def of(self, feed: CalendarFeed) -> SafeString:
        """Return whose duties it tells, with the way to its address."""
        return format_html('<a href="{}">{}</a>', subscribe_url(feed), feed)


@admin.register(FeedEvent)
class FeedEventAdmin(Guarded):
    """What the readers of feeds were shown last."""

    list_display = ("feed", "uid", "sequence", "starts_at", "ends_at", "cancelled_at")
    list_select_related = ("feed__staff", "feed__schedule")
    search_fields = ("uid",)


@admin.register(ImportedEvent)
class ImportedEventAdmin(Guarded):
    """Events of calendar files that became shifts."""

    list_display = ("uid", "schedule", "starts_at", "shift")
    list_select_related = ("schedule", "shift__staff", "shift__service")
    search_fields = ("uid",)
