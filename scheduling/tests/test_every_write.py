"""Every way to write a shift leaves one entry in the log, with whoever did it."""

from __future__ import annotations

import ast
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from oncall_portal.lib import acting
from scheduling import services
from scheduling.enums import Role
from scheduling.models import RotaOperation, Schedule, Shift
from scheduling.tests import build, pages
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.sheets import csv
from scheduling.types import CalendarEvent, Period

pytestmark = pytest.mark.django_db
SHIFTS = "/api/v1/shifts/"


class Ways:
    """A rota with one duty, and everybody through whom it is written."""

    def __init__(self) -> None:
        self.user = login(Role.MANAGER)
        self.rota = build.schedule("Paris")
        self.alice = build.staff("Alice")
        self.duty = build.shift(self.rota, self.alice, at(8), at(9))
        self.page = Client()
        self.page.force_login(self.user)
        self.api = APIClient()
        self.api.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=self.user)}")

    def new(self) -> dict[str, Any]:
        """Return the body of a new shift for the API."""
        ends = {"starts_at": at(9).isoformat(), "ends_at": at(10).isoformat()}
        return {"schedule": self.rota.pk, "staff": self.alice.pk, **ends}

    def values(self) -> dict[str, Any]:
        """Return the values of a new shift for the services."""
        ends = {"starts_at": at(9), "ends_at": at(10)}
        return {"schedule": self.rota, "staff": self.alice, **ends}

    def at_the_api(self, method: str, body: dict[str, Any], row: bool = True) -> Any:
        """Send a request with a token."""
        address = f"{SHIFTS}{self.duty.pk}/" if row else SHIFTS
        answer = getattr(self.api, method)(address, body, format="json")
        assert answer.status_code < 300, answer.content
        return answer

    def post(self, address: str) -> None:
        """Send a gesture with a token, for Bob."""
        bob = build.staff("Bob")
        body = {"staff": bob.pk} if "take-over" in address else {}
        if "{swap}" in address:
            values = {"shift": self.duty, "offered_to": [bob]}
            address = address.format(swap=services.offer_swap(values, at(7)).pk)
        answer = self.api.post(address, body, format="json")
        assert answer.status_code == 200, answer.content

    def table(self) -> bytes:
        """Return a file with a new shift."""
        ends = "2027-01-04 09:00,2027-01-04 10:00"
        return csv("schedule,person,level,starts_local,ends_local", f"Paris,Alice,2,{ends}")

    def send_to_the_api(self) -> None:
        """Send a file to be imported, with a token."""
        body = {"file": io.BytesIO(self.table())}
        assert self.api.post(f"{SHIFTS}import/", body, format="multipart").status_code == 200

    def import_in_the_admin(self) -> None:
        """Have a file looked at on the page, then import it."""
        address = reverse("admin:scheduling_shift_import")
        looked_at = self.page.post(address, {"file": io.BytesIO(self.table())})
        sealed = looked_at.context["looked_at"]
        assert self.page.post(address, {"table": sealed}).status_code == 302

    def in_the_admin(self, page: str, **values: Any) -> None:
        """Fill the form of a page and send it."""
        arguments = [] if page == "add" else [self.duty.pk]
        address = reverse(f"admin:scheduling_shift_{page}", args=arguments)
        assert pages.send(self.page, address, **values).status_code == 302

    def add_in_the_admin(self) -> None:
        """Add a shift on its page."""
        ends = {"starts_local": "2027-01-04T10:00", "ends_local": "2027-01-04T11:00"}
        self.in_the_admin("add", schedule=self.rota.pk, staff=self.alice.pk, level=1, **ends)

    def by_services(self, write: Callable[[], Any]) -> None:
        """Call a service as the manager."""
        with acting.by(self.user):
            write()


