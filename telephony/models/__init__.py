"""Tables of telephony."""

from __future__ import annotations

from telephony.models.callers import BlockedCaller, CallbackRequest, Caller, TextMessage
from telephony.models.calls import Call, CallAction, CallEvent, DialAllowance, Leg, WebhookReceipt
from telephony.models.jobs import Job, JobHook
from telephony.models.menus import Menu, MenuOption, MenuVersion
from telephony.models.numbers import ClosedRoute, PhoneNumber
from telephony.models.problems import NumberProblem
from telephony.models.promises import CallComment, Promise
from telephony.models.prompts import Prompt, PromptAudio
from telephony.models.scenarios import EscalationScenario, EscalationStep
from telephony.models.testing import TestCall
from telephony.models.watchdog import WatchdogPulse

__all__ = [
    "BlockedCaller",
    "Call",
    "CallAction",
    "CallComment",
    "CallEvent",
    "CallbackRequest",
    "Caller",
    "ClosedRoute",
    "DialAllowance",
    "EscalationScenario",
    "EscalationStep",
    "Job",
    "JobHook",
    "Leg",
    "Menu",
    "MenuOption",
    "MenuVersion",
    "NumberProblem",
    "PhoneNumber",
    "Promise",
    "Prompt",
    "PromptAudio",
    "TestCall",
    "TextMessage",
    "WatchdogPulse",
    "WebhookReceipt",
]
