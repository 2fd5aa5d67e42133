"""Tables of telephony."""

from __future__ import annotations

from telephony.models.callers import BlockedCaller, CallbackRequest, Caller, TextMessage
from telephony.models.calls import Call, CallAction, CallEvent, DialAllowance, Leg, WebhookReceipt
from telephony.models.jobs import Job
from telephony.models.menus import Menu, MenuOption, MenuVersion
from telephony.models.numbers import ClosedRoute, PhoneNumber
from telephony.models.problems import NumberProblem
from telephony.models.prompts import Prompt, PromptAudio
from telephony.models.scenarios import EscalationScenario, EscalationStep
from telephony.models.testing import TestCall
from telephony.models.watchdog import WatchdogPulse

__all__ = [
    "BlockedCaller",
    "Call",
    "CallAction",
    "CallEvent",
    "CallbackRequest",
    "Caller",
    "ClosedRoute",
    "DialAllowance",
    "EscalationScenario",
    "EscalationStep",
    "Job",
    "Leg",
    "Menu",
    "MenuOption",
    "MenuVersion",
    "NumberProblem",
    "PhoneNumber",
    "Prompt",
    "PromptAudio",
    "TestCall",
    "TextMessage",
    "WatchdogPulse",
    "WebhookReceipt",
]
