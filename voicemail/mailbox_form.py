"""The form of a mailbox: how it greets, and how it takes a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.admin import VersionedForm
from oncall_portal.lib.texts import LANGUAGES
from oncall_portal.lib.texts_form import TextsFormField
from telephony import prompts, timing
from telephony.instructions import Say
from telephony.models import Prompt
from telephony.prompt_admin import RecordingField, recordings, shown
from voicemail import mailbox_greetings
from voicemail.models import Mailbox

STANDARD, TEXT, RECORDING, PROMPT = "standard", "text", "recording", "prompt"
GREETS_WITH = (
    (STANDARD, _("the standard words")),
    (TEXT, _("a text of its own, read aloud")),
    (RECORDING, _("a recording, uploaded here")),
    (PROMPT, _("an announcement that there is")),
)
# What is said before a message: when nobody answered, and when the caller chose to leave one.
_STANDARD = (
    ("leave_message", _("When nobody answered")),
    ("your_message", _("When the caller chose to leave a message")),
)


def greets_with(mailbox: Mailbox) -> str:
    """Return with what a mailbox greets."""
    if mailbox.greeting_prompt_id:
        return RECORDING if mailbox_greetings.own_prompt(mailbox) else PROMPT
    return TEXT if mailbox.greeting else STANDARD


def standard_words(mailbox: Mailbox) -> SafeString:
    """Return the standard greeting as this mailbox says it in each language."""
    differs = {"key": mailbox.end_key} if mailbox.end_key != "#" else {}
    params = differs if mailbox.beep else {**differs, "beep": "no"}
    names = dict(settings.LANGUAGES)
    said = [
        (when, names[language], language, prompts.words(Say(code, params), language))
        for code, when in _STANDARD
        for language in LANGUAGES
    ]
    lines = format_html_join(
        "",
        '<dt>{} · {}</dt><dd lang="{}">“{}”</dd>',
        ((w, n, code, text) for w, n, code, text in said),
    )
    return format_html('<dl class="facts mailbox-said">{}</dl>', lines)


def players(prompt: Prompt | None) -> SafeString:
    """Return the player of each recording of a prompt, with its language; "" without any."""
    names = dict(settings.LANGUAGES)
    found = recordings(prompt) if prompt else {}
    parts = [
        (names[language], render_to_string("admin/telephony/prompt/recording.html", shown(audio)))
        for language, audio in found.items()
    ]
    return format_html_join("", '<div class="mailbox-player"><span>{}</span>{}</div>', parts)


class MailboxForm(VersionedForm):
    """A mailbox, and how it greets: standard words, a text, a recording of its own, a prompt."""

    greets_with = forms.ChoiceField(
        label=_("Greeting"),
        choices=GREETS_WITH,
        initial=STANDARD,
        help_text=_("A recording that is no longer used here stays among the announcements."),
    )
    greeting = TextsFormField(
        label=_("Text of the greeting"), rows=3, required=False, most=timing.SPOKEN_CHARACTERS
    )
    recording_fr, recording_en = RecordingField(), RecordingField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = greets_with(self.instance) if self.instance.pk else STANDARD
        own = self.instance.greeting_prompt if kind == RECORDING else None
        self.own_prompt: Prompt | None = own
        self.initial["greets_with"] = kind
        found = recordings(own) if own else {}
        names = dict(settings.LANGUAGES)
        for language in LANGUAGES:
            name = f"recording_{language}"
            self.initial[name] = found.get(language)
            if name in self.fields:
                label = gettext("Recording (%(language)s)") % {"language": names[language]}
                self.fields[name].label = label
                self.fields[name].help_text = gettext("WAV or MP3, 20 MB and 5 minutes at most.")
        if "greeting_prompt" in self.fields:
            self.fields["greeting_prompt"].label = gettext("Announcement")
            now = players(self.instance.greeting_prompt if kind == PROMPT else None)
            self.fields["greeting_prompt"].help_text = now

    def clean(self) -> dict[str, Any]:
        """Keep what the choice says, and nothing of the others."""
        cleaned = super().clean()
        chosen = cleaned.get("greets_with")
        if chosen == RECORDING:
            cleaned["greeting_prompt"], cleaned["greeting"] = self.own_prompt, None
            uploaded = self.refusal or any(self.recordings().values())
            if not self.own_prompt and not uploaded:
                message = _("Upload a recording in at least one language.")
                self._add(f"recording_{LANGUAGES[0]}", message)
            return cleaned
        needed = {TEXT: "greeting", PROMPT: "greeting_prompt"}
        for kind, name in needed.items():
            if chosen != kind:
                cleaned[name] = None
            elif not cleaned.get(name):
                message = _("Write the text of the greeting.")
                if kind == PROMPT:
                    message = _("Choose the announcement with which it greets.")
                self._add(name, message)
        return cleaned

    def _add(self, name: str, message: Any) -> None:
        if name not in self.errors:
            self.add_error(name, ValidationError(message, "required"))

    def recordings(self) -> Mapping[str, Any]:
        """Return the files that were uploaded by language, None for one to be removed."""
        if self.cleaned_data.get("greets_with") != RECORDING:
            return {}
        names = {language: f"recording_{language}" for language in LANGUAGES}
        sent = {
            code: self.cleaned_data.get(n) for code, n in names.items() if n in self.changed_data
        }
        return {language: file or None for language, file in sent.items() if file is not None}

    def values(self) -> dict[str, Any]:
        """Return what was filled in or changed but the recordings, which are written last.

        Another kind of greeting changes all of it.
        """
        given = super().values()
        values = {n: value for n, value in given.items() if not n.startswith("recording_")}
        if values.pop("greets_with", None):
            names = ("greeting", "greeting_prompt")
            values |= {name: self.cleaned_data[name] for name in names}
        return values
