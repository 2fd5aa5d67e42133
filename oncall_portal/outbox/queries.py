"""Which messages out are about something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oncall_portal.lib.access import visible
from oncall_portal.outbox.models import OutgoingMessage


def about(user: Any, causes: Iterable[str]) -> list[OutgoingMessage]:
    """Return the messages with one of these causes that `user` may see, oldest first; one query."""
    rows = OutgoingMessage.objects.filter(cause__in=list(causes)).order_by("pk")
    return list(visible(user, rows))
