"""Scheduling: who is on call, and when."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulingConfig(AppConfig):
    """People, services, schedules and the coverage of duty."""

    name = "scheduling"
    verbose_name = _("Scheduling")

    def ready(self) -> None:
        """Answer who may do what, for every app, and to whom nothing is sent again."""
        from oncall_portal.lib import access as asked  # noqa: PLC0415 - needs models, as below
        from oncall_portal.outbox import again  # noqa: PLC0415 - likewise
        from scheduling import access, leavers  # noqa: PLC0415 - models are loaded only now

        asked.register(access)
        again.register(leavers.may_go_again)
