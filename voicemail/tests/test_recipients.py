"""Who is written to about a message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from scheduling.enums import AnsweredBy
from scheduling.models import ContactNumber, Schedule, Service, ServiceMember, Shift, Staff
from voicemail.recipients import addressees
from voicemail.tests import cast
from voicemail.tests.cast import NOW
from voicemail.types import Addressee

pytestmark = pytest.mark.django_db


def service(*members: Staff) -> Service:
    row = Service.objects.create(name={"en": "Boilers"}, colour="#b35900")
    for position, member in enumerate(members, 1):
        ServiceMember.objects.create(service=row, staff=member, position=position)
    return row


def shift(schedule: Schedule, staff: Staff, start_hours: int, number: str = "") -> None:
    start = NOW + timedelta(hours=start_hours)
    Shift.objects.create(
        schedule=schedule, staff=staff, period=DateTimeTZRange(start, start + timedelta(hours=8))
    )
    if number:
        ContactNumber.objects.create(staff=staff, number=number)


def addresses(box: object, visit: object = None) -> list[str]:
    return [a.address for a in addressees(cast.message(box, visit))]  # type: ignore[arg-type]


def test_a_person_is_written_to_in_their_language() -> None:
    box = cast.mailbox({"staff": cast.person("Alice", language="fr")})
    alice = Staff.objects.get()
    assert addressees(cast.message(box, None)) == [
        Addressee("alice@example.org", "fr", alice.pk, "Europe/Paris")
    ]


@pytest.mark.requirement("VPB-04")
def test_a_service_stands_for_every_member_who_has_an_address() -> None:
    bob = cast.person("Bob", email="")
    members = service(cast.person("Alice"), bob, cast.person("Charlie"))
    assert addresses(cast.mailbox({"service": members})) == [
        "alice@example.org",
        "charlie@example.org",
    ]


@pytest.mark.requirement("VPB-05")
def test_an_additional_address_is_written_to_in_the_first_language_of_the_house() -> None:
    cast.organisation()
    box = cast.mailbox({"email": "office@example.org"})
    assert addressees(cast.message(box, None)) == [Addressee("office@example.org", "fr")]


def test_whoever_was_on_call_when_the_message_was_left_is_written_to() -> None:
    schedule = Schedule.objects.create(name="Paris")
    shift(schedule, cast.person("Alice"), -8, "+33612345601")
    shift(schedule, cast.person("Bob"), 0, "+33612345602")
    shift(schedule, cast.person("Charlie"), 8, "+33612345603")
    box = cast.mailbox({"on_shift": True})
    assert addresses(box, cast.call(schedule=schedule)) == ["bob@example.org"]


def test_whoever_is_on_call_without_a_phone_still_reads() -> None:
    schedule = Schedule.objects.create(name="Paris")
    shift(schedule, cast.person("Bob"), 0)
    box = cast.mailbox({"on_shift": True})
    assert addresses(box, cast.call(schedule=schedule)) == ["bob@example.org"]


def test_on_call_is_who_has_duty_on_the_rota_that_the_call_was_led_to() -> None:
    line, asked = Schedule.objects.create(name="Paris"), Schedule.objects.create(name="Boilers")
    shift(line, cast.person("Alice"), 0)
    shift(asked, cast.person("Bob"), 0)
    visit = cast.call(schedule=line)
    visit.state = {"plan": {"schedule": asked.pk}}
    assert addresses(cast.mailbox({"on_shift": True}), visit) == ["bob@example.org"]


def test_on_call_is_the_rota_of_the_service_that_was_chosen_on_a_number_without_one() -> None:
    schedule = Schedule.objects.create(name="Boilers")
    shift(schedule, cast.person("Bob"), 0)
    visit = cast.call()
    visit.service = service(cast.person("Alice"))
    visit.service.answered_by, visit.service.schedule = AnsweredBy.SCHEDULE.value, schedule
    assert addresses(cast.mailbox({"on_shift": True}), visit) == ["bob@example.org"]


def test_of_a_service_that_no_rota_answers_the_members_are_on_call() -> None:
    schedule = Schedule.objects.create(name="Paris")
    shift(schedule, cast.person("Bob"), 0)
    visit = cast.call(schedule=schedule)
    visit.service = service(cast.person("Alice"), cast.person("Charlie"))
    found = addresses(cast.mailbox({"on_shift": True}), visit)
    assert found == ["alice@example.org", "charlie@example.org"]


def test_one_address_is_written_to_once_however_it_is_spelt() -> None:
    alice = cast.person("Alice", email="Alice@example.org", language="en")
    box = cast.mailbox(
        {"email": "alice@EXAMPLE.org"}, {"staff": alice}, {"service": service(alice)}
    )
    assert addressees(cast.message(box, None)) == [
        Addressee("Alice@example.org", "en", alice.pk, "Europe/Paris")
    ]


def test_those_who_have_left_are_not_written_to() -> None:
    gone = cast.person("Alice")
    Staff.objects.update(active=False)
    box = cast.mailbox({"staff": gone}, {"staff": cast.person("Bob")})
    assert addresses(box) == ["bob@example.org"]


def test_when_nobody_of_the_mailbox_has_an_address_the_supervisors_read() -> None:
    cast.supervisor("Diane")
    box = cast.mailbox({"staff": cast.person("Alice", email="")}, {"on_shift": True})
    assert addresses(box) == ["diane@example.org"]


def test_without_a_mailbox_the_supervisors_read() -> None:
    cast.supervisor("Diane")
    assert addresses(None) == ["diane@example.org"]


def test_nobody_at_all_is_said() -> None:
    assert addresses(None) == []
