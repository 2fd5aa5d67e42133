"""The platform's webhooks about texts: one that came in, and what became of one of ours."""

from __future__ import annotations

import logging
from typing import Any

from oncall_portal.lib import clock
from telephony import texting
from telephony.vonage import payloads
from telephony.webhook_requests import Payload, Refused

logger = logging.getLogger(__name__)
_SMS = ("sms", "")


def inbound(payload: Payload, _token: str) -> dict[str, Any]:
    """Somebody wrote a text to one of our numbers."""
    now = clock.now()
    received = payloads.received_text(payload, now)
    if received is None:
        raise Refused(400)
    if _is_text(payload):
        texting.receive(received, now)
    return _taken()


def status(payload: Payload, _token: str) -> dict[str, Any]:
    """Something became of a text of ours."""
    report = payloads.text_report(payload)
    if report is None:
        logger.warning("text_status_unrecognised status=%s", payloads.text(payload, "status", 40))
    elif _is_text(payload):
        texting.note(report, clock.now())
    return _taken()


def _is_text(payload: Payload) -> bool:
    """Tell whether it is about an SMS; these addresses hear of other channels, too."""
    channel = payloads.text(payload, "channel", 40)
    if channel not in _SMS:
        logger.warning("text_of_other_channel channel=%s", channel)
    return channel in _SMS


def _taken() -> dict[str, Any]:
    """The Messages API wants a plain 200, where voice takes 204 for "nothing to say"."""
    return {}
