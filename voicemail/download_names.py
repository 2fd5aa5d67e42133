"""What a recording is called when it is kept: what it is, from whom, and when."""

from __future__ import annotations

from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from scheduling.queries import house
from voicemail.models import Recording


def download_name(recording: Recording) -> str:
    """Return a file name like "message-+33698765432-2027-01-04-0900.mp3", by the house's clock."""
    call = recording.call
    caller = call.caller if call is not None and call.caller else "withheld"
    local = recording.recorded_at.astimezone(ZoneInfo(house().time_zone))
    suffix = PurePosixPath(str(recording.file.name)).suffix
    return f"{recording.kind}-{caller}-{local:%Y-%m-%d-%H%M}{suffix}"
