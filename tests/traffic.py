"""Calls that come in while a test does something else."""

from __future__ import annotations

import hashlib
import os
import threading
from time import monotonic, sleep
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection

from oncall_portal.lib import clock
from telephony.models import Call
from telephony.tests.hostile import Platform
from voicemail.models import Recording


def keep(recording: Recording, content: bytes) -> None:
    """Store the sound of a recording."""
    recording.sha256 = hashlib.sha256(content).hexdigest()
    recording.state = "stored"
    recording.file.save(f"{recording.platform_id}.wav", ContentFile(content))


class Traffic:
    """Calls that come in, each with a recording of its own, one after the other."""

    def __init__(self) -> None:
        self.statuses: set[int] = set()
        self.slowest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            begun = monotonic()
            self.statuses.add(Platform().call(f"busy-{number}").status_code)
            self.slowest = max(self.slowest, monotonic() - begun)
            recording = Recording.objects.create(
                call=Call.objects.get(leg_uuid=f"busy-{number}"),
                platform_id=f"busy-{number}",
                recorded_at=clock.now(),
                next_attempt_at=clock.now(),
            )
            keep(recording, os.urandom(5_000))
        connection.close()


def wait(condition: Any) -> None:
    """Wait until it holds."""
    until = monotonic() + 60
    while not condition():
        assert monotonic() < until
        sleep(0.01)
