"""Backup: one file with everything, and when the last one was made."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupConfig(AppConfig):
    """Backups, and the way back from them."""

    name = "oncall_portal.backup"
    label = "backup"
    verbose_name = _("Backups")
