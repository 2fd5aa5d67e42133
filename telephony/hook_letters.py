"""E-mails to the supervisors of the house when a system that takes jobs over is not reached."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import send_email
from scheduling.queries import supervisors_by_mail
from telephony import hook_words, job_hooks
from telephony.models import JobHook

logger = logging.getLogger(__name__)
_NO_SCHEDULE = 0  # the supervisors of the house


def note(failed: OutgoingMessage, now: datetime) -> None:
    """Hear that a system will not be told of something; the outbox calls this in its transaction.

    Once a day for each system, and when it is switched off.
    """
    if failed.channel != Channel.WEBHOOK:
        return
    hook = job_hooks.by_reference(failed.to)
    if hook is None:
        return
    people = supervisors_by_mail(_NO_SCHEDULE)
    if not people:
        logger.warning("hook_failure_without_reader hook=%s", hook.pk)
    state = "failed" if hook.active else "off"
    for person in people:
        with translation.override(person.language):
            send_email(
                to=person.email,
                subject=_("%(system)s does not hear of jobs") % {"system": hook.name},
                body=_body(hook, hook_words.error_words(failed.error)),
                cause=job_hooks.reference(hook),
                key=f"{job_hooks.reference(hook)}:{state}:{now:%Y-%m-%d}:{person.email}",
                now=now,
            )


def _body(hook: JobHook, error: str) -> str:
    happened = _("%(system)s could not be told what became of a job: %(error)s")
    if not hook.active:
        happened = _("%(system)s is switched off, and hears of no job any more: %(error)s")
    page = reverse("admin:telephony_jobhook_change", args=[hook.pk])
    parts = [
        happened % {"system": hook.name, "error": error},
        _("Whoever works with its jobs has to look here until that is mended."),
        _("What it was not told: %(page)s") % {"page": f"{settings.PUBLIC_URL}{page}"},
    ]
    return "\n\n".join(parts) + "\n"
