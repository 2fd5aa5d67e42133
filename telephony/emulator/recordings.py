"""Recordings: real WAV files whose length is that of what was recorded."""

from __future__ import annotations

import io
import math
import struct
import uuid
import wave
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import soundfile

SAMPLE_RATE = 8000


@dataclass
class Recording:
    """What was recorded of a leg or a conversation."""

    started_at: datetime
    event_url: str
    event_method: str
    leg_uuid: str | None
    """The recorded leg; None for a whole conversation."""
    numbers: tuple[str, str]
    conversation_uuid: str
    speech_s: float = 0
    """How long somebody speaks at its beginning; the rest is silence."""
    channels: int = 1
    """Two where both sides are apart."""
    ended_at: datetime | None = None
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    file_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    said: str = ""
    """The words that were spoken, where anybody asks for them."""
    transcription: dict[str, Any] | None = None
    """How its words are wanted, None for not at all."""
    transcript_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def seconds(self) -> float:
        """Its length; 0 while it runs."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else 0.0

    @property
    def size(self) -> int:
        return 44 + 2 * self.channels * int(self.seconds * SAMPLE_RATE)

    def transcript(self) -> dict[str, Any]:
        """Return the file of its words: one sentence, as long as it took."""
        milliseconds = int(self.seconds * 1000)
        sentence = {
            "sentence": self.said,
            "raw_sentence": self.said.lower(),
            "timestamp": 0,
            "duration": int(min(self.speech_s, self.seconds) * 1000),
            "words": [{"word": word, "confidence": 0.9} for word in self.said.split()],
        }
        channel = {"transcript": [sentence] if self.said else [], "duration": milliseconds}
        return {"ver": "1.0", "request_id": self.uuid, "channels": [channel]}

    def wav(self) -> bytes:
        """Return the file: 16-bit, 8 kHz, a tone where somebody spoke."""
        return tone(self.seconds, self.speech_s, self.channels)


def tone(seconds: float, sounding_s: float, channels: int = 1) -> bytes:
    """Return a WAV file of `seconds`, with a 440 Hz tone for its first `sounding_s`."""
    frames = int(seconds * SAMPLE_RATE)
    sounding = min(frames, int(sounding_s * SAMPLE_RATE))
    # 200 samples hold exactly eleven periods, so the pattern repeats without a click.
    period = struct.pack(
        "<200h", *(int(8000 * math.sin(2 * math.pi * 440 * n / SAMPLE_RATE)) for n in range(200))
    )
    audio = (period * (sounding // 200 + 1))[: 2 * sounding] + b"\0" * (2 * (frames - sounding))
    if channels == 2:
        audio = b"".join(audio[i : i + 2] * 2 for i in range(0, len(audio), 2))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(audio)
    return buffer.getvalue()


def audio_seconds(content: bytes, default_s: float) -> float:
    """Tell how long a fetched WAV or MP3 file plays; `default_s` for what cannot be read."""
    try:
        return float(soundfile.info(io.BytesIO(content)).duration)
    except soundfile.LibsndfileError:
        return default_s
