"""The absolute addresses that we give the platform."""

from __future__ import annotations

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse


def caller_waiting(token: str) -> str:
    """Where the waiting caller's key, or silence, is reported."""
    return _absolute(reverse("voice:hold", args=[token]))


def caller_next(token: str, move: int) -> str:
    """Where a caller who was moved fetches what comes next; each move asks anew."""
    return _absolute(f"{reverse('voice:next', args=[token])}?move={move}")


def caller_step(token: str) -> str:
    """Where the caller's instructions ask what comes next."""
    return _absolute(reverse("voice:step", args=[token]))


def menu_keys(token: str, turn: int) -> str:
    """Where the keys of a caller in a menu, or silence, are reported; each question anew."""
    return _absolute(reverse("voice:menu", args=[token, turn]))


def audio(token: str) -> str:
    """Where the platform fetches an uploaded recording."""
    return _absolute(reverse("voice:audio", args=[token]))


def recorded(token: str, take: int = 0) -> str:
    """Where a finished recording of the caller is reported, who recorded it `take` times before."""
    return _absolute(reverse("voice:recorded", args=[token, take] if take else [token]))


def message_kept(token: str, take: int) -> str:
    """Where the key of a caller is reported who is asked whether to keep a recording."""
    return _absolute(reverse("voice:keep", args=[token, take]))


def transcribed(token: str) -> str:
    """Where it is reported that the platform has written a message down."""
    return _absolute(reverse("voice:transcribed", args=[token]))


def call_recorded(token: str) -> str:
    """Where a finished recording of a conversation is reported."""
    return _absolute(reverse("voice:call-recorded", args=[token]))


def leg_notice(token: str) -> str:
    """Where the platform fetches what a phone hears that is connected directly and recorded."""
    return _absolute(reverse("voice:notice", args=[token]))


def leg_events(token: str) -> str:
    """Where the progress of a phone that we ring is reported."""
    return _absolute(reverse("voice:leg", args=[token]))


def leg_key(token: str) -> str:
    """Where the key of a person called, or silence, is reported."""
    return _absolute(reverse("voice:key", args=[token]))


def leg_next(token: str, move: int) -> str:
    """Where a person called, who was moved, fetches what comes next; each move asks anew."""
    return _absolute(f"{reverse('voice:leg-next', args=[token])}?move={move}")


def test_events(token: str) -> str:
    """Where the progress of a test call is reported."""
    return _absolute(reverse("voice:test", args=[token]))


def test_key(token: str) -> str:
    """Where the key of whoever picked up a test call, or silence, is reported."""
    return _absolute(reverse("voice:test-key", args=[token]))


def music() -> str:
    """The waiting music, 16 seconds."""
    return _absolute(static("audio/wait.mp3"))


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
