"""The admin of mailboxes, and of the messages in them, which nobody edits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
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
    """A mailbox, and how it greets: with the standard words, its own, or a recording."""

    greets_with = forms.ChoiceField(
        label=_("Greeting"),
        choices=[
            ("standard", _("the standard words")),
            ("text", _("a text of its own, read aloud")),
            ("prompt", _("a prompt, with a recording")),
        ],
        initial="standard",
    )
    greeting = TextsFormField(label=_("Text of the greeting"), rows=3, required=False)

    field_order = (
        *("name", "general", "staff", "attach_audio", "max_seconds"),
        *("greets_with", "greeting", "greeting_prompt", "version"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.greeting_prompt_id:
            self.initial["greets_with"] = "prompt"
        elif self.instance.greeting:
            self.initial["greets_with"] = "text"

    def clean(self) -> dict[str, Any]:
        """Keep what the choice says, and nothing of the others."""
        cleaned = super().clean()
        chosen = cleaned.get("greets_with")
        needed = {"text": "greeting", "prompt": "greeting_prompt"}
        for kind, name in needed.items():
            if chosen != kind:
                cleaned[name] = None
            elif not cleaned.get(name) and name not in self.errors:
                message = _("Write the text of the greeting.")
                if kind == "prompt":
                    message = _("Choose the prompt with which it greets.")
                self.add_error(name, ValidationError(message, "required"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what was filled in or changed; another kind of greeting changes both of them."""
        values = super().values()
        if values.pop("greets_with", None):
            names = ("greeting", "greeting_prompt")
            values |= {name: self.cleaned_data[name] for name in names}
        return values


@admin.register(Mailbox)
class MailboxAdmin(ServedAdmin):
    """Mailboxes."""

    form = MailboxForm
    writes = Writes(mailboxes.create_mailbox, mailboxes.change_mailbox, mailboxes.delete_mailbox)
    list_display = ("name", "general", "attach_audio", "max_seconds")
    list_filter = ("general",)
    search_fields = ("name",)
    inlines = [Recipients]

    class Media:
        js = (forms.Script("js/mailbox.js", type="module"),)


@admin.register(Recording)
class RecordingAdmin(Guarded):
    """Audio files: fetched and kept by the portal."""

    list_display = ("recorded_at", "kind", "state", "duration_seconds", "attempts", "error")
    list_filter = ("kind", "state")
    exclude = ("url", "file")


admin.site.register(VoicemailMessage, VoicemailMessageAdmin)
