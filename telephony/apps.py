"""Telephony: reaching whoever is on call."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    """Numbers, scenarios, and the calls that they take."""

    name = "telephony"
    verbose_name = _("Telephony")

    def ready(self) -> None:
        """Say who carries out the actions of a call, who may do what, which numbers are ours.

        And keep the longest waits when who is reached changes.
        """
        from oncall_portal.outbox import again, channels, failures  # noqa: PLC0415 - models are loaded only now
        from scheduling import number_rules, number_tests, reach_news, service_names  # noqa: PLC0415 - models are loaded only now
        from telephony import (  # noqa: PLC0415 - models are loaded only now
            access,
            actions,
            dispatch,
            hook_channel,
            hook_letters,
            menu_services,
            services,
            testcalls,
            text_channel,
            worst_cases,
        )

        dispatch.install(actions.perform)
        access.register_rows()
        number_rules.register(services.check_not_ours)
        number_tests.register(testcalls.told)
        if settings.VONAGE is not None:  # else texts wait until a platform is configured
            channels.register_sms(text_channel.PlatformTexts())
        channels.register_webhook(hook_channel.JobHooks())
        failures.register(hook_letters.note)
        again.register(hook_channel.may_go_again)
        again.register(text_channel.may_go_again)
        reach_news.register(worst_cases.reach_changed)
        service_names.register(menu_services.naming)
