"""Callers who press keys, each as soon as a question was heard out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from telephony.agenda import Keypad
from tests.story import Story


@contextmanager
def pressing(story: Story, keys: str) -> Iterator[None]:
    """Let the caller press keys, each as soon as a question was heard out."""
    keypad = Keypad(keys)

    def asked() -> dict[str, Any]:
        assert story.call is not None
        for sent in reversed(story.platform.webhooks):
            if sent.uuid == story.call.uuid and isinstance(sent.reply, list):
                for each in sent.reply:
                    if each["action"] == "input":
                        settings: dict[str, Any] = each["dtmf"]
                        return settings
        raise AssertionError("nobody was asked anything")

    def press() -> None:
        assert story.call is not None
        most = asked()["maxDigits"]
        if most == 1:
            entry = keypad.one()
        else:
            entry, ends = keypad.number(most)
            entry += "#" if ends and len(entry) < most else ""
        if entry:
            story.call.press(entry)

    def hears(what: str, fields: dict[str, Any]) -> None:
        mine = story.call is not None and fields.get("leg") == story.call.uuid
        if mine and what == "action" and fields["action"] == "input":
            story.platform.scheduler.after(0, press)

    story.platform.listeners.append(hears)
    yield
    story.platform.listeners.remove(hears)
