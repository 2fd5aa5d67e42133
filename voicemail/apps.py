"""Voicemail: keeping what the caller said."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from telephony import intake


class VoicemailConfig(AppConfig):
    """Mailboxes, messages and their recordings."""

    name = "voicemail"
    verbose_name = _("Voicemail")

    def ready(self) -> None:
        """Offer telephony somebody to keep its messages; say who may hear them."""
        from oncall_portal.outbox import again, failures  # noqa: PLC0415 - models exist only from now on
        from voicemail import access, mailbox_panels, undelivered  # noqa: PLC0415 - likewise
        from voicemail.intake import Intake  # noqa: PLC0415 - models exist only from now on

        intake.register(Intake())
        failures.register(undelivered.note)
        again.register(undelivered.may_go_again)
        access.register_rows()
        mailbox_panels.register_panels()
