"""The admin of the systems that take jobs over: their secrets are shown once, deliveries always."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from oncall_portal.lib import clock
from oncall_portal.lib.admin import ServedAdmin, VersionedForm
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.enums import Channel, MessageState
from oncall_portal.outbox.labels import MESSAGE_STATE
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.queries import latest_to
from telephony import hook_words, job_hooks, labels
from telephony.models import JobHook
from telephony.writes import JOB_HOOKS

_SHOWN = 20
_TONES = {
    MessageState.DELIVERED.value: "ok",
    MessageState.FAILED.value: "bad",
    MessageState.QUEUED.value: "warn",
}


class JobHookForm(VersionedForm):
    """Where a system is; the secret is made by the portal."""

    url = forms.URLField(
        label=_("Address"),
        max_length=250,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField", "placeholder": "https://"}),
        help_text=_("Each job that is made, changed or deleted is sent there, signed."),
    )


@admin.register(JobHook)
class JobHookAdmin(ServedAdmin):
    """Systems that are told of every job."""

    form = JobHookForm
    writes = JOB_HOOKS
    fields = ("name", "url", "active", "version")
    list_display = ("name", "url", "active", "last")
    change_form_template = "admin/telephony/jobhook/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add what is done to one system."""
        enter = self.admin_site.admin_view
        return [
            path("<int:pk>/rotate/", enter(self.rotate), name="telephony_jobhook_rotate"),
            path("<int:pk>/test/", enter(self.send_test), name="telephony_jobhook_test"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read with each system how the last delivery stands."""
        name = Concat(Value("jobhook:"), Cast(OuterRef("pk"), CharField()))
        sent = OutgoingMessage.objects.filter(channel=Channel.WEBHOOK.value, to=name)
        last = Subquery(sent.order_by("-pk").values("state")[:1])
        rows: QuerySet[Any] = super().get_queryset(request).annotate(last_state=last)
        return rows

    @admin.display(description=_("last delivery"))
    def last(self, hook: Any) -> SafeString | None:
        """Return how the last delivery stands."""
        if hook.last_state is None:
            return None
        tone = _TONES.get(hook.last_state)
        words = MESSAGE_STATE[hook.last_state]
        return format_html('<span class="tag{}">{}</span>', f" tag-{tone}" if tone else "", words)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret of a new system, once."""
        return self._secret(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Show under the form what the system was told last."""
        hook = kwargs.get("obj")
        if hook is not None:
            told = latest_to(request.user, job_hooks.reference(hook), _SHOWN)
            for message in told:
                message.tone = _TONES.get(message.state, "")  # type: ignore[attr-defined]
                message.about = labels.JOB_EVENT.get(message.subject, message.subject)  # type: ignore[attr-defined]
                message.why = hook_words.error_words(message.error)  # type: ignore[attr-defined]
            context["deliveries"] = told
        return super().render_change_form(request, context, **kwargs)

    @method_decorator(require_POST)
    def rotate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a system a new secret, and show it once."""
        self._may_change(request, pk)
        return self._secret(request, job_hooks.rotate(pk))

    @method_decorator(require_POST)
    def send_test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a system a test, and come back to see what becomes of it."""
        self._may_change(request, pk)
        try:
            job_hooks.send_test(pk, clock.now())
        except Refused as error:
            self.message_user(request, str(error.message), messages.ERROR)
        else:
            words = _("A test is on its way: load the page again to see what became of it.")
            self.message_user(request, str(words))
        return HttpResponseRedirect(reverse("admin:telephony_jobhook_change", args=[pk]))

    def _may_change(self, request: HttpRequest, pk: int) -> None:
        hook = self.get_object(request, str(pk))
        if hook is None:
            raise Http404
        if not self.has_change_permission(request, hook):
            raise PermissionDenied

    @method_decorator(never_cache)
    def _secret(self, request: HttpRequest, hook: JobHook) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The secret of %(name)s") % {"name": hook.name},
            "hook": hook,
            "back": reverse("admin:telephony_jobhook_change", args=[hook.pk]),
        }
        return TemplateResponse(request, "admin/telephony/jobhook/secret.html", context)
