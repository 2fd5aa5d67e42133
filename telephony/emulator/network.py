"""The life of legs: dialled, ringing, answered, in a room, ended; and its events."""

from __future__ import annotations

import logging
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from telephony.emulator.clock import Clock
from telephony.emulator.faults import Faults
from telephony.emulator.legs import Exchange, Leg, Party, Room
from telephony.emulator.ncco import Action
from telephony.emulator.recordings import Recording, audio_seconds
from telephony.emulator.runner import Runner
from telephony.emulator.scheduler import Join, Outside, Scheduler, Sleep, Steps
from telephony.emulator.switches import Switches
from telephony.emulator.transport import TransportError
from telephony.emulator.webhooks import (
    ANSWER_TIMEOUT_S,
    Application,
    Messenger,
    Reply,
    Webhook,
    timestamp,
)

logger = logging.getLogger(__name__)

PROGRESS_DELAY_S = 0.2
DETECTION_S = 3.0
RECORDING_READY_S = 1.0
_SYNC_STATUSES = frozenset({"timeout", "failed", "rejected", "unanswered", "busy"})
_SIP_CODES = {"busy": 486, "unanswered": 480, "rejected": 603, "failed": 404, "cancelled": 487}
_RATE = "0.00720000"


class Network:
    """All legs of the application. Every method is called under the scheduler's lock."""

    STREAM_DEFAULT_S = 15.0

    def __init__(
        self,
        application: Application,
        scheduler: Scheduler,
        messenger: Messenger,
        faults: Faults,
        switches: Switches,
        note: Callable[..., None],
    ) -> None:
        self.application = application
        self.scheduler = scheduler
        self.messenger = messenger
        self.switches = switches
        self.note = note
        self.exchange = Exchange(scheduler.clock)
        self.legs: dict[str, Leg] = {}
        self.recordings: list[Recording] = []
        self.party_for: Callable[[str], Party] = Party
        self._faults = faults
        self._calls: deque[datetime] = deque()
        self._audio: dict[str, float] = {}

    @property
    def clock(self) -> Clock:
        return self.scheduler.clock

    # -- the limit that the API and `connect` share

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
        leg.task = self.scheduler.spawn(self._welcome(leg))
        return leg

    def _welcome(self, leg: Leg) -> Steps:
        hook = self.answer_hook(
            "answer", self.application.answer_url, leg, self.application.answer_method
        )
        if not self.switches.answer_before_events:
            self._announce(leg)
        asked = self.messenger.ask(hook)
        if self.switches.answer_before_events:
            self._announce(leg)
        reply: Reply = yield Join(asked)
        if reply.failed:
            self.end(leg, "platform")
            return
        leg.status, leg.answered_at = "answered", self.clock.now()
        self.emit(leg, "answered")
        yield from Runner(self, leg).run(reply.ncco or [])

    def _announce(self, leg: Leg) -> None:
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
        self.note("leg_dialled", leg)
        leg.ring_task = self.scheduler.spawn(self._ring(leg, start))
        return leg

    def _ring(self, leg: Leg, start: Callable[[Leg], Steps] | None) -> Steps:
        yield Sleep(PROGRESS_DELAY_S)
        self._announce(leg)
        leg.party.rings(leg)
        outcome = yield Sleep(leg.ringing_timer, frozenset({"answer", "fail"}))
        if outcome is None:
            self.fail(leg, self.switches.no_answer_status, "timeout", None)
        elif outcome[0] == "fail":
            self.fail(leg, *outcome[1])
        else:
            self._answered(leg, start)

    def _answered(self, leg: Leg, start: Callable[[Leg], Steps] | None) -> None:
        leg.status, leg.answered_at = "answered", self.clock.now()
        self.emit(leg, "answered")
        self.scheduler.after(leg.length_timer, lambda: self.end(leg, "platform"))
        leg.task = self.scheduler.spawn(start(leg) if start else self._join_parent(leg))
        if leg.machine_detection:
            self.scheduler.spawn(self._detect(leg))
        leg.party.answered(leg)

    def _join_parent(self, leg: Leg) -> Steps:
        if leg.on_answer:
            hook = self.answer_hook("on_answer", leg.on_answer, leg, "GET")
            reply: Reply = yield Join(self.messenger.ask(hook))
            if reply.failed and not self.switches.failed_on_answer_joins:
                self.end(leg, "platform")
                return
            yield from Runner(self, leg, is_whisper=True).perform(reply.ncco or [])
        parent = leg.parent
        if leg.ended or leg.is_in_room or parent is None:
            return
        if parent.ended:
            self.end(leg, "platform")
            return
        self.exchange.enter(leg, parent.room, {})
        self.exchange.enter(parent, parent.room, {})
        self.refresh()
        if parent.task:
            parent.task.signal("callee_answered")

    def _detect(self, leg: Leg) -> Steps:
        yield Sleep(DETECTION_S)
        if leg.ended:
            return
        status = "machine" if leg.party.is_machine else "human"
        payload = self.event_payload(leg, status)
        payload["call_uuid"] = payload.pop("uuid")
        hook = self._hook("machine", leg, payload)
        if status == "machine" and leg.is_sync_connect and leg.parent:
            reply: Reply = yield Join(self.messenger.ask(hook))
            if reply.ncco and not leg.parent.ended:
                self.restart(leg.parent, reply.ncco)
        else:
            self.messenger.post(hook)
        if status == "machine" and leg.machine_detection == "hangup":
            self.end(leg, "platform")

    # -- what parties do

    def press(self, leg: Leg, key: str) -> bool:
        """A key is pressed; False when nobody listens and it is lost."""
        if leg.ended or leg.answered_at is None:
            return False
        if leg.async_input:
            self.messenger.post(self.input_hook(leg, leg.async_input, key, []))
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
        if leg.ring_task:
            leg.ring_task.signal("answer")

    def decline(self, leg: Leg, status: str, detail: str | None) -> None:
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
            asked = self.messenger.ask(self._hook("connect", leg, self.event_payload(leg, status)))
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
        for recording in list(leg.recordings):
            self.finish_recording(recording, leg)
        self.exchange.leave(leg)
        for heard in leg.party.heard:
            heard.until = heard.until or leg.ended_at
        self.note("leg_ended", leg, status=status, by=by)
        leg.party.leg_ended(leg)
        self.flush_late_events(leg)
        self._end_children(leg)

    def _end_children(self, leg: Leg) -> None:
        for other in list(self.legs.values()):
            if other.parent is leg and not other.ended:
                self.cancel(other)

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
            self.finish_recording(room.recording, None)
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
        if room.started and room.record_action and room.recording is None:
            room.recording = self.start_recording(leg, room.record_action, None)
        self.refresh()

    def refresh(self) -> None:
        self.exchange.refresh(list(self.legs.values()))

    def restart(self, leg: Leg, ncco: list[Action]) -> None:
        """A transfer: the leg drops what it was doing and runs another NCCO."""
        if leg.task:
            leg.task.cancel()
        for recording in list(leg.recordings):
            self.finish_recording(recording, leg)
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
        self.scheduler.spawn(self._transfer(leg, url))

    def _transfer(self, leg: Leg, url: str) -> Steps:
        hook = self.answer_hook("transfer_url", url, leg, "GET")
        reply: Reply = yield Join(self.messenger.ask(hook))
        if leg.ended:
            return
        if not reply.failed:
            self.restart(leg, reply.ncco or [])
        elif not self.switches.failed_transfer_keeps_flow:
            self.end(leg, "platform")

    # -- recordings and audio

    def start_recording(self, leg: Leg, action: Action, speech_s: float | None) -> Recording:
        """Record from now on: the leg, or (`speech_s` None) the whole room it is in."""
        recording = Recording(
            started_at=self.clock.now(),
            event_url=(action.get("eventUrl") or [leg.event_url])[0],
            event_method=action.get("eventMethod", "POST"),
            leg_uuid=None if speech_s is None else leg.uuid,
            conversation_uuid=leg.room.uuid,
            speech_s=10**6 if speech_s is None else speech_s,
        )
        if speech_s is not None:
            leg.recordings.append(recording)
        return recording

    def finish_recording(self, recording: Recording, leg: Leg | None) -> None:
        """Stop, keep the file, and tell the portal a moment later."""
        recording.ended_at = self.clock.now()
        if leg and recording in leg.recordings:
            leg.recordings.remove(recording)
        self.recordings.append(recording)
        self.note("recorded", leg, seconds=recording.seconds)
        self.scheduler.spawn(self._report_recording(recording, leg))

    def _report_recording(self, recording: Recording, leg: Leg | None) -> Steps:
        yield Sleep(RECORDING_READY_S)
        payload = {
            "start_time": f"{recording.started_at:%Y-%m-%dT%H:%M:%SZ}",
            "recording_url": f"{self.api_url()}/v1/files/{recording.file_id}",
            "size": recording.size,
            "recording_uuid": recording.uuid,
            "end_time": f"{recording.ended_at:%Y-%m-%dT%H:%M:%SZ}",
            "conversation_uuid": recording.conversation_uuid,
            "timestamp": timestamp(self.clock.now()),
        }
        self.messenger.post(
            Webhook(
                "record",
                recording.event_url,
                recording.event_method,
                payload,
                uuid=recording.leg_uuid,
                numbers=(leg.from_, leg.to) if leg else (),
            )
        )
        yield Sleep(0)

    def audio_length(self, url: str) -> Steps:
        """Fetch the audio by GET, once per URL; yields its seconds, 0 when it cannot be had."""
        if url not in self._audio:
            seconds = yield Outside(lambda: self._fetch_audio(url))
            if seconds is None:
                return 0.0
            self._audio[url] = seconds
        return self._audio[url]

    def _fetch_audio(self, url: str) -> float | None:
        is_portal = urlsplit(url).netloc == urlsplit(self.application.answer_url).netloc
        if is_portal and self._faults.down(is_fallback=False) is not None:
            return None
        try:
            response = self.messenger.transport.deliver("GET", url, {}, b"", ANSWER_TIMEOUT_S)
        except TransportError:
            return None
        if response.status != 200:
            logger.warning(
                "stream_unavailable path=%s status=%s", urlsplit(url).path, response.status
            )
            return None
        return audio_seconds(response.body, self.STREAM_DEFAULT_S)

    def api_url(self) -> str:
        """The host of this application's region; the server replaces it."""
        return "https://api.nexmo.com"

    # -- telling

    def emit(self, leg: Leg, status: str) -> None:
        """Send a status event of this leg."""
        self.note("status", leg, status=status)
        self.messenger.post(self._hook("event", leg, self.event_payload(leg, status)))

    def emit_transfer(self, leg: Leg, previous: str) -> None:
        payload = {
            "conversation_uuid_from": previous,
            "type": "transfer",
            "uuid": leg.uuid,
            "conversation_uuid_to": leg.room.uuid,
            "timestamp": timestamp(self.clock.now()),
        }
        self.messenger.post(self._hook("transfer", leg, payload))

    def event_payload(self, leg: Leg, status: str) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "headers": {},
            "from": leg.from_,
            "to": leg.to,
            "uuid": leg.uuid,
            "conversation_uuid": leg.room.uuid,
            "status": status,
            "direction": leg.direction,
            "timestamp": timestamp(self.clock.now()),
        }
        if status == "answered":
            payload |= {"start_time": None, "rate": None, "network": None}
        elif status == "completed":
            payload |= self.ending(leg)
        else:
            if leg.detail and status in {"unanswered", "rejected", "failed"}:
                payload["detail"] = leg.detail
            if leg.sip_code and status == leg.status:
                payload["sip_code"] = leg.sip_code
        return payload

    @staticmethod
    def ending(leg: Leg) -> dict[str, Any]:
        """The fields that only an ended leg has."""
        start, end = leg.answered_at, leg.ended_at
        seconds = round((end - start).total_seconds()) if start and end else 0
        return {
            "start_time": f"{start:%Y-%m-%dT%H:%M:%S}.000Z" if start else None,
            "end_time": f"{end:%Y-%m-%dT%H:%M:%S}.000Z" if end else None,
            "duration": str(seconds),
            "rate": _RATE,
            "price": f"{float(_RATE) * seconds / 60:.8f}",
            "network": "GB-FIXED",
            "disconnected_by": leg.disconnected_by or "platform",
        }

    def answer_hook(self, kind: str, url: str, leg: Leg, method: str) -> Webhook:
        payload = {
            "from": leg.from_,
            "to": leg.to,
            "uuid": leg.uuid,
            "conversation_uuid": leg.room.uuid,
            "endpoint_type": "phone",
            "region_url": self.api_url(),
        }
        hook = self._hook(kind, leg, payload, url=url, method=method)
        return replace(hook, timeout_s=ANSWER_TIMEOUT_S, is_initial=True)

    def input_hook(
        self, leg: Leg, target: tuple[str, str], digits: str, types: list[str]
    ) -> Webhook:
        chosen: Any = digits or {"empty": "", "null": None}.get(self.switches.no_digits, "")
        timed_out = self.switches.timed_out_with_digits or not digits
        payload: dict[str, Any] = {
            "speech": {"timeout_reason": "start_timeout"}
            if "speech" in types
            else {"error": "Speech was not enabled"},
            "dtmf": {"digits": chosen, "timed_out": timed_out},
            "from": leg.from_,
            "to": leg.to,
            "uuid": leg.uuid,
            "conversation_uuid": leg.room.uuid,
            "timestamp": timestamp(self.clock.now()),
        }
        if not digits and self.switches.no_digits == "missing":
            del payload["dtmf"]
        return self._hook("input", leg, payload, url=target[0], method=target[1])

    def notify_hook(self, leg: Leg, action: Action) -> Webhook:
        payload = {
            "payload": action["payload"],
            "conversation_uuid": leg.room.uuid,
            "timestamp": timestamp(self.clock.now()),
        }
        method = action.get("eventMethod", "POST")
        return self._hook("notify", leg, payload, url=action["eventUrl"][0], method=method)

    def _hook(
        self,
        kind: str,
        leg: Leg,
        payload: dict[str, Any],
        url: str | None = None,
        method: str | None = None,
    ) -> Webhook:
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
