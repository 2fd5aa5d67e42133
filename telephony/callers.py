"""What a caller asked for in a menu: a service, or to be called back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField

from oncall_portal.lib import phone, texts
from oncall_portal.lib.prepared import Read, given
from scheduling.models import Service
from scheduling.queries import house
from telephony import intake, promises
from telephony.enums import GoalKind, PromiseKind
from telephony.models import Call, CallbackRequest
from telephony.types import Goal, Note

_ABOUT_A_SERVICE = (GoalKind.SERVICE, GoalKind.VOICEMAIL, GoalKind.CALL_BACK)
_LABEL_LENGTH = 120
_SERVICE = Read(
    lambda: Service.objects.filter(pk=given("service", BigIntegerField())).values_list("pk")
)


def note_goal(call: Call, goal: Goal, language: str) -> None:
    """Name the call after the option that the caller chose, and the service that it leads to."""
    if name := texts.choose(goal.name, language):
        call.label = name[:_LABEL_LENGTH]
    if goal.kind in _ABOUT_A_SERVICE and goal.target is not None:
        found = _SERVICE.first(service=goal.target)
        call.service_id = found[0] if found else None


def keep_requests(call: Call, notes: Iterable[Note], now: datetime) -> None:
    """Write the request to be called back that these notes tell of, once per call."""
    for note in notes:
        if note.code == "call_back_requested":
            mailbox = intake.get().mailbox(int(note.params["mailbox"] or 0))
            service = Service.objects.filter(pk=int(note.params["service"] or 0)).first()
            _request, is_new = CallbackRequest.objects.get_or_create(
                call=call,
                defaults={
                    "number": call.callback_number or call.caller,
                    "service": service,
                    "mailbox_id": mailbox.id if mailbox else None,
                    "requested_at": now,
                },
            )
            if is_new:
                promises.make(call, PromiseKind.CALL_BACK, now)


def e164(keyed: str) -> str:
    """Return a number that was keyed in as E.164 by the house's region, else as it was keyed."""
    try:
        return phone.parse(keyed, house().region)
    except ValidationError:
        return keyed
