"""What may be heard of calls: the messages left in them, and the conversations recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from oncall_portal.lib.access import visible
from telephony.call_page import conversations
from telephony.models import Call


@dataclass(frozen=True)
class Sound:
    """One recording, the address at which it is heard, and the page of a message."""

    recording: Any
    source: str
    is_message: bool
    url: str = ""

    @property
    def there(self) -> bool:
        """Tell whether it can be heard by now."""
        return bool(self.recording.file)


def sounds_of(calls: Sequence[Call], user: Any) -> dict[int, list[Sound]]:
    """Return what `user` may hear of these calls, by their ids, messages first; two queries."""
    kept: Any = Call._meta.get_field("voicemails").related_model
    rows = kept.objects.filter(call__in=[call.pk for call in calls])
    found: dict[int, list[Sound]] = {}
    for row in visible(user, rows.select_related("recording").order_by("left_at", "pk")):
        source = reverse("voicemails-audio", args=[row.pk])
        page = reverse("admin:voicemail_voicemailmessage_change", args=[row.pk])
        found.setdefault(row.call_id, []).append(Sound(row.recording, source, True, page))
    for call, recordings in conversations(calls, user).items():
        for recording in recordings:
            source = reverse("recordings-audio", args=[recording.pk])
            found.setdefault(call, []).append(Sound(recording, source, False))
    return found
