"""An uploaded recording becomes what a telephone plays, or is refused clearly."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
import wave

import numpy
import pytest
import soundfile

from oncall_portal.lib.errors import Refused
from telephony import prompt_audio
from telephony.prompt_audio import RATE, converted
from telephony.tests.sounds import encoded, two_hours, upload, without_header, zipped


def refusal(content: bytes, name: str = "greeting.wav") -> tuple[str, str | None]:
    """Return the code and the field with which this file is refused."""
    with pytest.raises(Refused) as refused, converted(upload(content, name)):
        pass
    return refused.value.code, refused.value.field


@pytest.mark.requirement("VPB-07")
@pytest.mark.parametrize(
    ("kind", "rate", "channels", "subtype"),
    [
        ("WAV", 44_100, 2, "PCM_24"),
        ("WAV", 8_000, 1, "ULAW"),
        ("WAV", 48_000, 6, "FLOAT"),
        ("WAVEX", 16_000, 1, "PCM_16"),
        ("MP3", 44_100, 2, None),
        ("MP3", 22_050, 1, None),
    ],
)
def test_wav_and_mp3_of_any_usual_kind_become_mono_16_bit_16_khz(
    kind: str, rate: int, channels: int, subtype: str | None
) -> None:
    content = encoded(kind, seconds=3, rate=rate, channels=channels, subtype=subtype)
    with converted(upload(content)) as made, wave.open(io.BytesIO(made.file.read())) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE)
        samples = numpy.frombuffer(sound.readframes(RATE * 4), "<i2") / 32_767
    tone = 0.5 * numpy.sin(2 * numpy.pi * 440 * numpy.arange(3 * RATE) / RATE)
    assert len(samples) == len(tone)
    assert numpy.abs(samples - tone)[1_000:-1_000].max() < 0.02


def test_length_size_and_checksum_are_those_of_what_is_stored() -> None:
    with converted(upload(encoded(seconds=1.5))) as made:
        content = made.file.read()
        assert made.duration_seconds == 1.5
        assert made.size == len(content) == 44 + 1.5 * RATE * 2
        assert made.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(("loud", "silent"), [(0.5, False), (0.005, False), (0.003, True)])
def test_what_nobody_would_hear_is_said_to_be_silent(loud: float, silent: bool) -> None:
    with converted(upload(encoded(loud=loud))) as made:
        assert made.silent is silent


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (zipped(), "greeting.wav"),
        (encoded("FLAC"), "greeting.wav"),
        (encoded("OGG"), "greeting.mp3"),
        (b"<html>Not found</html>", "greeting.mp3"),
        (b"RIFF\x10\0\0\0AVI LIST", "greeting.wav"),
        (b"\xff", "greeting.mp3"),
        ("\ufeffGreeting".encode("utf-16"), "greeting.mp3"),
    ],
)
def test_another_type_with_the_right_ending_is_refused(content: bytes, name: str) -> None:
    assert refusal(content, name) == ("not_wav_or_mp3", "file")


@pytest.mark.parametrize("name", ["greeting.exe", "greeting", "../../etc/passwd"])
def test_the_right_type_is_taken_whatever_its_name(name: str) -> None:
    with converted(upload(encoded("MP3"), name)) as made:
        assert round(made.duration_seconds, 1) == 1


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == ("file_empty", "file")


def test_a_file_without_any_sound_is_refused() -> None:
    assert refusal(encoded(seconds=0)) == ("audio_empty", "file")


def _holed(content: bytes) -> bytes:
    return content[:5_000] + b"\x55" * 5_000 + content[10_000:]


@pytest.mark.parametrize(
    "content",
    [
        encoded(seconds=4)[:-100_000],
        encoded(seconds=4)[:60],
        encoded("MP3", seconds=4)[:8_000],
        _holed(encoded("MP3", seconds=4)),
        encoded()[:30],
        b"\xff\xfb\x90\x64" + b"\x00" * 10_000,
        b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x01" * 5_000,
    ],
    ids=["half WAV", "header", "half MP3", "hole", "half header", "one frame", "tag"],
)
def test_what_is_damaged_or_cut_short_is_refused(content: bytes) -> None:
    assert refusal(content) == ("audio_damaged", "file")


def test_a_wav_written_to_a_pipe_does_not_know_its_length_and_is_taken() -> None:
    content = bytearray(encoded(seconds=1))
    at = content.index(b"data") + 4
    content[at : at + 4] = b"\xff\xff\xff\xff"
    with converted(upload(bytes(content))) as made:
        assert made.duration_seconds == 1


@pytest.mark.parametrize(("seconds", "taken"), [(300, True), (301, False)])
def test_five_minutes_is_the_longest(seconds: float, taken: bool) -> None:
    content = encoded("MP3", seconds=seconds, rate=8_000)
    if taken:
        with converted(upload(content)) as made:
            assert made.duration_seconds == seconds
    else:
        assert refusal(content) == ("audio_too_long", "file")


@pytest.mark.parametrize(
    ("seconds", "code"), [(320, "audio_too_long"), (20, "audio_damaged")], ids=["long", "short"]
)
def test_an_mp3_that_does_not_say_how_long_it_is_is_not_cut_where_the_decoder_guesses(
    seconds: int, code: str
) -> None:
    content = without_header(encoded("MP3", seconds=seconds, rate=8_000))
    assert refusal(content) == (code, "file")


@pytest.mark.requirement("VPB-07")
def test_two_hours_are_refused_without_being_decoded() -> None:
    content = two_hours()
    tracemalloc.start()
    assert refusal(content, "two-hours.mp3") == ("audio_too_long", "file")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < len(content) + 1_000_000  # two hours of samples would be 460 MB


def test_more_than_twenty_megabytes_is_refused_unread() -> None:
    content = upload(b"x")
    content.size = prompt_audio.LARGEST + 1
    with pytest.raises(Refused, match="file_too_large"), converted(content):
        pass


@pytest.mark.parametrize("rate", [3_999, 192_001])
def test_a_sampling_rate_of_no_sound_card_is_refused(rate: int) -> None:
    assert refusal(encoded(rate=rate)) == ("sampling_rate", "file")


def test_sound_over_full_scale_is_cut_and_nonsense_is_silence() -> None:
    values = numpy.array([7.0, -7.0, numpy.nan, 0.25] * 4_000, "float32")
    file = io.BytesIO()
    soundfile.write(file, values, RATE, format="WAV", subtype="FLOAT")
    with converted(upload(file.getvalue())) as made:
        content = io.BytesIO(made.file.read())
    with wave.open(content) as sound:
        found = numpy.frombuffer(sound.readframes(4), "<i2")
    assert list(found) == [32_767, -32_767, 0, 8_192]
