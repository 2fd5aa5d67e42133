"""The pages of messages: a list with players, and a message's own page; nobody edits a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import formats
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from oncall_portal.lib import clock
from oncall_portal.lib.admin import Guarded
from scheduling.queries import house
from telephony.call_gestures import PART
from telephony.call_list import Pills, Since, moment_words, search
from telephony.call_page import line_name
from telephony.models import Call, Leg
from telephony.story import caller_words, verdict, zone_of
from voicemail import letters, message_page
from voicemail.enums import RecordingState
from voicemail.labels import RECORDING_STATE
from voicemail.models import Mailbox, Recording, VoicemailMessage

_LIVE = [require_safe, cache_control(private=True, no_cache=True), conditional_page]
LIVE_MS = 5000


@dataclass(frozen=True)
class Row:
    """One message as its line of the list shows it."""

    message: VoicemailMessage
    url: str
    when: str
    zone: str
    caller: str
    length: str
    verdict: str
    call_url: str
    line: str
    mailbox: str


class InMailbox(Pills):
    """Which mailbox it was left in."""

    title, parameter_name = gettext_lazy("mailbox"), "mailbox"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the mailboxes by name."""
        return [(str(pk), name) for pk, name in Mailbox.objects.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        value = self.value() or ""
        known = {key for key, _name in self.lookup_choices}
        return queryset.filter(mailbox=value) if value in known else queryset


class Recorded(Pills):
    """Whether it can be heard."""

    title, parameter_name, pills = gettext_lazy("recording"), "recording", True
    options = (
        (RecordingState.STORED.value, gettext_lazy("Can be heard")),
        (RecordingState.AWAITED.value, gettext_lazy("Not here yet")),
        (RecordingState.FAILED.value, gettext_lazy("Lost")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        value = self.value()
        return queryset.filter(recording__state=value) if value in RECORDING_STATE else queryset


class LeftSince(Since):
    """How long ago it was left, by the days of the house."""

    field = "left_at"


class VoicemailMessageAdmin(Guarded):
    """Messages."""

    list_display = ("left_at",)
    list_filter = (Recorded, LeftSince, InMailbox)
    search_fields = ("call__caller",)  # see get_search_results
    search_help_text = gettext_lazy("A caller's number in any spelling, or a label")
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        """Add what the list asks for while it stands open."""
        live = self.admin_site.admin_view(self.live_rows, cacheable=True)
        enter = self.admin_site.admin_view
        return [
            path("live/", live, name="voicemail_message_live"),
            path("<int:pk>/links/", enter(self.change_links), name="voicemail_message_links"),
            *super().get_urls(),
        ]

    def change_links(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke private links of a message, or send one again."""
        return message_page.change_links(request, self.get_object(request, str(pk)))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the messages that the asker may see, with what their rows need."""
        calls = Call.objects.select_related("phone_number__schedule").prefetch_related(
            Prefetch("legs", Leg.objects.order_by("ordinal"))
        )
        rows = super().get_queryset(request).select_related("mailbox", "recording")
        return rows.prefetch_related(Prefetch("call", calls))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search the calls that they were left in."""
        if not search_term.strip():
            return queryset, False
        calls = search(Call.objects.all(), search_term, house().region)
        return queryset.filter(Q(call__in=calls.values("pk"))), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; the rows are ours, the machinery is Django's."""
        answer = super().changelist_view(request, extra_context)
        if isinstance(answer, TemplateResponse) and answer.context_data:
            answer.context_data.update(self._rows(request, answer.context_data["cl"]))
        return answer

    @method_decorator(_LIVE)
    def live_rows(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the rows anew; unchanged, it costs a 304."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self._rows(request, self.get_changelist_instance(request))
        return render(request, "admin/voicemail/voicemailmessage/rows.html", context, PART)

    def _rows(self, request: HttpRequest, cl: Any) -> dict[str, Any]:
        zone, now, query = house().time_zone, clock.now(), request.GET.urlencode()
        address = reverse("admin:voicemail_message_live")
        return {
            "cl": cl,
            "rows": [row(message, zone, now) for message in cl.result_list],
            "live_url": f"{address}?{query}" if query else address,
            "live_ms": LIVE_MS,
        }

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a message's own page."""
        message = self.get_object(request, unquote(object_id))
        if message is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
                request, self.opts, object_id
            )
            return missing
        if request.method != "GET" or not self.has_view_permission(request, message):
            raise PermissionDenied
        shown = row(message, house().time_zone, clock.now())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Message from %(caller)s") % {"caller": shown.caller},
            "message": message,
            "row": shown,
            "line": _line(message, shown),
            "facts": _facts(message, shown),
            **message_page.more(request, message, ZoneInfo(shown.zone)),
        }
        return TemplateResponse(
            request, "admin/voicemail/voicemailmessage/change_form.html", context
        )


def row(message: VoicemailMessage, house_zone: str, now: datetime) -> Row:
    """Return a message in words, in the zone of its call's schedule."""
    call = message.call
    zone = zone_of(call, house_zone) if call else ZoneInfo(house_zone)
    return Row(
        message=message,
        url=reverse("admin:voicemail_voicemailmessage_change", args=[message.pk]),
        when=moment_words(message.left_at.astimezone(zone), now),
        zone=zone.key,
        caller=caller_words(call) if call else letters.caller_words(None),
        length=letters.length_words(message.recording.duration_seconds),
        verdict=verdict(call) if call else "",
        call_url=reverse("admin:telephony_call_change", args=[call.pk]) if call else "",
        line=line_name(call) if call else "",
        mailbox=message.mailbox.name if message.mailbox else "",
    )


def _line(message: VoicemailMessage, shown: Row) -> str:
    local = message.left_at.astimezone(ZoneInfo(shown.zone))
    words = {
        "day": formats.date_format(local, "l j F Y"),
        "time": formats.date_format(local, "H:i:s"),
        "zone": shown.zone,
        "line": shown.line,
    }
    if not shown.line:
        return capfirst(_("left on %(day)s at %(time)s (%(zone)s)") % words)
    return capfirst(_("left on %(day)s at %(time)s (%(zone)s), on %(line)s") % words)


def _facts(message: VoicemailMessage, shown: Row) -> list[tuple[str, str]]:
    recording = message.recording
    facts = [
        (_("Length"), shown.length),
        (_("Mailbox"), shown.mailbox),
        (_("Recording"), capfirst(str(RECORDING_STATE[recording.state]))),
        (_("Delivery"), capfirst(message.get_delivery_display())),
    ]
    if recording.state == RecordingState.AWAITED and recording.attempts:
        facts.append((_("Attempts to fetch it"), str(recording.attempts)))
    if recording.erased_at is not None:
        facts.append((_("Erased"), _erased_words(recording)))
    return [(name, value) for name, value in facts if value]


def _erased_words(recording: Recording) -> str:
    """Return when a recording was erased, and after how many days."""
    erased = recording.erased_at or recording.recorded_at
    zone = ZoneInfo(house().time_zone)
    days = (erased - recording.recorded_at).days
    words = ngettext(
        "on %(day)s, %(days)d day after it was recorded",
        "on %(day)s, %(days)d days after it was recorded",
        days,
    )
    return words % {"day": formats.date_format(erased.astimezone(zone), "j F Y"), "days": days}
