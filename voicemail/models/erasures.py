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
    reference = models.CharField(
        _("reference"), max_length=160, blank=True, default="", db_default=""
    )
    at = models.DateTimeField(_("erased at"))
    erased = models.JSONField(_("what was erased"), default=dict)
    files = models.JSONField(_("checksums of the files"), default=list)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-at", "-pk"]
        indexes = [
            # erasing.proofs: when a number was erased
            models.Index(fields=["number_hash"], name="erasure_number"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
