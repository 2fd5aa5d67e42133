"""The list of people, and a person's page: who, how to reach them, what is to be put right."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling import colours, services
from scheduling.enums import Role
from scheduling.models import ContactNumber, Organisation, Service, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, send

pytestmark = pytest.mark.django_db
LIST = reverse("admin:scheduling_staff_changelist")
ADD = reverse("admin:scheduling_staff_add")


@pytest.fixture
def page() -> Client:
    build.organisation(region="FR")
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def edit(row: Any) -> str:
    return reverse(f"admin:scheduling_{row._meta.model_name}_change", args=[row.pk])


def text(page: Client, address: str) -> str:
    """Return the words of a page."""
    shown = page.get(address).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def number(row: int, **values: Any) -> dict[str, Any]:
    """Return the fields of one number in a form."""
    return {f"numbers-{row}-{name}": value for name, value in values.items()}


@pytest.mark.requirement("PLA-01")
@pytest.mark.requirement("PLA-02")
def test_two_new_numbers_are_saved_in_one_go_in_their_order(page: Client) -> None:
    send(
        page,
        ADD,
        name="Amélie",
        **{"numbers-TOTAL_FORMS": 2},
        **number(0, number="06 12 34 56 78", label="mobile", position=2, can_sms=None),
        **number(1, number="01 39 98 00 01", label="home", position=1, enabled="on", can_sms="on"),
    )
    amelie = Staff.objects.get(name="Amélie")
    kept = [(str(row.number), row.label, row.can_sms) for row in amelie.numbers.all()]
    assert kept == [("+33139980001", "home", True), ("+33612345678", "mobile", False)]


def test_a_row_in_which_nothing_was_written_is_no_number(page: Client) -> None:
    send(page, ADD, name="Amélie", **{"numbers-TOTAL_FORMS": 2}, **number(1, position=2))
    assert Staff.objects.get(name="Amélie").numbers.count() == 0


def test_a_row_with_a_label_alone_asks_for_its_number(page: Client) -> None:
    answer = send(page, ADD, name="Amélie", **number(0, label="mobile"))
    assert errors(answer) == ["This field is required."]
    assert not Staff.objects.filter(name="Amélie").exists()


@pytest.mark.requirement("PLA-02")
def test_numbers_are_put_in_another_order(page: Client) -> None:
    bob = build.staff("Bob", "+33612345678", "+33612345679")
    send(page, edit(bob), **{"numbers-0-position": 2, "numbers-1-position": 1})
    assert [str(row.number) for row in bob.numbers.all()] == ["+33612345679", "+33612345678"]


def test_a_number_says_how_to_write_it_as_this_house_does(page: Client) -> None:
    shown = page.get(ADD).content.decode()
    assert 'placeholder="06 12 34 56 78"' in shown
    assert "Like 06 12 34 56 78 or +33 6 12 34 56 78." in shown


def test_the_reason_stands_under_the_box(page: Client) -> None:
    answer = send(page, ADD, name="Amélie", **number(0, number="06 12"))
    reason = "“06 12” is not a phone number; write it like 06 12 34 56 78 or +33 6 12 34 56 78."
    under = re.search(r'id="id_numbers-0-number_error">(.*?)</p>', answer.content.decode(), re.S)
    assert under is not None
    assert re.sub(r"<[^>]+>", "", under[1]).strip() == reason


def test_how_a_number_is_answered_is_chosen_in_words(page: Client) -> None:
    bob = build.staff("Bob", "+33612345678")
    send(page, edit(bob), **{"numbers-0-call_connect": "false"})
    assert ContactNumber.objects.get(staff=bob).call_connect is False
    send(page, edit(bob), **{"numbers-0-call_connect": "unknown"})
    assert ContactNumber.objects.get(staff=bob).call_connect is None


def test_a_number_kept_as_it_was_is_not_refused_for_a_new_rule(page: Client) -> None:
    bob = build.staff("Bob", "+33612345678")
    Organisation.objects.update(allowed_countries=["DE"])
    send(page, edit(bob), **{"numbers-0-label": "mobile"})
    assert ContactNumber.objects.get(staff=bob).label == "mobile"


@pytest.mark.requirement("PLA-04")
def test_the_palette_is_offered_with_who_has_each_colour(page: Client) -> None:
    build.staff("Bob", colour=colours.PALETTE[0])
    shown = page.get(ADD).content.decode()
    assert shown.count('type="radio" name="colour"') == len(colours.PALETTE) + 1
    assert f"c-{colours.PALETTE[0][1:]}" in shown
    assert "like Bob" in shown


@pytest.mark.requirement("PLA-04")
def test_a_colour_is_chosen_from_the_palette_and_kept_otherwise(page: Client) -> None:
    bob = build.staff("Bob", colour="#123456")
    send(page, edit(bob), name="Bobby")
    bob.refresh_from_db()
    assert bob.colour == "#123456"
    send(page, edit(bob), colour=colours.PALETTE[3])
    bob.refresh_from_db()
    assert bob.colour == colours.PALETTE[3]


def test_what_is_to_be_put_right_stands_above_the_form_with_what_to_do(page: Client) -> None:
    build.staff("Bob", colour="#426bc6", email="b@example.org")
    amelie = build.staff("Amélie", "+33612345678", colour="#436bc6", email="")
    shown = text(page, edit(amelie))
    for words in (
        "Messages and warnings cannot be sent here: add an e-mail address.",
        "Nobody has confirmed +33 6 12 34 56 78 yet: make a test call, and key 1 confirms it.",
        "The colour is hard to tell from that of Bob: choose another one.",
    ):
        assert words in shown


@pytest.fixture
def outgrown(page: Client) -> Staff:
    """Somebody whose numbers were good once: one is none any more, one may not be called."""
    bob = build.staff("Bob", "+33612345678", "+33612345679")
    ContactNumber.objects.filter(number="+33612345679").update(number="+33612")
    Organisation.objects.update(allowed_countries=["DE"])
    return bob


def test_a_persons_page_says_which_number_is_none_and_which_may_not_be_called(
    page: Client, outgrown: Staff
) -> None:
    shown = text(page, edit(outgrown))
    for words in (
        "+33 612 is no phone number any more: write it anew.",
        "+33 6 12 34 56 78 lies in a country that the settings do not let you call: "
        "allow the country there, or give another number.",
    ):
        assert words in shown


def test_the_list_warns_of_a_number_that_is_none_and_of_a_country_not_called(
    page: Client, outgrown: Staff
) -> None:
    assert "no usable number number that is none country not called" in text(page, LIST)


def test_each_number_has_its_test_call(page: Client) -> None:
    bob = build.staff("Bob", "+33612345678")
    shown = page.get(edit(bob)).content.decode()
    row = ContactNumber.objects.get(staff=bob)
    assert f'data-test-call="/api/v1/contact-numbers/{row.pk}/test/"' in shown
    assert "never tested" in shown


def test_who_may_only_look_gets_no_button(page: Client) -> None:
    bob = build.staff("Bob", "+33612345678")
    client = Client()
    client.force_login(login(Role.SUPERVISOR))
    shown = client.get(edit(bob)).content.decode()
    assert "never tested" in shown
    assert "data-test-call=" not in shown


def test_the_list_shows_who_is_on_call_until_when_and_who_is_next(page: Client) -> None:
    amelie, bob = build.staff("Amélie"), build.staff("Bob")
    rota = build.schedule("Paris")
    now = clock.now()
    build.shift(rota, amelie, now - timedelta(hours=1), now + timedelta(hours=1))
    build.shift(rota, bob, now + timedelta(hours=1), now + timedelta(hours=2), level=2)
    shown = text(page, LIST)
    assert re.search(r"Amélie .* now until \w{3} \d+ \w{3} \d\d:\d\d Paris, level 1", shown)
    assert re.search(r"Bob .* from \w{3} \d+ \w{3} \d\d:\d\d Paris, level 2", shown)


def test_the_list_shows_the_first_number_in_use_and_how_many_more(page: Client) -> None:
    bob = build.staff("Bob", "+33612345678", "+33612345679", "+33612345670")
    ContactNumber.objects.filter(staff=bob, number="+33612345678").update(enabled=False)
    assert "+33 6 12 34 56 79 +2" in text(page, LIST)


def test_the_list_can_be_narrowed_to_what_is_to_be_put_right(page: Client) -> None:
    fine = build.staff("Fine", "+33612345678", colour="#426bc6", email="f@example.org")
    ContactNumber.objects.filter(staff=fine).update(verified_at="2027-01-04T08:00:00+00:00")
    Staff.objects.create(name="Lost", colour="#e6964f", email="l@example.org")
    everybody, narrowed = text(page, LIST), text(page, f"{LIST}?warnings=yes")
    assert ("Fine" in everybody, "Lost" in everybody) == (True, True)
    assert ("Fine" in narrowed, "Lost" in narrowed) == (False, True)
    assert "no number" in narrowed


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(page: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page.get(LIST)
        return len(captured)

    build.staff("A")
    few = asked()
    for name in "BCDEFG":
        build.staff(name)
    assert asked() == few


def test_a_page_of_numbers_asks_the_same_number_of_questions(page: Client) -> None:
    def asked(person: Staff) -> int:
        with CaptureQueriesContext(connection) as captured:
            page.get(edit(person))
        return len(captured)

    one = build.staff("A", "+33612345678")
    five = build.staff("B", *(f"+3361234560{n}" for n in range(5)))
    asked(one)
    assert asked(one) == asked(five)


def test_who_is_on_the_rota_is_not_deleted_and_the_page_says_what_to_do(page: Client) -> None:
    bob, rota = build.staff("Bob"), build.schedule()
    build.shift(rota, bob, at(8), at(9))
    address = reverse("admin:scheduling_staff_delete", args=[bob.pk])
    assert "Make them inactive instead" in text(page, address)
    page.post(address, {"post": "yes"})
    assert Staff.objects.filter(pk=bob.pk).exists()


@pytest.mark.requirement("PLA-17")
def test_a_persons_page_says_how_they_are_called(page: Client) -> None:
    bob = build.staff("Bob")
    assert "A call centre is such a transfer that rings 60 seconds." in text(page, edit(bob))
    send(page, edit(bob), call_process="transfer")
    bob.refresh_from_db()
    assert bob.call_process == "transfer"


def test_a_service_has_its_members_and_numbers_in_order(page: Client) -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    send(
        page,
        reverse("admin:scheduling_service_add"),
        name_en="Emergency",
        answered_by="members",
        **{"member_entries-TOTAL_FORMS": 2, "member_entries-0-staff": bob.pk},
        **{"member_entries-0-position": 2, "member_entries-1-staff": alice.pk},
        **{"member_entries-1-position": 1, "numbers-TOTAL_FORMS": 1},
        **number(0, number="01 39 98 00 01", position=1, enabled="on"),
    )
    service = Service.objects.get()
    assert [entry.staff for entry in service.member_entries.all()] == [alice, bob]
    assert [str(row.number) for row in service.numbers.all()] == ["+33139980001"]


def test_categories_are_listed_in_their_order_with_ways_to_move_them(page: Client) -> None:
    second = services.create_category({"name": {"en": "Second"}, "position": 2})
    first = services.create_category({"name": {"en": "First"}, "position": 1})
    services.create_service({"name": {"en": "Boiler"}, "category": first})
    shown = page.get(reverse("admin:scheduling_servicecategory_changelist")).content.decode()
    orders = re.findall(r'data-order="([^"]+)" data-position="(\d)" data-version="(\d)"', shown)
    assert orders == [
        (f"service-categories/{first.pk}", "1", "1"),
        (f"service-categories/{second.pk}", "2", "1"),
    ]
    assert re.findall(r'field-how_many">(\d)<', shown) == ["1", "0"]


@pytest.mark.requirement("VPB-13")
@pytest.mark.parametrize("extension", ["7", "abc", "20111x", "123456"])
def test_an_extension_that_nobody_can_dial_is_told_at_its_box(page: Client, extension: str) -> None:
    answer = send(page, ADD, name="Amélie", extension=extension)
    assert errors(answer) == ["An extension has 3 to 5 digits: callers can dial no other."]
    send(page, ADD, name="Amélie", extension="201")
    assert Staff.objects.get().extension == "201"
