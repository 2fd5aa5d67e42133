"""A message's own page; nobody edits a message, and the inbox lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.lib import clock
from oncall_portal.lib.admin import Guarded
from scheduling import whens
from scheduling.access import standing_of
from scheduling.queries import house
from telephony.call_list import moment_words
from telephony.call_page import caller_of, line_name
from telephony.models import Call, Leg
from telephony.story import caller_with, verdict, zone_of
from voicemail import letters, message_page
from voicemail.enums import RecordingState
from voicemail.labels import RECORDING_STATE
from voicemail.models import Recording, VoicemailMessage


@dataclass(frozen=True)
class Row:
    """One message in words."""

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


class VoicemailMessageAdmin(Guarded):
    """Messages."""

    def get_urls(self) -> list[URLPattern]:
        """Add what is done with the private links of a message."""
        enter = self.admin_site.admin_view
        return [
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

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the inbox, which has them."""
        return HttpResponseRedirect(reverse("admin:inbox"))

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
        shown = row(message, request.user, house().time_zone, clock.now())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Message from %(caller)s") % {"caller": shown.caller},
            "message": message,
            "row": shown,
            "line": _line(message, shown, request.user),
            "facts": _facts(message, shown),
            **message_page.more(request, message, ZoneInfo(shown.zone)),
        }
        return TemplateResponse(
            request, "admin/voicemail/voicemailmessage/change_form.html", context
        )


def row(message: VoicemailMessage, user: Any, house_zone: str, now: datetime) -> Row:
    """Return a message in words, in the zone of its call's schedule."""
    call = message.call
    zone = zone_of(call, house_zone) if call else ZoneInfo(house_zone)
    known = caller_of(call, user) if call else None
    name = known.name if known else ""
    return Row(
        message=message,
        url=reverse("admin:voicemail_voicemailmessage_change", args=[message.pk]),
        when=moment_words(message.left_at.astimezone(zone), now),
        zone=zone.key,
        caller=caller_with(name, call) if call else letters.caller_words(None),
        length=letters.length_words(message.recording.duration_seconds),
        verdict=verdict(call) if call else "",
        call_url=reverse("admin:telephony_call_change", args=[call.pk]) if call else "",
        line=line_name(call) if call else "",
        mailbox=message.mailbox.name if message.mailbox else "",
    )


def _line(message: VoicemailMessage, shown: Row, user: Any) -> str:
    local = message.left_at.astimezone(ZoneInfo(shown.zone))
    own_zone = standing_of(user).time_zone or house().time_zone
    words = {
        "day": formats.date_format(local, "l j F Y"),
        "time": whens.with_zone(f"{local:%H:%M:%S}", local, shown.zone, own_zone),
        "line": shown.line,
    }
    if not shown.line:
        return capfirst(_("left on %(day)s at %(time)s") % words)
    return capfirst(_("left on %(day)s at %(time)s, on %(line)s") % words)


def _facts(message: VoicemailMessage, shown: Row) -> list[tuple[str, str]]:
    recording = message.recording
    facts = [
        (_("Length"), shown.length),
        (_("Mailbox"), shown.mailbox),
        (_("Recording"), capfirst(_state_words(recording))),
        (_("Delivery"), capfirst(message.get_delivery_display())),
    ]
    if recording.state == RecordingState.AWAITED and recording.attempts:
        facts.append((_("Attempts to fetch it"), str(recording.attempts)))
    if recording.erased_at is not None:
        facts.append((_("Erased"), _erased_words(recording)))
    return [(name, value) for name, value in facts if value]


def _state_words(recording: Recording) -> str:
    state = str(RECORDING_STATE[recording.state])
    return _("%(state)s, only a part of it") % {"state": state} if recording.cut_short else state


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
