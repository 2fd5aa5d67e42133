"""What a leg goes through, told in time: an arrival, a dialled telephone, a whisper, a transfer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from telephony.emulator import payloads
from telephony.emulator.legs import Leg
from telephony.emulator.runner import Runner
from telephony.emulator.scheduler import Join, Sleep, Steps
from telephony.emulator.webhooks import Reply

if TYPE_CHECKING:
    from telephony.emulator.network import Network

PROGRESS_DELAY_S = 0.2
DETECTION_S = 3.0


def welcome(network: Network, leg: Leg) -> Steps:
    """An inbound call: the answer webhook, then its NCCO."""
    application = network.application
    hook = network.answer_hook("answer", application.answer_url, leg, application.answer_method)
    if not network.switches.answer_before_events:
        network.announce(leg)
    asked = network.messenger.ask(hook)
    if network.switches.answer_before_events:
        network.announce(leg)
    reply: Reply = yield Join(asked)
    if reply.failed:
        network.end(leg, "platform")
        return
    network.answered(leg)
    yield from Runner(network, leg).run(reply.ncco or [])


def ring(network: Network, leg: Leg, start: Callable[[Leg], Steps] | None) -> Steps:
    """A dialled telephone, until it is answered or not; `start` is what then happens on the leg."""
    yield Sleep(PROGRESS_DELAY_S)
    network.announce(leg)
    leg.party.rings(leg)
    outcome = yield Sleep(leg.ringing_timer, frozenset({"answer", "fail"}))
    if outcome is None:
        network.fail(leg, network.switches.no_answer_status, "timeout", None)
    elif outcome[0] == "fail":
        network.fail(leg, *outcome[1])
    else:
        network.answered(leg)
        network.scheduler.after(leg.length_timer, lambda: network.end(leg, "platform"))
        leg.task = network.scheduler.spawn(start(leg) if start else join_parent(network, leg))
        if leg.machine_detection:
            network.scheduler.spawn(detect(network, leg))
        leg.party.answered(leg)


def join_parent(network: Network, leg: Leg) -> Steps:
    """A leg that `connect` dialled: its whisper, then the one who waits for it."""
    if leg.on_answer:
        asked = network.messenger.ask(network.answer_hook("on_answer", leg.on_answer, leg, "GET"))
        reply: Reply = yield Join(asked)
        if reply.failed and not network.switches.failed_on_answer_joins:
            network.end(leg, "platform")
            return
        yield from Runner(network, leg, is_whisper=True).perform(reply.ncco or [])
    if leg.parent and not (leg.ended or leg.is_in_room):
        network.bridge(leg.parent, leg)


def detect(network: Network, leg: Leg) -> Steps:
    """Tell whether a person or a machine picked up; the answer may take over the caller."""
    yield Sleep(DETECTION_S)
    if leg.ended:
        return
    status = "machine" if leg.party.is_machine else "human"
    hook = network.hook("machine", leg, payloads.event(leg, status, network.clock.now()))
    if status == "machine" and leg.is_sync_connect and leg.parent:
        reply: Reply = yield Join(network.messenger.ask(hook))
        if reply.ncco and not leg.parent.ended:
            network.restart(leg.parent, reply.ncco)
    else:
        network.messenger.post(hook)
    if status == "machine" and leg.machine_detection == "hangup":
        network.end(leg, "platform")


def transfer(network: Network, leg: Leg, url: str) -> Steps:
    """A REST transfer by URL: fetch the NCCO, and run it instead."""
    asked = network.messenger.ask(network.answer_hook("transfer_url", url, leg, "GET"))
    reply: Reply = yield Join(asked)
    if leg.ended:
        return
    if not reply.failed:
        network.restart(leg, reply.ncco or [])
    elif not network.switches.failed_transfer_keeps_flow:
        network.end(leg, "platform")
