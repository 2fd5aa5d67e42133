"""How long the server takes for the inbox and for the calls as a file, up to ten thousand calls.

`python -m benchmarks.inbox_figures` ends by saying the figures, as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from benchmarks.figures import Figure, at_most, compared, under
from benchmarks.measure import own_database, seconds, sent_by, typically
from oncall_portal.lib import sheets
from scheduling.models import Organisation
from voicemail.models import Mailbox
from voicemail.tests import office

FEW, MANY, GOAL_S = 40, 10_000, 0.3
EXPORT_GOAL_S = 5
ROUNDS = 21
_PART = "/admin/inbox/part/"
_ASKED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "to do": (_PART, {}),
    "all calls": (_PART, {"box": "all"}),
    "promises": (_PART, {"box": "promises"}),
    "words of a message": (_PART, {"q": "about the boiler 8"}),
    "the whole page": ("/admin/inbox/", {}),
}


def main() -> int:
    """Measure everything, and say it."""
    with own_database():
        Organisation.objects.get_or_create(pk=1, defaults={"name": "Bench"})
        client = _signed_in()
        box = Mailbox.objects.create(name="Bench")
        office.many(FEW, box)
        asks = {what: partial(_ask, client, *asked) for what, asked in _ASKED.items()}
        few = {what: len(sent_by(ask)) for what, ask in asks.items()}
        office.many(MANY, box)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the database itself does soon after so many rows
        found = [figure for what, ask in asks.items() for figure in _figures(what, ask, few[what])]
        found += [_exported(client, kind) for kind in sheets.TYPES]
    sys.stderr.write(f"\n{json.dumps([asdict(figure) for figure in found])}\n")
    return 0


def _signed_in() -> Client:
    user, _new = User.objects.get_or_create(username="bench", is_superuser=True)
    client = Client(HTTP_HOST=urlsplit(settings.PUBLIC_URL).netloc)
    client.force_login(user)
    return client


def _ask(client: Client, address: str, query: Mapping[str, str]) -> None:
    assert client.get(address, query).status_code == 200  # noqa: S101 - else nothing is measured


def _exported(client: Client, kind: str) -> Figure:
    """Return how long the calls take to leave as a file of this kind."""

    def leave() -> None:
        answer: Any = client.get(f"/admin/telephony/call/export/{kind}/")
        assert answer.status_code == 200  # noqa: S101 - else nothing is measured
        deque(answer, maxlen=0)  # whatever leaves is made as it is read

    return under(f"Export of {MANY} calls: {kind}", typically(leave, 3), EXPORT_GOAL_S)


def _figures(what: str, ask: Callable[[], None], few: int) -> list[Figure]:
    statements = len(sent_by(ask))
    took = sorted(seconds(ask) for _round in range(ROUNDS))
    return [
        under(f"Inbox of {MANY} calls: {what}, half of the time", median(took), GOAL_S),
        compared(
            f"Inbox of {MANY} calls: {what}, 95 % of the time", took[-2], "half", median(took)
        ),
        at_most(f"Inbox of {MANY} calls: statements for {what}", statements, few),
    ]


if __name__ == "__main__":
    sys.exit(main())
