"""The seconds that plan and machine share, so that the promise of one binds the other."""

from __future__ import annotations

import math
from collections.abc import Iterable

# What a whisper in the standard words lasts when read aloud, at most, with a name of so many
# characters for what was called; the watchdog ends the leg on the bound made from it even where a
# voice is slower.
WHISPER_SECONDS, NAME_CHARACTERS = 10, 30
# Characters that a synthetic voice reads in a second.
SPEECH_CHARACTERS_PER_SECOND = 14
# What is said at once has at most so many characters: the limit of the platform's talk action,
# SSML not counted (its NCCO reference). What a key is called comes inside of a sentence.
SPOKEN_CHARACTERS, KEY_NAME_CHARACTERS = 1500, 120
# A digit that is read by itself; the words for a caller without a number; the longest of both, and
# of the longest name that a caller can have.
DIGIT_SECONDS, WITHHELD_SECONDS, LONGEST_CALLER_SECONDS = 0.5, 2, 10
# From the decision to dial until the platform has rung the phone: the queue for the account's
# three new calls a second, the request, and the report that it rang out.
DIAL_GRACE_SECONDS = 5
# A whisper and its key window are played this many times.
WHISPERS = 2
# The standard notice that a call is recorded.
NOTICE_SECONDS = 3
# A directly connected phone that still lives this long after its ring time was picked up, even
# if nobody said so.
CONNECT_GRACE_SECONDS = 15
# Under this ring time a phone is not dialled at all.
SHORTEST_RING_SECONDS = 5
# The taker and the caller should both have joined by then, else we ask.
JOIN_SECONDS = 5
# A key webhook whose answer was lost comes once more after the platform's ten seconds for it.
KEY_RETRY_SECONDS = 12
# A move of the caller that we asked for may still land for this long after the caller has asked.
MOVE_LANDS_SECONDS = 3
# A caller whom we moved and who has not asked for instructions by then is moved once more.
MOVE_AGAIN_SECONDS = 20
# Nothing heard of a waiting caller for this long: we ask whether the leg still lives.
CALLER_SILENT_SECONDS = 60
# The same in a menu, whose prompts may take a minute and more.
MENU_SILENT_SECONDS = 180
# The same while two people talk, when silence of the platform is normal.
TALK_CHECK_SECONDS = 120
# A leg told to end whose end is not reported by then is asked about.
LEG_SILENT_SECONDS = 60
# A caller not seen for longer than this may be speaking to the platform's own remaining steps.
SEGMENT_LIMIT_SECONDS = 45
# No music and no words of the waiting loop may be longer: the caller must be seen before that.
LONGEST_WAITING_SECONDS = 40
# Leaving earlier than this is leaving during the greeting.
GREETING_SECONDS = 8
# A caller can take no longer to choose among recordings: four of the longest, and the questions.
LONGEST_CHOICE_SECONDS = 3600
# How long the report of a recording may lag behind the end of its call.
RECORDING_LAG_SECONDS = 60

# A test call that could not be dialled in this time, because real calls go first, is given up.
TEST_WAIT_SECONDS = 20
# From picking up until the question of a test call was put twice and nobody pressed a key.
TEST_TALK_SECONDS = 45
# After a failed or unwanted dial of a test call, and while real calls are being dialled.
TEST_RETRY_SECONDS = 1

# How long a phone rings that we call for somebody, where its number does not say.
OUTGOING_RING_SECONDS = 60
# Who has pressed 1 and cannot be seen to wait for the other side is let go after this long.
OUTGOING_WAIT_SECONDS = 30
# The last words that somebody hears are over by then; what still lives is ended.
LAST_WORDS_SECONDS = 15


def whisper_seconds(own_words: str, names_seconds: int = 0) -> int:
    """Return how long a whisper lasts at most: the standard words after the house's own.

    `names_seconds` is what the names take that are filled in (`reading_seconds`, `caller_seconds`).
    """
    return WHISPER_SECONDS + len(own_words) // SPEECH_CHARACTERS_PER_SECOND + names_seconds


def reading_seconds(characters: int) -> int:
    """Return how long so many characters take when read aloud, at most."""
    return math.ceil(max(characters, 0) / SPEECH_CHARACTERS_PER_SECOND)


def notice_seconds(texts: Iterable[str]) -> int:
    """Return how long the notice of a recording lasts at most, in any of these languages."""
    return max([NOTICE_SECONDS, *(reading_seconds(len(text)) for text in texts)])


def caller_seconds(name: str, digits: str) -> int:
    """Return how long it takes to say who calls: the name, else the digits one by one."""
    if name:
        return reading_seconds(len(name))
    return math.ceil(len(digits) * DIGIT_SECONDS) if digits else WITHHELD_SECONDS
