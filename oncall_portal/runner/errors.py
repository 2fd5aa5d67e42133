"""What the runner raises when a person has to do something."""

from __future__ import annotations


class RunnerError(Exception):
    """The portal cannot start or go on; the text says why and what to do, in one line."""
