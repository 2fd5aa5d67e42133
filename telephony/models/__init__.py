"""Tables of telephony."""

from __future__ import annotations

from telephony.models.calls import Call, CallAction, CallEvent, DialAllowance, Leg, WebhookReceipt
from telephony.models.numbers import EscalationScenario, EscalationStep, PhoneNumber, Prompt
from telephony.models.testing import TestCall
from telephony.models.watchdog import WatchdogPulse

__all__ = [
    "Call",
    "CallAction",
    "CallEvent",
    "DialAllowance",
    "EscalationScenario",
    "EscalationStep",
    "Leg",
    "PhoneNumber",
    "Prompt",
    "TestCall",
    "WatchdogPulse",
    "WebhookReceipt",
]
