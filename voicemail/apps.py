"""Voicemail: keeping what the caller said."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoicemailConfig(AppConfig):
    """Mailboxes, messages and their recordings."""

    name = "voicemail"
    verbose_name = _("Voicemail")
