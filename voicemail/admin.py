"""The admin of mailboxes, and of the messages in them, which nobody edits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import clock, rows
from oncall_portal.lib.admin import Guarded, ServedAdmin, VersionedForm
from oncall_portal.lib.writes import Writes
from voicemail import mailbox_form, mailbox_greetings, mailbox_panels, mailboxes
from voicemail.erasure_admin import ErasureAdmin
from voicemail.mailbox_people import Recipients, Texted
from voicemail.message_admin import VoicemailMessageAdmin
from voicemail.models import Erasure, Mailbox, Recording, VoicemailMessage

WRITES = Writes(mailboxes.create_mailbox, mailboxes.change_mailbox, mailboxes.delete_mailbox)


class ReturningAdmin(ServedAdmin):
    """Goes back, after saving, to the page of ours from which one came."""

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Follow `next`, if it is an address of this portal."""
        there = request.GET.get("next", "")
        hosts = {request.get_host()}
        if url_has_allowed_host_and_scheme(there, hosts, require_https=request.is_secure()):
            return HttpResponseRedirect(there)
        return super().response_post_save_change(request, obj)


class GeneralMailboxPage(ReturningAdmin):
    """Who gets the messages of the general mailbox, and nothing else of it."""

    form = VersionedForm
    writes = WRITES
    fields = ("version",)
    inlines = [Recipients, Texted]
    change_form_template = "admin/voicemail/mailbox/general.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Offer no other one from here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Offer no deletion: there must be one."""
        return False

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Stay here, if one came from nowhere."""
        if request.GET.get("next"):
            return super().response_post_save_change(request, obj)
        return HttpResponseRedirect(request.path)


@admin.register(Mailbox)
class MailboxAdmin(ReturningAdmin):
    """Mailboxes."""

    form = mailbox_form.MailboxForm
    writes = WRITES
    list_display = ("name", "general", "staff", "attach_audio", "max_seconds")
    list_filter = ("general",)
    list_select_related = ("staff",)
    search_fields = ("name",)
    readonly_fields = ("standard_words",)
    inlines = [Recipients, Texted]
    fieldsets = (
        (None, {"fields": ("name", "general", "staff", "version")}),
        (
            _("What callers hear"),
            {
                "fields": (
                    *("greets_with", "standard_words", "greeting"),
                    *("recording_fr", "recording_en", "greeting_prompt"),
                )
            },
        ),
        (
            _("How a message is taken"),
            {
                "fields": (
                    *("max_seconds", "min_seconds", "silence_seconds", "end_key"),
                    *("beep", "confirm", "transcribe"),
                )
            },
        ),
        (_("The e-mail about a message"), {"fields": ("attach_audio",)}),
    )

    class Media:
        css = {"all": ("css/calls.css", "css/prompts.css", "css/mailbox.css")}
        js = (
            forms.Script("js/player.js", type="module"),
            forms.Script("js/mailbox.js", type="module"),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the general mailbox's recipients, and the gesture for a person."""
        page = self.admin_site.admin_view(self.general)
        own = self.admin_site.admin_view(mailbox_panels.make_own)
        return [
            path("general/", page, name="voicemail_general_mailbox"),
            path("of-person/<int:staff>/", own, name="voicemail_mailbox_of_person"),
            *super().get_urls(),
        ]

    def general(self, request: HttpRequest) -> HttpResponse:
        """Show who gets what no other mailbox takes; a new portal gets that mailbox now."""
        page = GeneralMailboxPage(Mailbox, self.admin_site)
        shown = {
            "title": gettext("Who gets the messages of the general mailbox"),
            "show_save_and_continue": False,
        }
        answer: HttpResponse = page.changeform_view(
            request, str(mailboxes.general_mailbox().pk), "", shown
        )
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let the services write the row, after what new recordings lock before it."""
        if form.recordings():
            mailbox_greetings.lock_before()
            if change:
                rows.lock(Mailbox, obj.pk, form.cleaned_data["version"] or 0)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write new recordings last: a file is not taken back by what is refused after it."""
        super().save_related(request, form, formsets, change)
        if found := form.recordings():
            row = form.instance
            written = mailbox_greetings.record_greeting(row.pk, row.version, found, clock.now())
            row.version = written.version

    @admin.display(description=_("Standard words"))
    def standard_words(self, mailbox: Mailbox) -> str:
        """Return the standard greeting as it is said."""
        return mailbox_form.standard_words(mailbox)

    # What those who may not change it read in the place of the boxes.

    @admin.display(description=_("Greeting"))
    def greets_with(self, mailbox: Mailbox) -> str:
        """Return with what it greets."""
        return str(dict(mailbox_form.GREETS_WITH)[mailbox_form.greets_with(mailbox)])

    @admin.display(description=_("Recordings"))
    def recording_fr(self, mailbox: Mailbox) -> str | None:
        """Return the players of what it greets with, in every language."""
        return mailbox_form.players(mailbox.greeting_prompt) or None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show one place of recordings to those who only look."""
        found = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return found
        seen = [
            (name, {**part, "fields": tuple(f for f in part["fields"] if f != "recording_en")})
            for name, part in found
        ]
        return seen


@admin.register(Recording)
class RecordingAdmin(Guarded):
    """Audio files: fetched and kept by the portal."""

    list_display = ("recorded_at", "kind", "state", "duration_seconds", "attempts", "error")
    list_filter = ("kind", "state")
    exclude = ("url", "file")


admin.site.register(VoicemailMessage, VoicemailMessageAdmin)
admin.site.register(Erasure, ErasureAdmin)
