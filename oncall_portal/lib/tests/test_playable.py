"""Sound made playable everywhere."""

from __future__ import annotations

import io
from array import array

import pytest
import soundfile

from oncall_portal.lib import playable


def test_an_ogg_becomes_an_mp3_of_the_same_length() -> None:
    samples = array("h", [0, 9000, 0, -9000] * 4000)
    ogg = io.BytesIO()
    soundfile.write(ogg, samples, 8000, format="OGG")
    made = soundfile.info(io.BytesIO(playable.as_mp3(ogg.getvalue())))
    assert (made.format, round(made.duration, 1)) == ("MP3", 2.0)


def test_what_is_no_sound_is_refused() -> None:
    with pytest.raises(ValueError, match="no sound"):
        playable.as_mp3(b"<html>")
