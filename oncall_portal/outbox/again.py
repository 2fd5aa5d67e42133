"""Lets a message that failed be sent once more: the same row, with all its tries before it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import acting
from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox import doorbell
from oncall_portal.outbox.enums import MessageState
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import DELIVER_DUE

logger = logging.getLogger(__name__)

Rule = Callable[[OutgoingMessage], None]
_rules: list[Rule] = []


def register(rule: Rule) -> None:
    """Let `rule` refuse what may not go any more; called once, when its app is ready.

    It raises Refused or Conflict, or puts what the app keeps of the message back to waiting; it
    runs in the transaction that sends again.
    """
    if rule not in _rules:
        _rules.append(rule)


@transaction.atomic
def send_again(pk: int, now: datetime) -> OutgoingMessage:
    """Let the failed message `pk` be tried anew, as often as a new one; it leaves after the commit.

    It stays the row that it was, and so keeps its Message-ID or delivery id. Who asked is kept in
    its history. Raises Conflict `not_failed`, what the rules raise, OutgoingMessage.DoesNotExist.
    """
    message = OutgoingMessage.objects.select_for_update().get(pk=pk)
    if message.state != MessageState.FAILED:
        raise Conflict("not_failed", _("Only what failed can be sent again."))
    for rule in _rules:
        rule(message)
    message.state, message.attempts, message.error = MessageState.QUEUED.value, 0, ""
    message.next_attempt_at, message.claimed_at = now, None
    message.save(update_fields=["state", "attempts", "error", "next_attempt_at", "claimed_at"])
    _keep_who_asked(message)
    doorbell.ring(DELIVER_DUE)
    return message


def _keep_who_asked(message: OutgoingMessage) -> None:
    by = acting.act().user
    logger.info("outbox_again message=%s cause=%s by=%s", message.pk, message.cause, by)
    if by is not None:
        LogEntry.objects.create(
            user_id=by,
            content_type=ContentType.objects.get_for_model(OutgoingMessage),
            object_id=str(message.pk),
            object_repr=str(message),
            action_flag=CHANGE,
            change_message=_("Sent again."),
        )
