"""Statements written once give what the ORM gives, and the database plans them once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, DateTimeField, TextField
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import prepared
from oncall_portal.lib.prepared import Read, given
from scheduling.models import Divert, Schedule
from telephony.models import Call, CallEvent, PhoneNumber, WebhookReceipt

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def call(leg: str, **facts: Any) -> Call:
    made = {"token": f"token-{leg}", "dialled": "+33970000001", "started_at": NOW, **facts}
    return Call(leg_uuid=leg, **made)


def of_leg() -> Read[Call]:
    return Read(lambda: Call.objects.filter(leg_uuid=given("leg", TextField())))


# --- reading --------------------------------------------------------------------------------------


def test_each_call_of_a_read_has_its_own_values() -> None:
    first, second = call("one", state={"n": [1, None, "é"]}), call("two")
    first.save()
    second.save()
    read = of_leg()
    assert [read.all(leg="one"), read.all(leg="two"), read.all(leg="none")] == [
        [first],
        [second],
        [],
    ]
    assert (read.first(leg="none"), read.first(leg="one")) == (None, first)


def test_an_instance_is_whole() -> None:
    call("one", state={"n": [1, None, "é"]}, caller="+33600000001").save()
    read = of_leg().first(leg="one")
    usual = Call.objects.get()
    assert read is not None
    assert {f.attname: getattr(read, f.attname) for f in Call._meta.concrete_fields} == {
        f.attname: getattr(usual, f.attname) for f in Call._meta.concrete_fields
    }
    read.label = "changed"
    read.save()
    assert Call.objects.get().label == "changed"


def test_what_is_selected_beside_comes_with_it() -> None:
    schedule = Schedule.objects.create(name="Night")
    PhoneNumber.objects.create(number="+33970000001", name="A", schedule=schedule)
    read = Read(lambda: PhoneNumber.objects.select_related("schedule"))
    with CaptureQueriesContext(connection) as asked:
        (number,) = read.all()
        assert number.schedule == schedule
    assert len(asked) == 1


def test_rows_may_be_tuples() -> None:
    call("one", label="A").save()
    read = Read(
        lambda: Call.objects.filter(leg_uuid=given("leg", TextField())).values_list(
            "label", "state"
        )
    )
    assert read.all(leg="one") == [("A", None)]


def test_nothing_may_be_given() -> None:
    row = call("one")
    row.save()
    read = Read(lambda: Call.objects.filter(phone_number=given("number", BigIntegerField())))
    assert read.all(number=None) == []


def test_an_instant_finds_the_ranges_around_it() -> None:
    schedule = Schedule.objects.create(name="Night")
    divert = Divert.objects.create(
        schedule=schedule, period=(NOW, NOW + DAY), to_number="+33612345678", created_at=NOW
    )
    read = Read(lambda: Divert.objects.filter(period__contains=given("at", DateTimeField())))
    assert [read.all(at=NOW), read.all(at=NOW + DAY)] == [[divert], []]


def test_a_value_is_no_part_of_the_statement() -> None:
    call("one").save()
    assert of_leg().all(leg="' OR ''='") == []


def test_what_was_asked_can_be_told() -> None:
    with CaptureQueriesContext(connection) as asked:
        of_leg().all(leg="one")
    (told,) = asked.captured_queries
    assert """WHERE "telephony_call"."leg_uuid" = ($1::text)""" in told["sql"]


def test_a_read_is_planned_once() -> None:
    read = of_leg()
    read.all(leg="one")
    read.all(leg="two")
    told = prepared.rows(
        """
        SELECT generic_plans > 0, custom_plans FROM pg_prepared_statements
        WHERE statement LIKE '%%"telephony_call"."leg_uuid" = ($1)%%'
        """
    )
    assert told == [(True, 0)]


# --- writing --------------------------------------------------------------------------------------


def test_rows_that_are_inserted_get_their_ids_in_order() -> None:
    row = call("one", state={"n": 1})
    assert prepared.insert([row]) == [row.pk]
    events = [CallEvent(call=row, at=NOW, code=code, params={"c": code}) for code in "abc"]
    ids = prepared.insert(events)
    assert ids == [event.pk for event in events]
    assert list(CallEvent.objects.order_by("pk")) == events
    assert [event.params for event in CallEvent.objects.order_by("pk")] == [
        {"c": code} for code in "abc"
    ]
    assert Call.objects.get().state == {"n": 1}
    assert not row._state.adding


def test_no_rows_are_no_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert prepared.insert([]) == []
    assert len(asked) == 0


def test_a_row_that_is_there_is_passed_over_where_that_is_asked_for() -> None:
    def receipt() -> WebhookReceipt:
        return WebhookReceipt(jti="a", path="/p", body_hash="h", received_at=NOW)

    assert len(prepared.insert([receipt()], or_pass_over=True)) == 1
    again = receipt()
    assert prepared.insert([again], or_pass_over=True) == []
    assert again.pk is None
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.insert([receipt()])
    assert WebhookReceipt.objects.count() == 1


def test_an_update_writes_its_fields_alone() -> None:
    row = call("one", label="A", state={"n": 1})
    row.save()
    number = PhoneNumber.objects.create(number="+33970000001", name="A")
    row.label, row.state, row.phone_number, row.caller = "B", {"n": 2}, number, "+33600000001"
    prepared.update(row, ("label", "state", "phone_number"))
    kept = Call.objects.get()
    assert (kept.label, kept.state, kept.phone_number, kept.caller) == ("B", {"n": 2}, number, "")


def test_a_state_may_become_nothing() -> None:
    row = call("one", state={"n": 1})
    row.save()
    row.state = None
    prepared.update(row, ("state",))
    assert Call.objects.filter(state__isnull=True).exists()


# --- the connection -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_opened_again() -> None:
    read = of_leg()
    read.all(leg="one")
    connection.close()
    assert read.all(leg="one") == []
