"""The API of texts: a caller's stream, and a text to a caller."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from oncall_portal.outbox.models import OutgoingMessage
from scheduling.enums import Role
from scheduling.tests.logins import client, problem
from telephony.models import Caller, PhoneNumber, TextMessage

pytestmark = pytest.mark.django_db
API = "/api/v1/texts/"
CALLER = "+33698765432"


@pytest.fixture
def caller() -> Caller:
    PhoneNumber.objects.create(name="Main line", number="+33970000001")
    return Caller.objects.create(number=CALLER)


@pytest.fixture
def api(caller: Caller) -> APIClient:
    return client(Role.SUPERVISOR)


def body(caller: Caller, **values: Any) -> dict[str, Any]:
    line = PhoneNumber.objects.get()
    return {"caller": caller.pk, "phone_number": line.pk, "text": "On our way", **values}


def send(api: APIClient, caller: Caller, **values: Any) -> Any:
    return api.post(API, body(caller, **values), format="json")


def test_a_text_is_sent_and_answered_as_a_row(api: APIClient, caller: Caller) -> None:
    answer = send(api, caller)
    assert answer.status_code == 201
    text = TextMessage.objects.get()
    shown = answer.json()
    assert datetime.fromisoformat(shown.pop("at")) == text.at
    assert shown == {
        "id": text.pk,
        "caller": caller.pk,
        "phone_number": text.phone_number_id,
        "direction": "out",
        "text": "On our way",
        "state": "queued",
        "error": "",
        "call": None,
        "sent_by": "supervisor",
    }
    assert OutgoingMessage.objects.get().to == CALLER


def test_the_same_key_sends_once(api: APIClient, caller: Caller) -> None:
    first, second = (send(api, caller, key="k").json()["id"] for _time in range(2))
    assert (first, OutgoingMessage.objects.count()) == (second, 1)


def test_without_a_key_each_request_is_a_text(api: APIClient, caller: Caller) -> None:
    assert send(api, caller).json()["id"] != send(api, caller).json()["id"]


def test_the_texts_of_one_caller_are_listed_newest_first(api: APIClient, caller: Caller) -> None:
    other = Caller.objects.create(number="+33698765433")
    at = [datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (8, 9, 10)]
    for who, moment in ((caller, at[0]), (other, at[1]), (caller, at[2])):
        TextMessage.objects.create(caller=who, direction="in", text=str(moment.hour), at=moment)
    listed = api.get(f"{API}?caller={caller.pk}").json()["results"]
    assert [(row["text"], row["direction"], row["sent_by"]) for row in listed] == [
        ("10", "in", None),
        ("8", "in", None),
    ]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"text": "  "}, "text", "empty_text"),
        ({"text": "ê" * 500}, "text", "text_too_long"),
        ({"phone_number": 0}, "phone_number", "min_value"),
        ({"phone_number": 10**9}, "phone_number", "unknown_number"),
        ({"caller": 10**9}, "caller", "unknown_caller"),
        ({"to": CALLER}, "to", "unknown_field"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(
    api: APIClient, caller: Caller, values: dict[str, Any], field: str, code: str
) -> None:
    answer = api.post(API, {**body(caller), **values}, format="json")
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, code)]
    assert not TextMessage.objects.exists()


def test_whoever_wrote_stop_gets_none(api: APIClient, caller: Caller) -> None:
    Caller.objects.update(sms_stopped_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert problem(send(api, caller)) == (400, "caller_stopped_texts")


def test_staff_neither_read_nor_send(caller: Caller) -> None:
    api = client(Role.STAFF)
    assert (api.get(API).status_code, send(api, caller).status_code) == (403, 403)
