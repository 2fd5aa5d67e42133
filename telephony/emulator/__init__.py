"""Plays the Vonage platform on this machine, for tests and for a portal without an account."""

from __future__ import annotations

from telephony.emulator.behaviours import (
    Answers,
    Behaviour,
    Busy,
    HangsUp,
    Ignores,
    Invalid,
    Machine,
    Manual,
    Rejects,
    Unreachable,
    parse_behaviour,
)
from telephony.emulator.certificates import TlsFiles, make_tls
from telephony.emulator.clock import RealClock, VirtualClock
from telephony.emulator.faults import when
from telephony.emulator.legs import Connection, Heard
from telephony.emulator.phones import CallHandle, Phone, Ring
from telephony.emulator.platform import Platform
from telephony.emulator.scheduler import NotReached
from telephony.emulator.server import EmulatorServer
from telephony.emulator.switches import Switches
from telephony.emulator.transport import (
    HostTransport,
    HttpTransport,
    Response,
    StaticFile,
    TransportBroken,
    TransportClosed,
    TransportTimeout,
    WsgiTransport,
)
from telephony.emulator.webhooks import Application, Sent

__all__ = [
    "Answers",
    "Application",
    "Behaviour",
    "Busy",
    "CallHandle",
    "Connection",
    "EmulatorServer",
    "HangsUp",
    "Heard",
    "HostTransport",
    "HttpTransport",
    "Ignores",
    "Invalid",
    "Machine",
    "Manual",
    "NotReached",
    "Phone",
    "Platform",
    "RealClock",
    "Rejects",
    "Response",
    "Ring",
    "Sent",
    "StaticFile",
    "Switches",
    "TlsFiles",
    "TransportBroken",
    "TransportClosed",
    "TransportTimeout",
    "Unreachable",
    "VirtualClock",
    "WsgiTransport",
    "make_tls",
    "parse_behaviour",
    "when",
]
