"""The list of promises to call back: whom, by when, whose it is, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock, phone, texts
from oncall_portal.lib.admin import Guarded, OrNone
from telephony import call_list, placing, promise_page
from telephony.models import Promise
from telephony.story import caller_words


class IsLate(admin.SimpleListFilter):
    """Whether the time to call back is over."""

    title, parameter_name = _("deadline"), "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice there is."""
        return [("1", _("Overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        late = {"state": "open", "due_at__lte": clock.now()}
        return queryset.filter(**late) if self.value() == "1" else queryset


@admin.register(Promise)
class PromiseAdmin(Guarded):
    """Promises, the most urgent first; what is done about one is done on its call's page."""

    list_display = ("whom", "stands", "due", "owner", "about", "came_of", "answer")
    list_display_links = ("due",)
    empty_value_display = ""
    list_filter = ("state", IsLate, "kind", ("owner", OrNone))
    list_select_related = ("call__service", "call__phone_number", "owner", "kept_by")
    search_fields = ("call__caller", "call__callback_number", "owner__name", "reason")
    ordering = ("-done_at", "due_at")  # what is not done has no such instant, and comes first
    fields = (
        *("call", "whom", "about", "kind", "state", "owner", "made_at", "due_at", "touched_at"),
        *("escalations", "done_at", "done_by", "kept_by", "reason"),
    )
    readonly_fields = ("whom", "about")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return no: callers are promised what they ask for."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return no: the call's page does it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return no."""
        return False

    @admin.display(description=_("caller"), ordering="call__caller")
    def whom(self, row: Promise) -> str:
        """Return who is called back, leading to the page of their call."""
        number = placing.number_of(row.call)
        words = phone.spaced(number) if number else caller_words(row.call)
        address = reverse("admin:telephony_call_change", args=[row.call_id])
        return format_html('<a class="num" href="{}">{}</a>', address, words)

    @admin.display(description=_("due at"), ordering="due_at")
    def due(self, row: Promise) -> str:
        """Return until when, by the clock of the house."""
        return call_list.moment_words(timezone.localtime(row.due_at), clock.now())

    @admin.display(description=_("service"), ordering="call__label")
    def about(self, row: Promise) -> str:
        """Return what they called about."""
        service = row.call.service
        name = texts.choose(service.name, get_language() or "en") if service else ""
        return name or row.call.label

    @admin.display(description=_("state"), ordering="state")
    def stands(self, row: Promise) -> str:
        """Return how it stands, as a tag."""
        look = promise_page.look(row, clock.now())
        tone = f" tag-{look.tone}" if look.tone else ""
        return format_html('<span class="tag{}">{}</span>', tone, look.words)

    @admin.display(description=_("what came of it"))
    def came_of(self, row: Promise) -> str:
        """Return who called back after how long, or why nobody did."""
        return promise_page.came_of(row)

    @admin.display(description=_("Call back"))
    def answer(self, row: Promise) -> str:
        """Return a link to the form that calls back, where that is still to be done."""
        number = placing.number_of(row.call)
        if row.done_at is not None or not number:
            return ""
        address = reverse("admin:telephony_call_back", args=[row.call_id])
        return format_html(
            '<a class="btn btn-s" href="{}">{}<span class="vh"> {}</span></a>',
            address,
            _("Call back"),
            phone.spaced(number),
        )
