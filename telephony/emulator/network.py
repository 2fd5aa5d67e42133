"""The life of legs: dialled, ringing, answered, in a room, ended; and its events."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from telephony.emulator import flows, payloads
from telephony.emulator.clock import Clock
from telephony.emulator.faults import Faults
from telephony.emulator.legs import Exchange, Leg, Party, Room
from telephony.emulator.ncco import Action
from telephony.emulator.runner import Runner
from telephony.emulator.scheduler import Scheduler
from telephony.emulator.studio import Studio
from telephony.emulator.switches import Switches
from telephony.emulator.webhooks import (
    ANSWER_TIMEOUT_S,
    Application,
    Messenger,
    Webhook,
)

_SYNC_STATUSES = frozenset({"timeout", "failed", "rejected", "unanswered", "busy"})
_SIP_CODES = {"busy": 486, "unanswered": 480, "rejected": 603, "failed": 404, "cancelled": 487}


class Network:
    """All legs of the application. Every method is called under the scheduler's lock."""

    def __init__(
        self,
        application: Application,
        scheduler: Scheduler,
        messenger: Messenger,
        faults: Faults,
        switches: Switches,
        note: Callable[..., None],
        api_url: Callable[[], str],
    ) -> None:
        self.application = application
        self.scheduler = scheduler
        self.messenger = messenger
        self.switches = switches
        self.note = note
        self.exchange = Exchange(scheduler.clock)
        self.legs: dict[str, Leg] = {}
        self.studio = Studio(scheduler, messenger, faults, api_url, switches)
        self.api_url = api_url
        self.party_for: Callable[[str], Party] = Party
        self._calls: deque[datetime] = deque()

    @property
    def clock(self) -> Clock:
        return self.scheduler.clock

    # -- the limit that the API and `connect` share

    def limit_calls(self, per_second: int) -> None:
        """Allow so many new calls a second from now on, as the platform does on request."""
        self.switches = replace(self.switches, calls_per_second=per_second)

    def take_call_token(self) -> bool:
        """Count one new call; False when there were too many within the last second."""
        now = self.clock.now()
        while self._calls and self._calls[0] <= now - timedelta(seconds=1):
            self._calls.popleft()
        if len(self._calls) >= self.switches.calls_per_second:
            self.note("call_refused", reason="rate limit")
            return False
        self._calls.append(now)
        return True

    # -- inbound

    def arrive(self, from_: str, to: str, party: Party) -> Leg:
        """A call comes in on one of our numbers."""
        leg = self._new_leg(uuid.uuid4().hex, "inbound", from_, to, party, self.exchange.new_room())
        self.note("leg_arrived", leg)
        leg.task = self.scheduler.spawn(flows.welcome(self, leg))
        return leg

    def announce(self, leg: Leg) -> None:
        """It rings: two events of one instant."""
        first, second = ("started", "ringing")
        if self.switches.ringing_before_started:
            first, second = second, first
        leg.status = "ringing"
        self.emit(leg, first)
        self.emit(leg, second)

    # -- outbound

    def dial(self, from_: str, to: str, **options: Any) -> Leg:
        """Begin to ring a telephone; options are fields of Leg (event_url, ringing_timer ...)."""
        room = options.pop("room", None) or self.exchange.new_room()
        start = options.pop("start", None)
        party = self.party_for(to)
        leg = self._new_leg(str(uuid.uuid4()), "outbound", from_, to, party, room, **options)
        if leg.parent:
            leg.parent.children.append(leg)
        self.note("leg_dialled", leg)
        leg.ring_task = self.scheduler.spawn(flows.ring(self, leg, start))
        return leg

    def answered(self, leg: Leg) -> None:
        """The leg is up; its billing starts."""
        leg.status, leg.answered_at = "answered", self.clock.now()
        self.emit(leg, "answered")

    def bridge(self, caller: Leg, callee: Leg) -> None:
        """`connect` brings the two together in the caller's conversation."""
        if caller.ended:
            self.end(callee, "platform")
            return
        self.exchange.enter(callee, caller.room, {})
        self.exchange.enter(caller, caller.room, {})
        self.refresh()
        if caller.task:
            caller.task.signal("callee_answered")

    # -- what parties do

    def press(self, leg: Leg, key: str) -> bool:
        """A key is pressed; False when nobody listens and it is lost."""
        if leg.ended or leg.answered_at is None:
            return False
        if leg.async_input:
            payload = payloads.keys(leg, key, ["dtmf"], self.switches, self.clock.now())
            url, method = leg.async_input
            self.messenger.post(self.hook("input", leg, payload, url=url, method=method))
            return True
        if not leg.listens:
            self.note("key_lost", leg, key=key)
            return False
        self.note("key_pressed", leg, key=key)
        leg.keys.append(key)
        if leg.task:
            leg.task.signal("key")
        return True

    def pick_up(self, leg: Leg) -> None:
        """The party answers; without effect when the leg no longer rings."""
        if leg.ring_task:
            leg.ring_task.signal("answer")

    def decline(self, leg: Leg, status: str, detail: str | None) -> None:
        """The leg fails with this status; without effect when it no longer rings."""
        if leg.ring_task:
            leg.ring_task.signal("fail", (status, detail, _SIP_CODES.get(status)))

    def hang_up(self, leg: Leg) -> None:
        """The party puts the receiver down."""
        self.end(leg, "user")

    # -- the end

    def fail(self, leg: Leg, status: str, detail: str | None, sip_code: int | None) -> None:
        """A dialled leg ends without an answer."""
        if leg.ended:
            return
        self._close(leg, status, None)
        leg.detail, leg.sip_code = detail, sip_code
        asks = _SYNC_STATUSES | (
            {"cancelled"} if self.switches.sync_connect_asks_on_cancelled else set()
        )
        parent = leg.parent if leg.parent and not leg.parent.ended else None
        asked = None
        with_completed = (
            self.switches.completed_after_rejected
            if status == "rejected"
            else self.switches.completed_after_failure
        )
        if with_completed and self.switches.completed_before_failure and not leg.is_sync_connect:
            self.emit(leg, "completed")
        if leg.is_sync_connect and parent and status in asks:
            asked = self.messenger.ask(
                self.hook("connect", leg, payloads.event(leg, status, self.clock.now()))
            )
        else:
            self.emit(leg, status)
        if with_completed and leg.is_sync_connect and parent:
            parent.late_events.append(lambda: self.emit(leg, "completed"))
        elif with_completed and not self.switches.completed_before_failure:
            self.emit(leg, "completed")
        if parent and parent.task:
            parent.task.signal("connect_over", asked)

    def cancel(self, leg: Leg) -> None:
        """Hang up on behalf of the platform or the API, whatever the leg is doing."""
        if leg.answered_at is not None or leg.direction == "inbound":
            self.end(leg, "platform")
        elif self.switches.hangup_while_ringing == "cancelled":
            self.fail(leg, "cancelled", None, _SIP_CODES["cancelled"])
        else:
            self.end(leg, "platform")

    def end(self, leg: Leg, by: str) -> None:
        """An answered (or arriving) leg is over."""
        if leg.ended:
            return
        was_in_room, member = leg.is_in_room, leg.member
        self._close(leg, "completed", by)
        self.emit(leg, "completed")
        self._left(leg, leg.room, member if was_in_room else None)
        parent = leg.parent
        if parent and not was_in_room and not parent.ended:
            if leg.answered_at and self.switches.on_answer_hangup_ends_call:
                self.end(parent, "platform")
            elif parent.task:
                parent.task.signal("connect_over", None)
        self.refresh()

    def _close(self, leg: Leg, status: str, by: str | None) -> None:
        leg.status, leg.ended_at, leg.disconnected_by = status, self.clock.now(), by
        for task in (leg.task, leg.ring_task):
            if task:
                task.cancel()
        self.studio.stop_all(leg)
        self.exchange.leave(leg)
        for heard in leg.party.heard:
            heard.until = heard.until or leg.ended_at
        self.note("leg_ended", leg, status=status, by=by)
        leg.party.leg_ended(leg)
        self.flush_late_events(leg)
        self._end_children(leg)

    def _end_children(self, leg: Leg) -> None:
        for child in leg.children:
            if not child.ended:
                self.cancel(child)

    def flush_late_events(self, leg: Leg) -> None:
        """The chain of synchronous connects is over: their `completed` may come now."""
        late, leg.late_events = leg.late_events, []
        for event in late:
            event()

    def _left(self, leg: Leg, room: Room, member: dict[str, Any] | None) -> None:
        """Draw the consequences for those who stay in the room."""
        if member is None:
            return
        if room.name is None:
            self._connect_over(room)
        elif member.get("endOnExit"):
            room.started = False
            for other in list(room.members):
                self.exchange.leave(other)
                if other.task:
                    other.task.signal("conversation_over")
        if not room.members and room.recording:
            self.studio.stop(room.recording)
            room.recording = None

    def _connect_over(self, room: Room) -> None:
        """With connect, when one leg remains the whole call completes."""
        if len(room.members) != 1:
            return
        (last,) = room.members
        goes_on = last.parent is None and self.switches.sync_connect_continues_after_answer
        if goes_on and last.task and last.task.signal("bridge_over"):
            self.exchange.leave(last)
        else:
            self.end(last, "platform")

    # -- rooms

    def join(self, leg: Leg, room: Room, action: Action) -> None:
        """The leg enters a named conversation, which is an event."""
        previous = leg.room.uuid
        self.exchange.enter(leg, room, action)
        if previous != room.uuid:
            self.emit_transfer(leg, previous)
        if action.get("record"):
            room.record_action = action
        at_once = self.switches.conversation_record_starts == "at_once"
        if (room.started or at_once) and room.record_action and room.recording is None:
            room.recording = self.studio.record_room(leg, room.record_action)
        self.refresh()

    def refresh(self) -> None:
        """Note who hears whom now."""
        self.exchange.refresh()

    def restart(self, leg: Leg, ncco: list[Action]) -> None:
        """A transfer: the leg drops what it was doing and runs another NCCO."""
        if leg.task:
            leg.task.cancel()
        if not self.switches.record_survives_transfer:
            self.studio.stop_all(leg)
        was_in_room, member, room = leg.is_in_room, leg.member, leg.room
        for heard in leg.party.heard:
            heard.until = heard.until or self.clock.now()
        leg.listens, leg.async_input = "", None
        leg.keys.clear()
        self.exchange.leave(leg)
        self._end_children(leg)
        self._left(leg, room, member if was_in_room else None)
        leg.member = {}
        if self.switches.transfer_makes_new_conversation:
            leg.room = self.exchange.new_room()
            self.emit_transfer(leg, room.uuid)
        leg.task = self.scheduler.spawn(Runner(self, leg).run(ncco))
        self.refresh()

    def transfer_to_url(self, leg: Leg, url: str) -> None:
        """Fetch the NCCO of a REST transfer and run it."""
        self.scheduler.spawn(flows.transfer(self, leg, url))

    # -- telling

    def emit(self, leg: Leg, status: str) -> None:
        """Send a status event of this leg."""
        self.note("status", leg, status=status)
        self.messenger.post(self.hook("event", leg, payloads.event(leg, status, self.clock.now())))

    def emit_transfer(self, leg: Leg, previous: str) -> None:
        """Tell that the leg moved from conversation `previous` to where it is."""
        payload = payloads.transfer(leg, previous, self.clock.now())
        self.messenger.post(self.hook("transfer", leg, payload))

    def answer_hook(self, kind: str, url: str, leg: Leg, method: str) -> Webhook:
        """Build the request for a leg's NCCO; without one the leg cannot go on."""
        hook = self.hook(kind, leg, payloads.answer(leg, self.api_url()), url=url, method=method)
        return replace(hook, timeout_s=ANSWER_TIMEOUT_S, is_initial=True)

    def hook(
        self,
        kind: str,
        leg: Leg,
        payload: dict[str, Any],
        url: str | None = None,
        method: str | None = None,
    ) -> Webhook:
        """Build a webhook of this leg; without a URL it goes to the leg's event URL."""
        return Webhook(
            kind,
            url or leg.event_url,
            method or leg.event_method,
            payload,
            uuid=leg.uuid,
            numbers=(leg.from_, leg.to),
        )

    def _new_leg(
        self,
        leg_uuid: str,
        direction: Any,
        from_: str,
        to: str,
        party: Party,
        room: Room,
        **options: Any,
    ) -> Leg:
        options.setdefault("event_url", self.application.event_url)
        options.setdefault("event_method", self.application.event_method)
        now = self.clock.now()
        leg = Leg(leg_uuid, direction, from_, to, party, room, now, **options)
        self.legs[leg.uuid] = leg
        return leg
