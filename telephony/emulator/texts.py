"""Texts: taken from the portal, delivered to phones, reported; and those that people write."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from telephony.emulator.checks import ApiError
from telephony.emulator.ncco import is_phone_number
from telephony.emulator.payloads import text_received, text_status
from telephony.emulator.scheduler import Scheduler, Sleep, Steps
from telephony.emulator.switches import Switches
from telephony.emulator.webhooks import Application, Messenger, Webhook

Fate = Literal["delivered", "rejected", "undeliverable", "silence"]
FATES: dict[str, tuple[str, ...]] = {
    "delivered": ("submitted", "delivered"),
    "rejected": ("rejected",),
    "undeliverable": ("submitted", "undeliverable"),
    "silence": ("submitted",),
}
SUBMITTED_AFTER_S = 0.3
ARRIVES_AFTER_S = 2.0
MAX_LENGTH = 3200
_FIELDS = {"to", "from", "channel", "message_type", "text", "client_ref", "ttl", "sms"}


@dataclass
class Text:
    """One text of the portal, with what became of it so far."""

    message_uuid: str
    from_: str
    to: str
    text: str
    client_ref: str
    at: datetime
    statuses: list[str] = field(default_factory=list)


class Texts:
    """All texts of the application. Every method is called under the scheduler's lock."""

    def __init__(
        self,
        application: Application,
        scheduler: Scheduler,
        messenger: Messenger,
        switches: Switches,
        fate_of: Callable[[str], Fate],
        note: Callable[..., None],
    ) -> None:
        self.sent: list[Text] = []
        self._application = application
        self._scheduler = scheduler
        self._messenger = messenger
        self._switches = switches
        self._fate_of = fate_of
        self._note = note

    def take(self, body: Any) -> dict[str, Any]:
        """Answer POST /v1/messages; raises ApiError when it is no text that could be sent."""
        values = _checked(body, self._application.numbers)
        now = self._scheduler.clock.now()
        taken = Text(
            message_uuid=str(uuid.uuid4()),
            from_=values["from"],
            to=values["to"],
            text=values["text"],
            client_ref=values.get("client_ref", ""),
            at=now,
        )
        self.sent.append(taken)
        self._note("text_taken", number=taken.to)
        self._scheduler.spawn(self._deliver(taken, FATES[self._fate_of(taken.to)]))
        return {"message_uuid": taken.message_uuid}

    def write(self, from_: str, to: str, text: str) -> str:
        """Somebody writes to one of our numbers; returns the platform's id of the text."""
        message_uuid = str(uuid.uuid4())
        payload = text_received(message_uuid, from_, to, text, self._scheduler.clock.now())
        self._note("text_received", number=from_)
        self._tell("text", self._application.inbound_url, payload, (from_, to))
        return message_uuid

    def _deliver(self, text: Text, statuses: tuple[str, ...]) -> Steps:
        yield Sleep(SUBMITTED_AFTER_S)
        if self._switches.text_statuses == "last_first":
            statuses = statuses[::-1]
        for number, status in enumerate(statuses):
            if number:
                yield Sleep(ARRIVES_AFTER_S)
            text.statuses.append(status)
            payload = text_status(text, status, self._scheduler.clock.now())
            self._tell("text_status", self._application.status_url, payload, (text.from_, text.to))

    def _tell(self, kind: str, url: str, payload: dict[str, Any], numbers: tuple[str, str]) -> None:
        if url:
            hook = Webhook(
                kind, url, "POST", payload, uuid=payload["message_uuid"], numbers=numbers
            )
            self._messenger.insist(hook)


def _checked(body: Any, numbers: set[str] | None) -> dict[str, str]:
    if not isinstance(body, dict):
        raise _invalid("body", "must be an object")
    for name in body.keys() - _FIELDS:
        raise _invalid(name, "unknown parameter")
    for name in ("to", "from", "channel", "message_type", "text"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise _invalid(name, "is required")
    if (body["channel"], body["message_type"]) != ("sms", "text"):
        raise _invalid("channel", "only sms texts are played here")
    if not is_phone_number(body["to"]):
        raise _invalid("to", "must be E.164 without +")
    if numbers is not None and body["from"] not in numbers:
        raise _invalid("from", "is not a number of this application")
    if len(body["text"]) > MAX_LENGTH:
        raise _invalid("text", f"must not be longer than {MAX_LENGTH}")
    if not isinstance(body.get("client_ref", ""), str) or len(body.get("client_ref", "")) > 100:
        raise _invalid("client_ref", "must not be longer than 100")
    return body


def _invalid(name: str, reason: str) -> ApiError:
    """Return the 422 of the Messages API that names the wrong parameter."""
    return ApiError(
        422,
        {
            "type": "https://developer.vonage.com/api-errors/messages#1150",
            "title": "Invalid params",
            "detail": "The value of one or more parameters is invalid.",
            "instance": str(uuid.uuid4()),
            "invalid_parameters": [{"name": name, "reason": reason}],
        },
    )
