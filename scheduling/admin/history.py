"""The admin of what was done: changes of the rota, and warnings about holes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import Guarded
from scheduling.models import CoverageAlert, DutyNotice, RotaOperation, RotaSeen
from scheduling.operation_words import author_words, operation_words
from scheduling.operations import changes_of


@admin.register(CoverageAlert)
class CoverageAlertAdmin(Guarded):
    """What was told about holes."""

    list_display = ("schedule", "kind", "reason", "lead_hours", "sent_at", "filled_at")
    list_filter = ("kind", "reason", "schedule")
    list_select_related = ("schedule",)


@admin.register(RotaOperation)
class RotaOperationAdmin(Guarded):
    """Who changed the rota when, and how; times on the clock of the schedule."""

    fields = (
        *("what", "schedule_name", "who", "at", "kind", "state", "original", "before", "after"),
    )
    readonly_fields = ("what", "who", "before", "after")
    list_display = ("at", "schedule_name", "who", "what", "state")
    list_filter = ("kind", "state", "schedule")
    list_select_related = ("schedule", "original")
    search_fields = ("author_name", "schedule_name")
    date_hierarchy = "at"

    @admin.display(description=_("what"))
    def what(self, operation: RotaOperation) -> str:
        """Return the sentence of the operation."""
        zone = operation.schedule.time_zone if operation.schedule else "UTC"
        return operation_words(operation, zone)

    @admin.display(description=_("who"), ordering="author_name")
    def who(self, operation: RotaOperation) -> str:
        """Return who did it, under the name of then."""
        return author_words(operation)

    @admin.display(description=_("before"))
    def before(self, operation: RotaOperation) -> str:
        """Return the values of the rows before."""
        return _values(change.before for change in changes_of(operation))

    @admin.display(description=_("after"))
    def after(self, operation: RotaOperation) -> str:
        """Return the values of the rows after."""
        return _values(change.after for change in changes_of(operation))


@admin.register(DutyNotice)
class DutyNoticeAdmin(Guarded):
    """Who is told of which change of the rota; some learn nothing, as it was undone meanwhile."""

    list_display = ("created_at", "staff", "operation", "closed_at")
    list_filter = ("staff",)
    list_select_related = ("staff", "operation")
    search_fields = ("staff__name",)
    date_hierarchy = "created_at"


@admin.register(RotaSeen)
class RotaSeenAdmin(Guarded):
    """Until which change everybody has seen each rota."""

    list_display = ("user", "schedule", "operation", "seen_at")
    list_filter = ("schedule",)
    list_select_related = ("user", "schedule")


def _values(states: Iterable[Mapping[str, Any] | None]) -> str:
    return "\n".join(json.dumps(state, ensure_ascii=False) if state else "—" for state in states)
