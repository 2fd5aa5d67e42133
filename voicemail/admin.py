"""The admin of mailboxes, and of the messages in them, which nobody edits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import Guarded, ListInline, ServedAdmin, VersionedForm
from oncall_portal.lib.texts_form import TextsFormField
from oncall_portal.lib.writes import Writes
from voicemail import mailboxes
from voicemail.message_admin import VoicemailMessageAdmin
from voicemail.models import Mailbox, MailboxRecipient, Recording, VoicemailMessage


class Recipients(ListInline):
    """Who gets the messages."""

    model = MailboxRecipient
    taken_as = "recipients"
    fields = ("staff", "service", "email", "on_shift")

    def value(self, entry: Any) -> dict[str, Any]:
        """Return the members that are set."""
        return {name: entry[name] for name in self.fields if entry[name]}


class MailboxForm(VersionedForm):
    """A mailbox, its greeting in every language."""

    greeting = TextsFormField(label=_("Greeting"), rows=3, required=False)

    def clean_greeting(self) -> dict[str, str] | None:
        """Use the standard greeting when nothing was written."""
        return self.cleaned_data["greeting"] or None


@admin.register(Mailbox)
class MailboxAdmin(ServedAdmin):
    """Mailboxes."""

    form = MailboxForm
    writes = Writes(mailboxes.create_mailbox, mailboxes.change_mailbox, mailboxes.delete_mailbox)
    list_display = ("name", "general", "attach_audio", "max_seconds")
    list_filter = ("general",)
    search_fields = ("name",)
    inlines = [Recipients]


@admin.register(Recording)
class RecordingAdmin(Guarded):
    """Audio files: fetched and kept by the portal."""

    list_display = ("recorded_at", "kind", "state", "duration_seconds", "attempts", "error")
    list_filter = ("kind", "state")
    exclude = ("url", "file")


admin.site.register(VoicemailMessage, VoicemailMessageAdmin)
