"""The settings of the house."""

from __future__ import annotations

from oncall_portal.lib.prepared import Read
from scheduling.models import Organisation
from scheduling.types import House

_HOUSE = Read(lambda: Organisation.objects.filter(pk=1))


def house() -> House:
    """Return the house settings; sensible defaults while the organisation has no row."""
    row = _HOUSE.first()
    if row is None:
        return House()
    return House(
        name=row.name,
        region=row.region,
        time_zone=row.time_zone,
        languages=tuple(row.languages),
        ring_seconds=row.ring_seconds,
        call_connect=row.call_connect,
        whisper=row.whisper,
        accept_seconds=row.accept_seconds,
        ceiling_seconds=row.ceiling_seconds,
        hard_stop_seconds=row.hard_stop_seconds,
        calls_per_second=row.calls_per_second,
        allowed_countries=tuple(row.allowed_countries),
        promise_minutes=row.promise_minutes,
        link_days=row.link_days,
        attach_up_to_mb=row.attach_up_to_mb,
        keep_audio_days=row.keep_audio_days,
        keep_transcripts_days=row.keep_transcripts_days,
        keep_numbers_days=row.keep_numbers_days,
    )
