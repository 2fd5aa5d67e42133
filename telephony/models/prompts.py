"""What is said to callers: text in each language, or an uploaded recording."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import texts
from telephony import timing


class Prompt(models.Model):
    """Something said to callers: in each language a text, a recording, or both (it is played)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    text = models.JSONField(
        _("text"),
        default=dict,
        blank=True,
        validators=[texts.AtMost(timing.SPOKEN_CHARACTERS)],
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def audio_path(audio: PromptAudio, _name: str) -> str:
    """Return where a recording is stored: its name at the uploader's is not to be trusted."""
    return f"prompts/{audio.token}.wav"


class PromptAudio(models.Model):
    """The recording of a prompt in one language, converted to what a telephone plays.

    One that was removed stays without its prompt for a day, for the calls that go on with it.
    """

    prompt = models.ForeignKey(
        Prompt,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="recordings",
        verbose_name=_("prompt"),
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    token = models.CharField(_("token"), max_length=43, unique=True)
    file = models.FileField(_("recording"), upload_to=audio_path, max_length=120)
    original_name = models.CharField(_("uploaded as"), max_length=120)
    duration_seconds = models.FloatField(_("length (seconds)"))
    size = models.PositiveIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    silent = models.BooleanField(_("nothing to be heard"), default=False)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recording of a prompt")
        verbose_name_plural = _("recordings of prompts")
        ordering = ["prompt", "language"]
        constraints = [
            models.UniqueConstraint(fields=["prompt", "language"], name="prompt_audio_once"),
            models.CheckConstraint(
                condition=Q(duration_seconds__gt=0, size__gt=0), name="prompt_audio_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(prompt=None) ^ Q(removed_at=None), name="prompt_audio_of_one_or_removed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt or self.original_name} ({self.language})"
