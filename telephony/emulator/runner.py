"""Runs the NCCO of one leg, action by action."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from telephony.emulator import payloads
from telephony.emulator.legs import HeardKind, Leg
from telephony.emulator.ncco import Action, spoken
from telephony.emulator.recordings import Recording
from telephony.emulator.scheduler import Join, Sleep, Steps
from telephony.emulator.webhooks import Reply

if TYPE_CHECKING:
    from telephony.emulator.network import Network

CHARACTERS_PER_SECOND = 14
BEEP_S = 0.5
DEFAULT_LANGUAGE = "en-US"
_MAX_RECORDING_S = 7200


class Runner:
    """The NCCO of one leg; each action is a generator that returns what replaces the rest."""

    def __init__(self, network: Network, leg: Leg, *, is_whisper: bool = False) -> None:
        self._network = network
        self._leg = leg
        self._is_whisper = is_whisper
        self._queue: deque[Action] = deque()

    def run(self, ncco: list[Action]) -> Steps:
        """Run all of it; then the leg ends, unless a connected party keeps it up."""
        yield from self.perform(ncco)
        if self._leg.is_in_room:
            yield Sleep(None)
        self._network.end(self._leg, "platform")

    def perform(self, ncco: list[Action]) -> Steps:
        """Run the actions and those that replace them; return when none is left."""
        self._queue = deque(ncco)
        while self._queue and not self._leg.ended:
            action = self._queue.popleft()
            kind = action["action"]
            if kind != "connect":
                self._network.flush_late_events(self._leg)
            if (
                kind == "input"
                and self._is_whisper
                and not self._network.switches.input_in_on_answer
            ):
                continue
            self._network.note("action", self._leg, action=kind)
            replacement = yield from getattr(self, f"_{kind}")(action)
            if replacement is not None:
                self._queue = deque(replacement)

    # -- prompts

    def _talk(self, action: Action) -> Steps:
        text = spoken(action["text"])
        seconds = max(1.0, len(text) / CHARACTERS_PER_SECOND)
        language = action.get("language", DEFAULT_LANGUAGE)
        yield from self._play(action, "said", text, language, seconds)

    def _stream(self, action: Action) -> Steps:
        url = action["streamUrl"][0]
        seconds = yield from self._network.studio.length(url)
        if seconds:
            yield from self._play(action, "music", url, "", seconds)

    def _play(
        self, action: Action, kind: HeardKind, text: str, language: str, seconds: float
    ) -> Steps:
        leg = self._leg
        if action.get("bargeIn"):
            self._listen()
        if leg.listens and leg.keys:
            return
        heard = leg.hear(self._network.clock, kind, text, language)
        loop = action.get("loop", 1)
        wakes = frozenset({"key"}) if leg.listens else frozenset[str]()
        yield Sleep(seconds * loop if loop else None, wakes)
        heard.until = self._network.clock.now()

    def _wait(self, action: Action) -> Steps:
        heard = self._leg.hear(self._network.clock, "silence")
        yield Sleep(min(max(float(action.get("timeout", 10)), 0.1), 7200))
        heard.until = self._network.clock.now()

    # -- keys

    def _listen(self) -> None:
        if self._leg.listens != "prompt":
            self._leg.listens = "prompt"
            self._leg.party.prompted(self._leg)

    def _input(self, action: Action) -> Steps:
        leg = self._leg
        target = (
            (action.get("eventUrl") or [leg.event_url])[0],
            action.get("eventMethod", "POST"),
        )
        if action.get("mode") == "asynchronous":
            leg.async_input = target
            leg.party.prompted(leg)
            return None
        digits = ""
        if "dtmf" in action["type"]:
            self._listen()
            digits = yield from self._collect(action.get("dtmf", {}))
        else:
            yield Sleep(action.get("speech", {}).get("startTimeout", 10))
        leg.listens = ""
        leg.keys.clear()
        network, now = self._network, self._network.clock.now()
        payload = payloads.keys(leg, digits, action["type"], network.switches, now)
        return (yield from self._ask("input", payload, *target))

    def _collect(self, settings: dict[str, Any]) -> Steps:
        """Read keys until there are enough, a hash submits them, or a pause is too long."""
        keys, digits = self._leg.keys, ""
        while len(digits) < settings.get("maxDigits", 4):
            if not keys:
                yield Sleep(settings.get("timeOut", 3), frozenset({"key"}))
            if not keys:
                break
            key = keys.popleft()
            if key == "#" and settings.get("submitOnHash"):
                break
            digits += key
        return digits

    def _notify(self, action: Action) -> Steps:
        payload = payloads.notification(self._leg, action["payload"], self._network.clock.now())
        url, method = action["eventUrl"][0], action.get("eventMethod", "POST")
        return (yield from self._ask("notify", payload, url, method))

    def _ask(self, kind: str, payload: dict[str, Any], url: str, method: str) -> Steps:
        hook = self._network.hook(kind, self._leg, payload, url=url, method=method)
        reply: Reply = yield Join(self._network.messenger.ask(hook))
        return (yield from self._after(reply))

    def _after(self, reply: Reply) -> Steps:
        if reply.ncco is not None:
            return reply.ncco
        silent = self._network.switches.empty_reply_with_nothing_left == "silence"
        if silent and not self._queue and not self._is_whisper:
            self._leg.hear(self._network.clock, "silence")
            yield Sleep(None)
        return None

    # -- recording

    def _record(self, action: Action) -> Steps:
        leg, network = self._leg, self._network
        if action.get("beepStart"):
            beep = leg.hear(network.clock, "beep")
            yield Sleep(BEEP_S)
            beep.until = network.clock.now()
        speech_s = leg.party.speech_s()
        recording = network.studio.record_leg(leg, action, speech_s)
        limit = float(action.get("timeOut", _MAX_RECORDING_S))
        is_sync = "endOnKey" in action or "endOnSilence" in action
        if "timeOut" in action and network.switches.record_time_out_is_synchronous:
            is_sync = True
        if not is_sync:
            network.scheduler.after(limit, lambda: self._stop(recording))
            return
        leg.party.recording_started(leg)
        if "endOnSilence" in action:
            limit = min(limit, speech_s + action["endOnSilence"])
        yield from self._until_key(action.get("endOnKey"), limit)
        self._stop(recording)

    def _stop(self, recording: Recording) -> None:
        self._network.studio.stop(recording)
        if recording in self._leg.recordings:
            self._leg.recordings.remove(recording)

    def _until_key(self, key: str | None, limit_s: float) -> Steps:
        leg, clock = self._leg, self._network.clock
        if key is None:
            yield Sleep(limit_s)
            return
        leg.listens = "record"
        started = clock.now()
        while (left := limit_s - (clock.now() - started).total_seconds()) > 0:
            yield Sleep(left, frozenset({"key"}))
            if leg.keys and leg.keys.popleft() == key:
                break
        leg.listens = ""
        leg.keys.clear()

    # -- other parties

    def _conversation(self, action: Action) -> Steps:
        network = self._network
        network.join(self._leg, network.exchange.named(action["name"]), action)
        yield from self._stay()

    def _transfer(self, action: Action) -> Steps:
        network = self._network
        room = network.exchange.by_uuid(action["conversationId"])
        if room is None:
            network.messenger.report_error("Conversation not found", self._leg.room.uuid)
        else:
            network.join(self._leg, room, action)
            yield from self._stay()
        self._queue.clear()

    def _stay(self) -> Steps:
        yield Sleep(None, frozenset({"conversation_over"}))
        if not self._network.switches.conversation_end_continues_ncco:
            self._network.end(self._leg, "platform")

    def _connect(self, action: Action) -> Steps:
        leg, network = self._leg, self._network
        if not network.take_call_token():
            network.messenger.report_error("Call rate limit exceeded.", leg.room.uuid)
            return None
        is_sync = action.get("eventType") == "synchronous"
        self._dial(action, is_sync)
        heard = leg.hear(network.clock, "ringback")
        name, asked = yield Sleep(None, frozenset({"callee_answered", "connect_over"}))
        heard.until = network.clock.now()
        if name == "callee_answered":
            if is_sync or not network.switches.async_connect_next_action_on_answer:
                yield Sleep(None, frozenset({"bridge_over"}))
        elif asked is not None:
            reply: Reply = yield Join(asked)
            return (yield from self._after(reply))
        return None

    def _dial(self, action: Action, is_sync: bool) -> None:
        leg, network, endpoint = self._leg, self._network, action["endpoint"][0]
        numbers = sorted(network.application.numbers or {leg.to})
        advanced = action.get("advancedMachineDetection", {}).get("behavior")
        network.dial(
            action.get("from", numbers[0]),
            endpoint["number"],
            room=leg.room,
            parent=leg,
            is_sync_connect=is_sync,
            event_url=(action.get("eventUrl") or [leg.event_url])[0],
            event_method=action.get("eventMethod", leg.event_method),
            ringing_timer=action.get("timeout", 60),
            length_timer=action.get("limit", 7200),
            machine_detection=advanced or action.get("machineDetection"),
            on_answer=endpoint.get("onAnswer", {}).get("url"),
        )
