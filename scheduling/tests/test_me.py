"""The page of staff: their duties, swaps and time off, by plain forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import CalendarFeed, Override, Schedule, Shift, Staff, SwapRequest, TimeOff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db
ME = "/me/"


@pytest.fixture(autouse=True)
def nine_o_clock() -> Iterator[None]:
    with clock.driven_by(lambda: at(9)):
        yield


class Cast:
    """Alice, on call now until 18, and Bob on Tuesday; each with a browser."""

    def __init__(self) -> None:
        self.rota: Schedule = build.schedule("Astreinte", time_zone="Europe/Paris")
        self.alice, self.her = self.person("Alice")
        self.bob, self.him = self.person("Bob")
        self.hers: Shift = build.shift(self.rota, self.alice, at(8), at(18))
        self.his: Shift = build.shift(self.rota, self.bob, at(8, day=5), at(18, day=5))

    def person(self, name: str, **values: Any) -> tuple[Staff, Client]:
        """Create a person with a login, signed in."""
        user = User.objects.create(username=name)
        page = Client()
        page.force_login(user)
        return build.staff(name, user=user, **values), page

    def offer(self, **values: Any) -> Any:
        """Let Alice offer her shift to Bob, or what `values` say."""
        body = {"offered_to": [self.bob.pk], **values}
        return self.her.post(f"{ME}shifts/{self.hers.pk}/offer/", body, follow=True)


@pytest.fixture
def cast() -> Cast:
    return Cast()


def words(page: Any) -> str:
    """Return what a page says, in one line."""
    text = re.sub(r"<(script|style|title).*?</\1>|<[^>]*>", " ", page.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(text))


def told(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_staff_see_what_they_are_on_call_for_and_until_when(cast: Cast) -> None:
    build.shift(cast.rota, build.staff("Charlie"), at(8), at(18), 2)
    text = words(cast.her.get(ME))
    assert "You are on call" in text
    assert "Until 19:00" in text
    assert "Astreinte · Charlie (level 2)" in text


def test_coming_duties_are_listed_with_those_of_a_stand_in(cast: Cast) -> None:
    Override.objects.create(
        schedule=cast.rota, replaces_shift=cast.his, staff=cast.alice, period=cast.his.period
    )
    board = cast.her.get(ME).context["board"]
    assert [(duty.shift, duty.weekday, duty.times) for duty in board.coming] == [
        (cast.his.pk, "Tue", "09:00 → 19:00")
    ]
    assert cast.him.get(ME).context["board"].duties == ()


def test_who_cannot_be_reached_reads_why(cast: Cast) -> None:
    cast.alice.numbers.all().delete()
    assert "You cannot be reached: no usable number." in words(cast.her.get(ME))


def test_a_shift_is_offered_and_the_other_accepts(cast: Cast) -> None:
    page = cast.offer(note="train")
    assert told(page) == ["Asked: Bob. The shift is yours until somebody accepts."]
    assert "asked: Bob" in words(page)
    row = SwapRequest.objects.get()
    seen = words(cast.him.get(ME))
    assert "Alice asks you to take over: Mon 4 Jan, 09:00 → 19:00, Astreinte, level 1" in seen
    assert "“train”" in seen
    page = cast.him.post(f"{ME}swaps/{row.pk}/accept/", {"version": row.version}, follow=True)
    assert told(page) == ["You take over this shift."]
    assert Override.objects.get().period.lower == at(9)
    assert "You are on call" in words(page)
    assert cast.her.get(ME).context["board"].running == []


def test_the_form_offers_all_of_the_shift_and_its_answer_follows_it(cast: Cast) -> None:
    page = cast.her.get(f"{ME}shifts/{cast.hers.pk}/offer/")
    form = page.context["form"]
    ends = {name: form[name].value().isoformat() for name in ("starts_local", "ends_local")}
    assert ends == {"starts_local": "2027-01-04T09:00:00", "ends_local": "2027-01-04T19:00:00"}
    cast.offer(**ends)
    assert SwapRequest.objects.get().period is None


def test_a_part_is_offered_by_the_clock_of_the_schedule(cast: Cast) -> None:
    cast.offer(starts_local="2027-01-04T14:00", ends_local="2027-01-04T16:00")
    row = SwapRequest.objects.get()
    assert (row.starts_at, row.ends_at) == (at(13), at(15))


def test_an_exchange_asks_whose_shift_it_is(cast: Cast) -> None:
    cast.offer(offered_to=[], in_return_for=cast.his.pk)
    row = SwapRequest.objects.get()
    assert (list(row.offered_to.all()), row.in_return_for) == ([cast.bob], cast.his)
    assert "In return Alice takes yours: Tue 5 Jan, 09:00 → 19:00" in words(cast.him.get(ME))


def test_what_is_refused_is_said_in_the_form(cast: Cast) -> None:
    page = cast.offer(offered_to=[])
    assert (page.status_code, "Say whom you ask." in words(page)) == (200, True)
    page = cast.offer(starts_local="2027-01-04T20:00", ends_local="2027-01-04T21:00")
    assert "This is not within the shift." in words(page)
    assert not SwapRequest.objects.exists()


def test_nobody_offers_what_is_not_theirs(cast: Cast) -> None:
    address = f"{ME}shifts/{cast.hers.pk}/offer/"
    assert cast.him.post(address, {"offered_to": [cast.alice.pk]}).status_code == 404


def test_an_offer_is_declined_or_withdrawn(cast: Cast) -> None:
    cast.offer()
    page = cast.him.post(f"{ME}swaps/{SwapRequest.objects.get().pk}/decline/", follow=True)
    assert told(page) == ["You declined."]
    cast.offer()
    row = SwapRequest.objects.get(state="open")
    page = cast.her.post(f"{ME}swaps/{row.pk}/withdraw/", follow=True)
    assert told(page) == ["The offer is withdrawn: the shift stays yours."]
    states = SwapRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["declined", "withdrawn"]


def test_an_answer_that_comes_too_late_is_said(cast: Cast) -> None:
    cast.offer()
    row = SwapRequest.objects.get()
    cast.her.post(f"{ME}swaps/{row.pk}/withdraw/")
    page = cast.him.post(f"{ME}swaps/{row.pk}/accept/", follow=True)
    assert told(page) == ["This offer was answered or withdrawn already."]
    page = cast.him.post(f"{ME}swaps/{row.pk}/accept/", {"version": 1}, follow=True)
    assert told(page) == ["It was changed by someone else since: look again."]


def test_a_running_shift_of_a_colleague_is_taken_over(cast: Cast) -> None:
    board = cast.him.get(ME).context["board"]
    assert [duty.shift for duty in board.colleagues] == [cast.hers.pk]
    page = cast.him.post(f"{ME}shifts/{cast.hers.pk}/take-over/", follow=True)
    assert told(page) == ["You take over this shift. Your colleague is told by e-mail."]
    assert "You are on call" in words(page)


def test_on_another_rota_nothing_is_seen_or_taken(cast: Cast) -> None:
    _dan, page = cast.person("Dan")
    assert page.get(ME).context["board"].colleagues == ()
    answer = page.post(f"{ME}shifts/{cast.hers.pk}/take-over/", follow=True)
    assert told(answer) == ["You have no shifts on “Astreinte”: ask its manager."]


def test_whole_days_off_last_to_their_end_on_the_persons_clock(cast: Cast) -> None:
    cast.alice.time_zone = "America/New_York"
    cast.alice.save()
    body = {"starts_on": "2027-01-11", "ends_on": "2027-01-12", "reason": "leave"}
    page = cast.her.post(f"{ME}time-off/", body, follow=True)
    row = TimeOff.objects.get()
    assert (row.staff, row.starts_at, row.ends_at, row.reason) == (
        cast.alice,
        at(5, day=11),
        at(5, day=13),
        "leave",
    )
    assert told(page) == ["Your time off is entered."]
    assert "Mon 11 Jan to Tue 12 Jan leave" in words(page)


def test_a_part_of_a_day_off(cast: Cast) -> None:
    day = {"starts_on": "2027-01-11", "ends_on": "2027-01-11"}
    cast.her.post(f"{ME}time-off/", {**day, "start_time": "14:00", "end_time": "16:00"})
    row = TimeOff.objects.get()
    assert (row.starts_at, row.ends_at) == (at(13, day=11), at(15, day=11))


def test_time_off_that_cannot_be_is_said_in_the_form(cast: Cast) -> None:
    body = {"starts_on": "2027-01-12", "ends_on": "2027-01-10"}
    page = cast.her.post(f"{ME}time-off/", body)
    assert (page.status_code, "The end must be after the start." in words(page)) == (422, True)


@pytest.mark.parametrize("until", ["2200-01-01", "9999-12-31"])
def test_time_off_for_ever_is_refused_in_the_form(cast: Cast, until: str) -> None:
    page = cast.her.post(f"{ME}time-off/", {"starts_on": "2027-01-12", "ends_on": until})
    assert (page.status_code, "This is too far in time." in words(page)) == (422, True)


def test_ones_own_time_off_is_deleted_and_nobody_elses(cast: Cast) -> None:
    row = TimeOff.objects.create(staff=cast.alice, period=(at(0, day=11), at(0, day=12)))
    address = f"{ME}time-off/{row.pk}/delete/"
    assert cast.him.post(address, {"version": 1}).status_code == 404
    page = cast.her.post(address, {"version": 1}, follow=True)
    assert (told(page), TimeOff.objects.exists()) == (["Your time off is deleted."], False)


def test_ones_own_calendar_address_is_made_and_revoked(cast: Cast) -> None:
    address = f"{ME}calendar/"
    page = cast.her.post(address, {"act": "create"}, follow=True)
    feed = CalendarFeed.objects.get()
    assert (feed.staff, feed.created_by) == (cast.alice, cast.alice.user)
    assert f"/calendar/{feed.token}.ics" in page.content.decode()
    assert feed.token not in cast.him.get(address).content.decode()
    cast.her.post(address, {"act": "revoke", "feed": feed.pk, "version": feed.version})
    feed.refresh_from_db()
    assert feed.revoked_at is not None


def test_it_speaks_the_language_of_the_person(cast: Cast) -> None:
    Staff.objects.update(language="fr")
    text = words(cast.her.get(ME))
    assert "Vous êtes d\u2019astreinte" in text
    assert "Mes prochaines gardes" in text


def test_a_form_without_its_token_is_refused(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert cast.alice.user is not None
    strict.force_login(cast.alice.user)
    answer = strict.post(f"{ME}shifts/{cast.his.pk}/take-over/")
    assert (answer.status_code, Override.objects.exists()) == (403, False)


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    cast.offer()
    swap = {"requested_by": cast.bob, "created_at": at(9), "in_return_for": cast.hers}
    SwapRequest.objects.create(shift=cast.his, **swap).offered_to.set([cast.alice])
    with CaptureQueriesContext(connection) as few:
        cast.her.get(ME)
    lyon = build.schedule("Lyon")
    for day in range(6, 20):
        build.shift(lyon, cast.alice, at(8, day), at(18, day))
        other = build.shift(lyon, build.staff(f"P{day}"), at(8, day), at(18, day), 2)
        SwapRequest.objects.create(shift=other, **swap).offered_to.set([cast.alice])
    with CaptureQueriesContext(connection) as many:
        page = cast.her.get(ME)
    assert len(page.context["board"].to_me) == 15
    assert len(many) <= len(few)


def test_staff_who_sign_in_come_to_their_page() -> None:
    user = login(Role.STAFF)
    user.set_password("secret")
    user.save()
    page = Client()
    body = {"username": user.username, "password": "secret", "next": reverse("admin:index")}
    answer = page.post(reverse("admin:login"), body, follow=True)
    assert answer.redirect_chain[-1] == (ME, 302)
    answer = page.post(f"{ME}sign-out/", follow=True)
    assert answer.redirect_chain == [(reverse("admin:login"), 302)]


def test_supervisors_find_it_in_their_menu() -> None:
    page = Client()
    page.force_login(login(Role.SUPERVISOR))
    assert 'href="/me/"' in page.get(reverse("admin:index")).content.decode()
    assert "On call now" in words(page.get(ME))
