"""E-mails to the supervisors about texts that came in and wait for a person's answer."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.outbox.services import send_email
from scheduling.queries import supervisors_by_mail
from telephony import block_list
from telephony.models import Caller, TextMessage

logger = logging.getLogger(__name__)
# One letter for what a caller writes within this time: the page that it leads to has all of it.
_TOGETHER_SECONDS = 600


def tell(text: TextMessage, now: datetime) -> None:
    """Write to the supervisors of the number that a text came to, else to the house's.

    Once per caller, address and ten minutes; not about callers whom the block list means. In the
    transaction of the text, sent later by the outbox.
    """
    caller, line = text.caller, text.phone_number
    if block_list.entry_for(str(caller.number), line.pk if line else None) is not None:
        return
    people = supervisors_by_mail((line.schedule_id if line else None) or 0)
    if not people:
        logger.warning("text_without_reader text=%s", text.pk)
    stretch = int(now.timestamp() // _TOGETHER_SECONDS)
    for person in people:
        with translation.override(person.language):
            send_email(
                to=person.email,
                subject=_("Text from %(caller)s") % {"caller": _named(caller)},
                body=_body(text),
                cause=f"caller:{caller.pk}",
                key=f"text:{caller.pk}:{stretch}:{person.email}",
                now=now,
            )


def _body(text: TextMessage) -> str:
    line = text.phone_number
    facts = {"caller": _named(text.caller), "line": line.name if line else "?"}
    parts = [_("%(caller)s wrote to %(line)s:") % facts, text.text or "…"]
    if link := _link(text.caller):
        parts.append(_("To answer: %(page)s") % {"page": link})
    return "\n\n".join(parts) + "\n"


def _named(caller: Caller) -> str:
    number = phone.spaced(str(caller.number))
    return f"{caller.name} ({number})" if caller.name else number


def _link(caller: Caller) -> str:
    try:
        path = reverse("admin:telephony_caller_change", args=[caller.pk])
    except NoReverseMatch:
        return ""
    return f"{settings.PUBLIC_URL}{path}"
