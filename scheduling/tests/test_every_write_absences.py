"""Every way to write stand-ins, time off and intended holes leaves one entry, and its author."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import acting
from scheduling import services
from scheduling.enums import Role
from scheduling.models import RotaOperation
from scheduling.tests import build, pages
from scheduling.tests.facts import at
from scheduling.tests.logins import client, login
from scheduling.tests.rotas import at_time

pytestmark = pytest.mark.django_db
AWAY = {"first_day": "2027-01-04", "last_day": "2027-01-04"}
LOCAL = {"starts_local": "2027-01-04T10:00", "ends_local": "2027-01-04T11:00"}
ENDS = {"starts_at": at(9), "ends_at": at(10)}
SENT = {name: instant.isoformat() for name, instant in ENDS.items()}


class Ways:
    """One of each that is there already, and a manager who writes by all ways."""

    def __init__(self) -> None:
        self.user = login(Role.MANAGER)
        self.rota, self.alice = build.schedule("Paris"), build.staff("Alice")
        level = {"schedule": self.rota, "replaces_level": 9}
        self.row = {
            "override": services.create_override({**level, **ENDS}).row,
            "intendedgap": services.create_intended_gap({"schedule": self.rota, **ENDS}),
            "timeoff": services.create_time_off({"staff": self.alice, **ENDS}),
        }
        RotaOperation.objects.all().delete()

    def api(self, method: str, path: str, row: str = "", **body: Any) -> None:
        """Send a request with a token."""
        address = f"/api/v1/{path}/" + (f"{self.row[row].pk}/" if row else "")
        sent = {"version": 1, **body} if row else body
        answer = getattr(client(self.user), method)(address, sent, format="json")
        assert answer.status_code < 300, answer.content

    def admin(self, page: str, model: str, **values: Any) -> None:
        """Fill the form of a page and send it."""
        arguments = [] if page == "add" else [self.row[model].pk]
        browser = Client()
        browser.force_login(self.user)
        address = reverse(f"admin:scheduling_{model}_{page}", args=arguments)
        assert pages.send(browser, address, **values).status_code == 302


Write = Callable[[Ways], Any]
CREATED: list[tuple[str, Write]] = [
    (
        "override_created",
        lambda w: w.api("post", "overrides", schedule=w.rota.pk, replaces={"level": 1}, **SENT),
    ),
    ("gap_intended", lambda w: w.api("post", "intended-gaps", schedule=w.rota.pk, **SENT)),
    ("time_off_created", lambda w: w.api("post", "time-off", staff=w.alice.pk, **SENT)),
    (
        "override_created",
        lambda w: w.admin("add", "override", schedule=w.rota.pk, replaces_level=1, **LOCAL),
    ),
    ("gap_intended", lambda w: w.admin("add", "intendedgap", schedule=w.rota.pk, **LOCAL)),
    ("time_off_created", lambda w: w.admin("add", "timeoff", staff=w.alice.pk, **AWAY)),
]
CHANGED: list[tuple[str, Write]] = [
    ("override_changed", lambda w: w.api("patch", "overrides", "override", note="x")),
    ("gap_intended", lambda w: w.api("patch", "intended-gaps", "intendedgap", note="x")),
    ("time_off_changed", lambda w: w.api("patch", "time-off", "timeoff", reason="x")),
    ("override_changed", lambda w: w.admin("change", "override", note="x")),
    ("gap_intended", lambda w: w.admin("change", "intendedgap", note="x")),
    ("time_off_changed", lambda w: w.admin("change", "timeoff", reason="x")),
]
DELETED: list[tuple[str, Write]] = [
    ("override_deleted", lambda w: w.api("delete", "overrides", "override")),
    ("gap_not_intended", lambda w: w.api("delete", "intended-gaps", "intendedgap")),
    ("time_off_deleted", lambda w: w.api("delete", "time-off", "timeoff")),
    ("override_deleted", lambda w: w.admin("delete", "override", post="yes")),
    ("gap_not_intended", lambda w: w.admin("delete", "intendedgap", post="yes")),
    ("time_off_deleted", lambda w: w.admin("delete", "timeoff", post="yes")),
]


@pytest.mark.parametrize(("kind", "write"), CREATED + CHANGED + DELETED)
def test_a_write_leaves_one_entry_with_its_author(kind: str, write: Write) -> None:
    with at_time(at(6)):
        ways = Ways()
        write(ways)
    entry = RotaOperation.objects.get()
    of_person = kind.startswith("time_off")
    assert (entry.kind, entry.state) == (kind, "fixed" if of_person else "done")
    assert entry.schedule == (None if of_person else ways.rota)
    assert (entry.author, entry.author_name) == (ways.user, "manager")


def test_the_services_know_who_acts() -> None:
    with at_time(at(6)):
        ways = Ways()
        with acting.by(ways.user):
            services.delete_override(ways.row["override"].pk, 1)
            services.delete_time_off(ways.row["timeoff"].pk, 1)
    assert {entry.author for entry in RotaOperation.objects.all()} == {ways.user}
