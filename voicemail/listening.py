"""Records who heard a recording, or asked for it and was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from voicemail.enums import ListeningResult
from voicemail.models import Listening, MessageLink, Recording

# A player asks for a recording in parts, and whoever seeks hears it once.
TOGETHER = timedelta(minutes=10)


@dataclass(frozen=True)
class Listener:
    """Who listens: by a link, by their login, or both; `by_api`: a program with their token."""

    link: MessageLink | None = None
    user: Any = None
    by_api: bool = False

    @property
    def name(self) -> str:
        """Return who that is, as far as it is known."""
        if self.user is not None:
            name = self.user.get_full_name() or self.user.get_username()
            return f"{name} (API)" if self.by_api else name
        return self.link.reader if self.link else ""


@transaction.atomic
def note(recording_id: int, listener: Listener, result: ListeningResult, now: datetime) -> None:
    """Record it, once for what one person does within ten minutes; the row says when last."""
    # One after the other: a player's first two requests come at the same moment.
    if not Recording.objects.select_for_update().filter(pk=recording_id).exists():
        return
    user = listener.user.pk if listener.user is not None else None
    same = Listening.objects.filter(
        recording=recording_id,
        link=listener.link,
        user=user,
        who=listener.name[:254],
        result=result.value,
        last_at__gte=now - TOGETHER,
    )
    row = same.order_by("-last_at").first()
    if row is None:
        Listening.objects.create(
            recording_id=recording_id,
            link=listener.link,
            user_id=user,
            who=listener.name[:254],
            result=result.value,
            first_at=now,
            last_at=now,
        )
    elif now > row.last_at:
        Listening.objects.filter(pk=row.pk).update(last_at=now)
