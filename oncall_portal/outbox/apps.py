"""Outbox: every e-mail and SMS that leaves."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """Messages out, each a row before it is a request."""

    name = "oncall_portal.outbox"
    label = "outbox"
    verbose_name = _("Messages out")
