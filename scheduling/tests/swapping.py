"""The cast of the swaps, and what is asked of them in every test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.models import OutgoingMessage
from scheduling import queries, resolve, services, snapshots
from scheduling.models import (
    RotaOperation,
    Schedule,
    Shift,
    Staff,
    SwapRequest,
)
from scheduling.tests import build
from scheduling.tests.facts import at

NOW = at(7)


class Cast:
    """Alice on call on Monday from 8 to 18, Bob on Tuesday, Charlie on no rota."""

    def __init__(self) -> None:
        self.rota: Schedule = build.schedule("Paris")
        self.alice: Staff = build.staff("Alice", email="alice@example.org")
        self.bob: Staff = build.staff("Bob", email="bob@example.org", language="fr")
        self.charlie: Staff = build.staff("Charlie", email="charlie@example.org")
        self.hers: Shift = build.shift(self.rota, self.alice, at(8), at(18))
        self.his: Shift = build.shift(self.rota, self.bob, at(8, day=5), at(18, day=5))

    def offer(self, now: datetime = NOW, by: Staff | None = None, **values: Any) -> SwapRequest:
        """Offer Alice's shift to Bob, or what `values` say."""
        wanted = {"shift": self.hers, "offered_to": [self.bob], **values}
        return services.offer_swap(wanted, now, by)

    def accept(self, row: SwapRequest, now: datetime = NOW, by: Staff | None = None) -> SwapRequest:
        """Let Bob accept an offer, or whom it says."""
        return services.accept_swap(row.pk, None, now, by or self.bob)

    def on_call(self) -> list[tuple[str, datetime, datetime]]:
        """Return who is on call when, on Monday and Tuesday."""
        facts = queries.load_facts(self.rota.pk, at(0), at(48))
        names = dict(Staff.objects.values_list("pk", "name"))
        entries = resolve.final_schedule(facts, at(0), at(48))
        return [(names[e.who.staff or 0], e.period.starts_at, e.period.ends_at) for e in entries]


def rows() -> list[Any]:
    """Return all rows with all values but their versions."""
    return [
        {**table.take(row), "id": row.pk, "version": None}
        for table in snapshots.TABLES.values()
        for row in table.rows().order_by("pk")
    ]


def refused(call: Callable[[], object]) -> tuple[str, str | None]:
    """Return the code and field of a refusal, which changes nothing and tells nobody."""
    before, told = rows(), OutgoingMessage.objects.count()
    with pytest.raises(Refused) as error:
        call()
    assert str(error.value.message)
    assert (rows(), OutgoingMessage.objects.count()) == (before, told)
    return error.value.code, error.value.field


def log() -> list[tuple[str, str]]:
    return list(RotaOperation.objects.order_by("pk").values_list("kind", "state"))
