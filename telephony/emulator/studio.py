"""Audio: what is played to legs, fetched once, and what is recorded of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from telephony.emulator import payloads
from telephony.emulator.faults import Faults
from telephony.emulator.legs import Leg
from telephony.emulator.ncco import Action
from telephony.emulator.recordings import Recording, audio_seconds
from telephony.emulator.scheduler import Outside, Scheduler, Sleep, Steps
from telephony.emulator.switches import Switches
from telephony.emulator.transport import TransportError
from telephony.emulator.webhooks import ANSWER_TIMEOUT_S, Messenger, Webhook

logger = logging.getLogger(__name__)

READY_S = 1.0
WRITTEN_S = 5.0
_WHOLE_TIME_S = 10.0**6


class Studio:
    """Plays and records. Every method is called under the scheduler's lock."""

    DEFAULT_S = 15.0
    """The length of audio that cannot be read."""

    def __init__(
        self,
        scheduler: Scheduler,
        messenger: Messenger,
        faults: Faults,
        api_url: Callable[[], str],
        switches: Switches,
    ) -> None:
        self.recordings: list[Recording] = []
        self._scheduler = scheduler
        self._messenger = messenger
        self._faults = faults
        self._api_url = api_url
        self._switches = switches
        self._seconds: dict[str, float] = {}

    def record_leg(self, leg: Leg, action: Action, speech_s: float) -> Recording:
        """Record one leg from now on; its party speaks for `speech_s`, two in turn all the time."""
        if action.get("split") == "conversation":
            speech_s = _WHOLE_TIME_S
        recording = self._start(leg, action, leg.uuid, speech_s)
        leg.recordings.append(recording)
        return recording

    def record_room(self, leg: Leg, action: Action) -> Recording:
        """Record the conversation that the leg is in."""
        return self._start(leg, action, None, _WHOLE_TIME_S)

    def _start(self, leg: Leg, action: Action, leg_uuid: str | None, speech_s: float) -> Recording:
        return Recording(
            started_at=self._scheduler.clock.now(),
            event_url=(action.get("eventUrl") or [leg.event_url])[0],
            event_method=action.get("eventMethod", "POST"),
            leg_uuid=leg_uuid,
            numbers=(leg.from_, leg.to),
            conversation_uuid=leg.conversation_uuid,
            speech_s=speech_s,
            channels=2 if action.get("split") == "conversation" else 1,
            said=leg.party.words(),
            transcription=action.get("transcription"),
        )

    def stop(self, recording: Recording) -> None:
        """Keep the file and tell the portal a moment later."""
        if recording.ended_at is None:
            recording.ended_at = self._scheduler.clock.now()
            self.recordings.append(recording)
            self._scheduler.spawn(self._report(recording))

    def stop_all(self, leg: Leg) -> None:
        """The leg is gone, or does something else: end its recordings."""
        for recording in leg.recordings:
            self.stop(recording)
        leg.recordings.clear()

    def _report(self, recording: Recording) -> Steps:
        yield Sleep(READY_S)
        hook = Webhook(
            "record",
            recording.event_url,
            recording.event_method,
            payloads.recorded(recording, self._api_url(), self._scheduler.clock.now()),
            uuid=recording.leg_uuid,
            numbers=recording.numbers,
        )
        self._messenger.post(hook)
        if recording.transcription is not None and self._switches.transcription_comes:
            yield Sleep(WRITTEN_S)
            wanted = recording.transcription
            written = Webhook(
                "transcribed",
                (wanted.get("eventUrl") or [recording.event_url])[0],
                wanted.get("eventMethod", "POST"),
                payloads.transcribed(recording, self._api_url()),
                uuid=recording.leg_uuid,
                numbers=recording.numbers,
            )
            self._messenger.post(written)

    def length(self, url: str) -> Steps:
        """Fetch audio by GET, once per URL; yields its seconds, 0 when it cannot be had."""
        if url not in self._seconds:
            seconds = yield Outside(lambda: self._fetch(url))
            if seconds is None:
                return 0.0
            self._seconds[url] = seconds
        return self._seconds[url]

    def _fetch(self, url: str) -> float | None:
        portal = urlsplit(self._messenger.application.answer_url).netloc
        if urlsplit(url).netloc == portal and self._faults.down(is_fallback=False) is not None:
            return None
        try:
            response = self._messenger.transport.deliver("GET", url, {}, b"", ANSWER_TIMEOUT_S)
        except TransportError as error:
            logger.warning("stream_unavailable path=%s reason=%s", urlsplit(url).path, error.reason)
            return None
        if response.status != 200:
            logger.warning(
                "stream_unavailable path=%s status=%s", urlsplit(url).path, response.status
            )
            return None
        return audio_seconds(response.body, self.DEFAULT_S)
