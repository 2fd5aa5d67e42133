"""Telephony: reaching whoever is on call."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    """Numbers, scenarios, and the calls that they take."""

    name = "telephony"
    verbose_name = _("Telephony")

    def ready(self) -> None:
        """Say who carries out the actions of a call."""
        from telephony import actions, dispatch  # noqa: PLC0415 - models are loaded only now

        dispatch.install(actions.perform)
