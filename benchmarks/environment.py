"""What the processes that this package starts may know of its own environment."""

from __future__ import annotations

import os

from oncall_portal.lib import env

# How the outer `make` speaks to an inner one, and what loads the settings that reach no server.
_LEFT_OUT = ("MAKE", "MFLAGS", "ONCALL_", "DJANGO_", "PYTHONPATH")


def without_settings() -> dict[str, str]:
    """Return this shell's environment, with its network and paths, but none of our settings."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in env.KNOWN and not name.startswith(_LEFT_OUT)
    }