_FAR = datetime(2090, 1, 2, 8, tzinfo=UTC)
_LATER = CalendarEvent("1", Period(_FAR, _FAR + timedelta(hours=1)), "Alice")
WAYS: dict[str, tuple[str, Callable[[Ways], Any]]] = {
    "API: add": ("shift_created", lambda w: w.at_the_api("post", w.new(), row=False)),
    "API: change": ("shift_changed", lambda w: w.at_the_api("patch", {"version": 1, "note": "x"})),
    "API: move": (
        "shift_moved",
        lambda w: w.at_the_api("patch", {"version": 1, "move": {"days": 1}}),
    ),
    "API: delete": ("shift_deleted", lambda w: w.at_the_api("delete", {"version": 1})),
    "API: accept a swap": ("swap_accepted", lambda w: w.post("/api/v1/swaps/{swap}/accept/")),
    "API: take over": ("taken_over", lambda w: w.post(f"{SHIFTS}{w.duty.pk}/take-over/")),
    "API: import": ("shifts_imported", lambda w: w.send_to_the_api()),
    "admin: add": ("shift_created", lambda w: w.add_in_the_admin()),
    "admin: change": ("shift_changed", lambda w: w.in_the_admin("change", note="x")),
    "admin: delete": ("shift_deleted", lambda w: w.in_the_admin("delete", post="yes")),
    "admin: import": ("shifts_imported", lambda w: w.import_in_the_admin()),
    "services: create": (
        "shift_created",
        lambda w: w.by_services(lambda: services.create_shift(w.values())),
    ),
    "services: many": (
        "shift_created",
        lambda w: w.by_services(
            lambda: services.add_shifts(w.rota, [_unsaved(w), _unsaved(w, level=2)])
        ),
    ),
    "services: change": (
        "shift_changed",
        lambda w: w.by_services(lambda: services.change_shift(w.duty.pk, 1, {"note": "x"})),
    ),
    "services: move": (
        "shift_resized",
        lambda w: w.by_services(lambda: services.move_shift(w.duty.pk, 1, end_minutes=30)),
    ),
    "services: import": (
        "shifts_imported",
        lambda w: w.by_services(
            lambda: services.import_shifts(
                [
                    services.ShiftRow(2, w.values()),
                    services.ShiftRow(3, {"note": "x"}, w.duty.pk, 1),
                ]
            )
        ),
    ),
    "services: calendar": (
        "shifts_imported",
        lambda w: w.by_services(
            lambda: services.import_calendar(
                w.rota.pk, [_LATER], {"Alice": services.Choice(build.who(w.alice))}, False
            )
        ),
    ),
    "services: delete": (
        "shift_deleted",
        lambda w: w.by_services(lambda: services.delete_shift(w.duty.pk, 1)),
    ),
}


def _unsaved(ways: Ways, level: int = 1) -> Shift:
    period = DateTimeTZRange(at(9), at(10))
    return Shift(schedule=ways.rota, staff=ways.alice, level=level, period=period)


@pytest.mark.parametrize(("kind", "write"), WAYS.values(), ids=list(WAYS))
def test_a_write_leaves_one_entry_with_its_author(kind: str, write: Callable[[Ways], Any]) -> None:
    ways = Ways()
    write(ways)
    entry = RotaOperation.objects.get()
    assert (entry.kind, entry.state, entry.schedule) == (kind, "done", ways.rota)
    assert (entry.author, entry.author_name) == (ways.user, "manager")


def test_the_demo_is_the_work_of_the_portal_and_cannot_be_undone() -> None:
    call_command("load_demo", at=at(8), verbosity=0)
    entries = RotaOperation.objects.all()
    assert {(entry.kind, entry.state, entry.author) for entry in entries} == {
        ("override_created", "fixed", None),
        ("rotation_created", "fixed", None),
        ("shift_created", "fixed", None),
    }
    written = [
        change for entry in entries for change in entry.changes if change["model"] == "shift"
    ]
    assert len(written) == Shift.objects.count()
    assert {entry.schedule for entry in entries} == set(Schedule.objects.all())


def test_without_a_request_it_is_the_portal_that_acts() -> None:
    services.create_shift(Ways().values())
    entry = RotaOperation.objects.get()
    assert (entry.author, entry.author_name, entry.state) == (None, "", "done")


def test_a_request_leaves_nobody_acting_behind() -> None:
    ways = Ways()
    ways.at_the_api("get", {})
    assert acting.act().user is None


def test_an_author_who_left_is_still_named() -> None:
    ways = Ways()
    ways.by_services(lambda: services.delete_shift(ways.duty.pk, 1))
    User.objects.filter(pk=ways.user.pk).delete()
    entry = RotaOperation.objects.get()
    assert (entry.author, entry.author_name) == (None, "manager")


WRITERS = {
    "scheduling/services/copy.py",
    "scheduling/services/imports.py",
    "scheduling/services/shifts.py",
    "scheduling/services/writing_ahead.py",
    "scheduling/snapshots.py",
    "oncall_portal/demo/load.py",
}
_WRITING = {"create", "bulk_create", "get_or_create", "update_or_create"}


def test_nothing_else_makes_shifts() -> None:
    """The demo builds rows that `add_shifts` writes, and so does the log for an undo."""
    found = set()
    for app in ("oncall_portal", "scheduling", "telephony", "voicemail"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if "/tests/" not in name and "/migrations/" not in name and _makes_shifts(path):
                found.add(name)
    assert found == WRITERS


def _makes_shifts(path: Path) -> bool:
    """Tell whether a module calls Shift(...), or writes through Shift.objects."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "Shift" or (
                called == "rows.create" and ast.unparse(node.args[0]) == "Shift"
            ):
                return True
            if called.startswith("Shift.objects") and called.rpartition(".")[2] in _WRITING:
                return True
    return False
