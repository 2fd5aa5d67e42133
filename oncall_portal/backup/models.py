"""When the last backup was made, where every machine of the portal can read it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LastBackup(models.Model):
    """The last backup: one row, whichever machine made it.

    `path` is absolute on `machine`, and empty when the backup went through a pipe; `missing` files
    were named by rows and not in the storage.
    """

    made_at = models.DateTimeField(_("as of"))
    size = models.BigIntegerField(_("size (bytes)"))
    missing = models.PositiveIntegerField(_("missing files"), default=0, db_default=0)
    machine = models.CharField(_("machine"), max_length=255)
    path = models.TextField(_("file"), blank=True)

    class Meta:
        verbose_name = _("last backup")
        verbose_name_plural = _("last backup")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="last_backup_only_one"),
        ]

    def __str__(self) -> str:
        return f"{self.machine}:{self.path or '-'}"
