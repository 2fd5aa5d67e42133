"""Turns REDIS_URL into Celery's broker settings."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

# Longer than any countdown: a task still waiting for its time would be delivered twice.
_VISIBILITY_S = 3600


def celery_settings(redis_url: str) -> dict[str, object]:
    """Return CELERY_BROKER_URL and its transport options for a checked REDIS_URL."""
    parts = urlsplit(redis_url)
    if parts.scheme == "filesystem":
        return _files(Path(unquote(parts.path)))
    options: dict[str, object] = {}
    if parts.scheme.startswith("redis"):
        options = {
            "visibility_timeout": _VISIBILITY_S,
            "unacked_restore_throttle": 1,
            # A stopped broker costs a caller milliseconds; by default kombu tries for 6 s.
            "max_retries": 0,
            "interval_start": 0,
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
        }
    return {"CELERY_BROKER_URL": redis_url, "CELERY_BROKER_TRANSPORT_OPTIONS": options}


def _files(folder: Path) -> dict[str, object]:
    messages, control = folder / "messages", folder / "control"
    for path in (messages, control):
        path.mkdir(parents=True, exist_ok=True)
    return {
        "CELERY_BROKER_URL": "filesystem://",
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "data_folder_in": str(messages),
            "data_folder_out": str(messages),
            "control_folder": str(control),
            "polling_interval": 0.1,
        },
    }
