"""The admin of messages out, which nobody edits; those that failed are sent again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from oncall_portal.lib import access, clock, phone
from oncall_portal.lib.admin import Guarded
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox import again, channels
from oncall_portal.outbox.enums import Channel, MessageState
from oncall_portal.outbox.models import OutgoingMessage


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(Guarded):
    """Messages out."""

    list_display = ("created_at", "channel", "whom", "about", "state", "attempts", "why")
    fields = (
        *("channel", "whom", "sender", "about", "body", "attachments", "cause", "state"),
        *("attempts", "created_at", "next_attempt_at", "claimed_at", "sent_at", "why"),
    )
    readonly_fields = ("whom", "about", "why")
    empty_value_display = ""
    list_filter = ("channel", "state")
    search_fields = ("to", "subject", "cause")
    actions = ("send_again",)
    change_form_template = "admin/outbox/outgoingmessage/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the button of a message that failed."""
        resend = self.admin_site.admin_view(self.resend)
        return [
            path("<int:pk>/resend/", resend, name="outbox_outgoingmessage_resend"),
            *super().get_urls(),
        ]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Give every row of the list the names of the systems, which are read once."""
        found, names = super().get_changelist_instance(request), _names()
        for row in found.result_list:
            row.names = names
        return found

    def has_resend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the row, or the model."""
        return access.can(request.user, "resend", obj or self.model)

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Offer the button where there is something to send again."""
        row = kwargs.get("obj")
        failed = row is not None and row.state == MessageState.FAILED
        context["may_resend"] = failed and self.has_resend_permission(request, row)
        return super().render_change_form(request, context, **kwargs)

    @method_decorator(require_POST)
    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send one message again, and come back to see what becomes of it."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.has_resend_permission(request, row):
            raise PermissionDenied
        self._send_again(request, [pk])
        return HttpResponseRedirect(reverse("admin:outbox_outgoingmessage_change", args=[pk]))

    @admin.action(description=_("Send again what failed"), permissions=["resend"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[OutgoingMessage]) -> None:
        """Send the chosen messages again, the oldest first; say of the others why not."""
        self._send_again(request, chosen.order_by("pk").values_list("pk", flat=True))

    def _send_again(self, request: HttpRequest, chosen: Any) -> None:
        """Send each in a transaction of its own, so that one that is refused stops no other."""
        sent, refused = 0, Counter[str]()
        for pk in chosen:
            try:
                again.send_again(pk, clock.now())
            except Refused as refusal:
                refused[str(refusal.message)] += 1
            except OutgoingMessage.DoesNotExist:
                continue
            else:
                sent += 1
        if sent:
            words = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", sent)
            self.message_user(request, words % {"n": sent})
        for why, number in refused.items():
            words = why if number == 1 else gettext("%(n)d messages: %(why)s")
            self.message_user(request, words % {"n": number, "why": why}, messages.ERROR)

    @admin.display(description=_("to"), ordering="to")
    def whom(self, row: OutgoingMessage) -> str:
        """Return to whom it goes: a number as people write it, a system by its name."""
        if row.channel == Channel.SMS:
            return phone.spaced(row.to)
        if row.channel == Channel.EMAIL:
            return row.to
        names = row.names if hasattr(row, "names") else _names()
        return names.get(row.to, row.to)

    @admin.display(description=_("subject"), ordering="subject")
    def about(self, row: OutgoingMessage) -> str:
        """Return what it is about."""
        system = channels.webhook() if row.channel == Channel.WEBHOOK else None
        return system.about(row.subject) if system else row.subject

    @admin.display(description=_("last error"), ordering="error")
    def why(self, row: OutgoingMessage) -> str:
        """Return why it did not leave."""
        system = channels.webhook() if row.channel == Channel.WEBHOOK else None
        return system.error_words(row.error) if system else row.error


def _names() -> Mapping[str, str]:
    system = channels.webhook()
    return system.names() if system else {}
