"""Tables of telephony."""

from __future__ import annotations

from telephony.models.calls import Call, CallAction, CallEvent, DialBucket, Leg, WebhookReceipt
from telephony.models.numbers import EscalationScenario, EscalationStep, PhoneNumber, Prompt

__all__ = [
    "Call",
    "CallAction",
    "CallEvent",
    "DialBucket",
    "EscalationScenario",
    "EscalationStep",
    "Leg",
    "PhoneNumber",
    "Prompt",
    "WebhookReceipt",
]
