"""Django's settings of where recordings are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from oncall_portal.lib.env_storage import Bucket

_STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
_FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def settings(place: Path | Bucket) -> dict[str, Any]:
    """Return MEDIA_ROOT or STORAGES, or both, for a folder or a bucket."""
    if isinstance(place, Path):
        return {"MEDIA_ROOT": place, "STORAGES": {"default": _FOLDER, "staticfiles": _STATIC}}
    # Imported here: its client takes half a second to load, which only those with a bucket need.
    from oncall_portal.lib import object_storage  # noqa: PLC0415

    backend = "oncall_portal.lib.object_storage.PrivateBucket"
    kept = {"BACKEND": backend, "OPTIONS": object_storage.options(place)}
    return {"STORAGES": {"default": kept, "staticfiles": _STATIC}}
