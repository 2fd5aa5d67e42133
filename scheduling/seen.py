"""What changed on a rota since somebody last looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scheduling import operations
from scheduling.models import RotaOperation, RotaSeen

MOST = 100


@dataclass(frozen=True)
class News:
    """The changes by others after the operation `since`, latest first; `count` is of all of them.

    `seen_at` is when the reader last looked, None where they never did: then nothing is news.
    `latest` is the last operation of the schedule, 0 where there is none.
    """

    since: int
    seen_at: datetime | None
    latest: int
    count: int
    changes: tuple[RotaOperation, ...]


def news(user: int, schedule: int, since: int | None = None) -> News:
    """Return what others did to a schedule's rota since `user` last saw it, or after `since`.

    Four queries at most.
    """
    seen = RotaSeen.objects.filter(user=user, schedule=schedule).first()
    known = operations.history(schedule)
    latest = known.values_list("pk", flat=True).first() or 0
    if since is None:
        since = seen.operation if seen else latest
    theirs = known.filter(pk__gt=since).exclude(author=user)
    changes = tuple(theirs[:MOST])
    count = len(changes) if len(changes) < MOST else theirs.count()
    return News(since, seen.seen_at if seen else None, latest, count, changes)
