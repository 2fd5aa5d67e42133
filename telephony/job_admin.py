"""The admin of jobs: read here; they are made and changed at the API."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from oncall_portal.lib.admin import Guarded
from telephony.models import Job


@admin.register(Job)
class JobAdmin(Guarded):
    """Jobs, the newest first."""

    list_display = ("title", "state", "owner", "due_at", "service", "call")
    list_filter = ("state", "owner")
    list_select_related = ("owner", "service", "call")
    search_fields = ("title", "notes")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return no."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return no."""
        return False
