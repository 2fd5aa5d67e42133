"""Managers offer and answer swaps for others, in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling import services
from scheduling.enums import Role
from scheduling.models import Override, Schedule, Shift, Staff, SwapRequest
from scheduling.tests import build, pages
from scheduling.tests.facts import at
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db
LIST = "admin:scheduling_swaprequest_changelist"


@pytest.fixture(autouse=True)
def seven_o_clock() -> Iterator[None]:
    with clock.driven_by(lambda: at(7)):
        yield


class Cast:
    """Alice's shift, whom she could ask, and a manager's browser."""

    def __init__(self) -> None:
        self.rota: Schedule = build.schedule("Paris", time_zone="Europe/Paris")
        self.alice, self.bob = build.staff("Alice"), build.staff("Bob")
        self.charlie: Staff = build.staff("Charlie")
        self.duty: Shift = build.shift(self.rota, self.alice, at(8), at(18))
        self.page = Client()
        self.page.force_login(login(Role.MANAGER))

    def offer(self, *people: Staff) -> SwapRequest:
        """Offer the shift to these people, Bob if nobody is named."""
        values = {"shift": self.duty, "offered_to": people or [self.bob]}
        return services.offer_swap(values, at(7))

    def gesture(self, row: SwapRequest, name: str, **body: Any) -> list[str]:
        """Press a button of a swap's page; return what is said."""
        address = reverse(f"admin:scheduling_swap_{name}", args=[row.pk])
        answer = self.page.post(address, {"version": row.version, **body}, follow=True)
        row.refresh_from_db()
        return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_a_manager_offers_a_part_of_somebodys_shift(cast: Cast) -> None:
    address = reverse("admin:scheduling_swaprequest_add")
    ends = {"starts_local": "2027-01-04T10:00", "ends_local": "2027-01-04T12:00"}
    answer = pages.send(cast.page, address, shift=cast.duty.pk, offered_to=[cast.bob.pk], **ends)
    assert answer.status_code == 302
    row = SwapRequest.objects.get()
    assert (row.requested_by, row.starts_at, row.ends_at) == (cast.alice, at(9), at(11))
    assert list(row.offered_to.all()) == [cast.bob]


def shifts_offered(cast: Cast, name: str, **sent: Any) -> list[tuple[str, list[str]]]:
    page = cast.page.get(reverse("admin:scheduling_swaprequest_add"), sent)
    box = page.context["adminform"].form.fields[name]
    return [(schedule, [words for _pk, words in rows]) for schedule, rows in box.choices[1:]]


def test_both_shifts_are_chosen_in_words_among_those_that_come(cast: Cast) -> None:
    lyon = build.schedule("Lyon", time_zone="UTC")
    build.shift(cast.rota, cast.bob, at(8, 28), at(18, 28))
    build.shift(lyon, cast.bob, at(8), at(18))
    soon, later = (
        f"{day}, 09:00 → 19:00, level 1, {who}"
        for day, who in (("Mon 4 Jan", "Alice"), ("Thu 28 Jan", "Bob"))
    )
    for name in ("shift", "in_return_for"):
        assert shifts_offered(cast, name) == [
            ("Lyon", ["Mon 4 Jan, 08:00 → 18:00, level 1, Bob"]),
            ("Paris", [soon]),
        ]
        assert shifts_offered(cast, name, schedule=cast.rota.pk) == [("Paris", [soon, later])]


def test_a_manager_offers_an_exchange(cast: Cast) -> None:
    his = build.shift(cast.rota, cast.bob, at(8, 5), at(18, 5))
    address = reverse("admin:scheduling_swaprequest_add")
    sent = {"shift": cast.duty.pk, "offered_to": [cast.bob.pk], "in_return_for": his.pk}
    assert pages.send(cast.page, address, **sent).status_code == 302
    assert SwapRequest.objects.get().in_return_for_id == his.pk


def test_what_is_refused_is_said_in_the_form(cast: Cast) -> None:
    address = reverse("admin:scheduling_swaprequest_add")
    answer = pages.send(cast.page, address, shift=cast.duty.pk, offered_to=[cast.alice.pk])
    assert "Alice has this shift already." in pages.errors(answer)[0]
    assert not SwapRequest.objects.exists()


@pytest.mark.parametrize(
    ("name", "state"),
    [("accept", "accepted"), ("decline", "declined"), ("withdraw", "withdrawn")],
)
def test_a_manager_answers(cast: Cast, name: str, state: str) -> None:
    row = cast.offer()
    cast.gesture(row, name)
    assert row.state == state
    assert Override.objects.count() == (1 if name == "accept" else 0)


def test_a_manager_says_which_of_several_takes_it(cast: Cast) -> None:
    row = cast.offer(cast.bob, cast.charlie)
    cast.gesture(row, "accept", staff=cast.charlie.pk)
    assert row.accepted_by == cast.charlie


def test_a_stale_answer_is_said(cast: Cast) -> None:
    row = cast.offer()
    said = cast.gesture(row, "accept", version=9)
    assert said == ["It was changed by someone else since: look again."]
    assert row.state == "open"


def test_an_answered_swap_has_no_buttons_any_more(cast: Cast) -> None:
    row = cast.offer()
    address = reverse("admin:scheduling_swaprequest_change", args=[row.pk])
    assert "waits for an answer" in cast.page.get(address).content.decode()
    cast.gesture(row, "decline")
    assert "waits for an answer" not in cast.page.get(address).content.decode()


def test_the_list_takes_as_many_queries_for_many_rows(cast: Cast) -> None:
    cast.offer()
    with CaptureQueriesContext(connection) as few:
        page = cast.page.get(reverse(LIST))
    assert "Mon 4 Jan, 09:00 → 19:00, Paris, level 1" in page.content.decode()
    for day in range(5, 15):
        duty = build.shift(cast.rota, cast.alice, at(8, day), at(18, day))
        services.offer_swap({"shift": duty, "offered_to": [cast.bob]}, at(7))
    with CaptureQueriesContext(connection) as many:
        cast.page.get(reverse(LIST))
    assert len(many) <= len(few)
