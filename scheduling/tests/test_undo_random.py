"""Whatever is done to a rota, undo leads back to its start and redo to its end, step by step."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall_portal.lib.errors import Conflict, Refused
from scheduling import operations, services
from scheduling.models import RotaOperation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at

SOAK = os.environ.get("ONCALL_SOAK") == "1"
EXAMPLES, STEPS = (1000, 25) if SOAK else (10, 10)
pytestmark = pytest.mark.django_db

Step = tuple[str, int, int, int]  # what, which shift, two numbers
Rows = dict[int, dict[str, Any]]
WRITES = ("create", "move", "resize", "replace", "raise", "note", "nothing", "delete")
steps = st.lists(
    st.tuples(
        st.sampled_from((*WRITES, "undo", "undo", "redo")),
        st.integers(0, 5),
        st.integers(-3, 3),
        st.integers(0, 2),
    ),
    max_size=STEPS,
)


@dataclass
class Walk:
    """A rota, and every state that undo and redo must find again."""

    rota: Schedule
    people: list[Staff]
    states: list[Rows] = field(default_factory=list)
    now: int = 0
    versions: dict[int, int] = field(default_factory=dict)

    def rows(self) -> Rows:
        """Return the shifts without their versions, which only ever count up."""
        found: Rows = {}
        for row in Shift.objects.values():
            assert row["version"] >= self.versions.get(row["id"], 0)
            self.versions[row["id"]] = row["version"]
            found[row["id"]] = {**row, "version": None}
        return found

    def take(self, step: Step) -> None:
        """Take a step, and check that it did what it should, or nothing."""
        what = step[0]
        if what in {"undo", "redo"}:
            self.gesture(what)
            return
        before = self.rows()
        try:
            with transaction.atomic():
                self.write(step)
        except (Refused, ValidationError):
            assert self.rows() == before
        if (after := self.rows()) != before:
            self.states = [*self.states[: self.now + 1], after]
            self.now += 1

    def gesture(self, what: str) -> bool:
        """Undo or redo; tell whether there was something to."""
        there = self.now + (-1 if what == "undo" else 1)
        answer = self.asked(what)
        assert answer == (what if 0 <= there < len(self.states) else f"nothing_to_{what}")
        if answer != what:
            return False
        self.now = there
        assert self.rows() == self.states[there]
        return True

    def asked(self, what: str) -> str:
        """Ask for an undo or a redo; return what came of it."""
        try:
            with transaction.atomic():
                (services.undo if what == "undo" else services.redo)(self.rota.pk)
        except Conflict as conflict:
            return conflict.code
        return what

    def write(self, step: Step) -> None:
        """Write a shift as a step says, if there is one to write."""
        what, which, some, other = step
        if what == "create":
            start = at(6 * which + some)
            row = {"schedule": self.rota, "staff": self.people[other], "level": 1 + other % 2}
            ends = {"starts_at": start, "ends_at": at(6 * which + some + 3 + other)}
            services.create_shift({**row, **ends})
            return
        duties = list(Shift.objects.order_by("pk"))
        if duties:
            self.edit(duties[which % len(duties)], what, some, other)

    def edit(self, duty: Shift, what: str, some: int, other: int) -> None:
        """Change one shift."""
        pk, version = duty.pk, duty.version
        match what:
            case "move":
                values = {"staff": self.people[other]} if other == 2 else {}
                services.move_shift(pk, version, days=other, minutes=60 * some, values=values)
            case "resize":
                services.move_shift(pk, version, end_minutes=60 * some)
            case "replace":
                services.change_shift(pk, version, {"staff": self.people[other]})
            case "raise":
                services.move_shift(pk, version, level=1 + other)
            case "note":
                services.change_shift(pk, version, {"note": f"note {some}"})
            case "nothing":
                services.change_shift(pk, version, {})
            case "delete":
                services.delete_shift(pk, version)


@settings(
    max_examples=EXAMPLES,
    derandomize=not SOAK,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps)
def test_undo_leads_to_the_start_and_redo_to_the_end(taken: list[Step]) -> None:
    with transaction.atomic():
        _walk(taken)
        transaction.set_rollback(True)


def _walk(taken: list[Step]) -> None:
    rota = build.schedule()
    walk = Walk(rota, [build.staff(name) for name in ("Alice", "Bob", "Carol")])
    build.shift(rota, walk.people[0], at(8), at(18), state="generated")
    build.shift(rota, walk.people[1], at(18), at(32), state="manual")
    walk.states = [walk.rows()]
    for step in taken:
        walk.take(step)
    while walk.gesture("redo"):
        pass
    assert walk.rows() == walk.states[-1]
    while walk.gesture("undo"):
        pass
    assert walk.rows() == walk.states[0]
    while walk.gesture("redo"):
        pass
    assert walk.rows() == walk.states[-1]
    _check_history(rota, walk.states[0], walk.states[-1])


def _check_history(rota: Schedule, start: Rows, end: Rows) -> None:
    """The entries, read in order, tell the whole way from the first state to the last."""
    told: dict[int, Any] = {}
    for entry in RotaOperation.objects.filter(schedule=rota).order_by("pk"):
        for change in operations.changes_of(entry):
            known = told.get(change.id, change.before)
            assert _plain(change.before) == _plain(known)
            told[change.id] = change.after
    for row, values in told.items():
        assert (values is not None) == (row in end)
        if values is not None:
            assert (values["staff"], values["level"]) == (end[row]["staff_id"], end[row]["level"])
    assert set(end) == set(start) - set(told) | {row for row in told if told[row] is not None}


def _plain(values: Any) -> Any:
    """Leave the version out: a change to the same values counts it up, and leaves no entry."""
    return values and {name: value for name, value in values.items() if name != "version"}
