"""The admin of prompts: what is said in each language, read aloud or from a recording."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import spans
from oncall_portal.lib.admin import Guarded, ServedAdmin, VersionedForm
from oncall_portal.lib.texts import LANGUAGES
from telephony import missing_prompts, prompt_uses, timing
from telephony.models import Prompt, PromptAudio
from telephony.writes import PROMPTS

_TEXT = _("Text")
_RECORDING = _("Recording")
_HELP = _("WAV or MP3, 20 MB and 5 minutes at most. It is played instead of the text.")


class RecordingInput(forms.ClearableFileInput):
    """Plays the recording that there is; another file replaces it, a tick removes it."""

    template_name = "admin/telephony/prompt/recording_input.html"

    def __init__(self) -> None:
        super().__init__({"accept": ".wav,.mp3,audio/wav,audio/mpeg"})

    def is_initial(self, value: Any) -> bool:
        """Tell whether there is a recording."""
        return value is not None

    def format_value(self, value: Any) -> Any:
        """Return the recording to be played."""
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template needs, with the recording as `audio`."""
        return {**super().get_context(name, value, attrs), **shown(value)}


def shown(audio: PromptAudio | None) -> dict[str, Any]:
    """Return a recording as its player shows it."""
    return {"audio": audio, "length": spans.words(audio.duration_seconds) if audio else ""}


class RecordingField(forms.FileField):
    """A recording: a new file, False to remove what there is, or what there is."""

    widget = RecordingInput

    def __init__(self) -> None:
        super().__init__(label=_RECORDING, help_text=_HELP, required=False, allow_empty_file=True)


def _text_box() -> forms.CharField:
    box = forms.Textarea({"rows": 4})
    most = timing.SPOKEN_CHARACTERS
    return forms.CharField(label=_TEXT, required=False, max_length=most, widget=box)


class PromptForm(VersionedForm):
    """A prompt, with a text and a recording in each language."""

    text_fr, recording_fr = _text_box(), RecordingField()
    text_en, recording_en = _text_box(), RecordingField()

    class Meta:
        model = Prompt
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = self.instance.text if self.instance.pk else {}
        audio = recordings(self.instance)
        for language in LANGUAGES:
            self.initial.setdefault(f"text_{language}", texts.get(language, ""))
            self.initial[f"recording_{language}"] = audio.get(language)

    def values(self) -> dict[str, Any]:
        """Return the name, the texts and the recordings that were filled in or changed."""
        given = super().values()
        values = {"name": given["name"]} if "name" in given else {}
        if any(f"text_{language}" in given for language in LANGUAGES):
            texts = {language: self.cleaned_data[f"text_{language}"] for language in LANGUAGES}
            values["text"] = {language: text for language, text in texts.items() if text}
        sent = {language: given.get(f"recording_{language}") for language in LANGUAGES}
        files = {language: file or None for language, file in sent.items() if file is not None}
        return {**values, "recordings": files} if files else values


def recordings(prompt: Prompt) -> dict[str, PromptAudio]:
    """Return the recordings of a prompt by language."""
    return {audio.language: audio for audio in prompt.recordings.all()} if prompt.pk else {}


@admin.register(Prompt)
class PromptAdmin(ServedAdmin):
    """Prompts."""

    form = PromptForm
    writes = PROMPTS
    list_display = ("name", "recorded")
    search_fields = ("name",)

    class Media:
        css = {"all": ("css/calls.css", "css/prompts.css")}
        js = (forms.Script("js/player.js", type="module"),)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the prompts with their recordings."""
        return super().get_queryset(request).prefetch_related("recordings")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show above the list what is missing."""
        shown = {"missing": missing_prompts.missing(), "languages": dict(settings.LANGUAGES)}
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def get_fieldsets(self, request: HttpRequest, obj: Prompt | None = None) -> Any:
        """Show the name, then each language by itself."""
        names = dict(settings.LANGUAGES)
        spoken = [
            (names[language], {"fields": (f"text_{language}", f"recording_{language}")})
            for language in LANGUAGES
        ]
        return [(None, {"fields": ("name", "version")}), *spoken]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the prompt, with which its recordings go; or the places where it is said."""
        places = [
            format_html('<a href="{}">{}</a>', prompt_uses.address(row), prompt_uses.words(row))
            for prompt in objs
            for row in prompt_uses.uses(prompt)
        ]
        return [str(prompt) for prompt in objs], {}, set(), places

    @admin.display(description=_("recorded in"))
    def recorded(self, prompt: Prompt) -> str | None:
        """Return the languages in which it is played."""
        names = dict(settings.LANGUAGES)
        found = recordings(prompt)
        return ", ".join(str(names[code]) for code in LANGUAGES if code in found) or None

    # What those who may not change it read in the place of the boxes.

    @admin.display(description=_TEXT)
    def text_fr(self, prompt: Prompt) -> Any:
        """Return what is read aloud in French."""
        return prompt.text.get("fr") or None

    @admin.display(description=_TEXT)
    def text_en(self, prompt: Prompt) -> Any:
        """Return what is read aloud in English."""
        return prompt.text.get("en") or None

    @admin.display(description=_RECORDING)
    def recording_fr(self, prompt: Prompt) -> str | None:
        """Return the player of what is played in French."""
        return _player(prompt, "fr")

    @admin.display(description=_RECORDING)
    def recording_en(self, prompt: Prompt) -> str | None:
        """Return the player of what is played in English."""
        return _player(prompt, "en")


def _player(prompt: Prompt, language: str) -> str | None:
    audio = recordings(prompt).get(language)
    if audio is None:
        return None
    return render_to_string("admin/telephony/prompt/recording.html", shown(audio))


@admin.register(PromptAudio)
class PromptAudioAdmin(Guarded):
    """Recordings of prompts; they are uploaded with their prompt."""

    list_display = ("prompt", "language", "original_name", "duration_seconds", "uploaded_at")
    list_select_related = ("prompt",)
    exclude = ("token", "file")
