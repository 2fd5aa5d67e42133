"""The proof of what was erased."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """Proof that what was held about one caller was erased; it names nobody.

    `number_hash` is keyed with the secret of this installation, so that whoever has the number can
    be shown that it was theirs. `erased` counts what went, by kind; `files` are the checksums of
    the audio files.
    """

    number_hash = models.CharField(_("hash of the number"), max_length=64)
    asked_by = models.CharField(_("erased by"), max_length=160)
    at = models.DateTimeField(_("erased at"))
    erased = models.JSONField(_("what was erased"), default=dict)
    files = models.JSONField(_("checksums of the files"), default=list)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
