"""A caller's page: what is known, the stream, and an answer by text."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import send_email
from telephony import caller_page, texting
from telephony.models import Call, Caller, PhoneNumber, TextMessage
from telephony.tests.hostile import CALLER, LINE, build_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller() -> Caller:
    build_line()
    return Caller.objects.create(number=f"+{CALLER}", name="Boulangerie Roux")


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss", "", "x"))
    return client


def address(caller: Caller, part: str = "change") -> str:
    return f"/admin/telephony/caller/{caller.pk}/{part}/"


def reply(boss: Client, caller: Caller, text: str, key: str = "k1") -> Any:
    line = PhoneNumber.objects.get()
    values = {"text": text, "phone_number": line.pk, "key": key}
    return boss.post(address(caller, "reply"), values)


def called(caller: Caller, minutes_ago: int, leg: str, **values: Any) -> Call:
    at = clock.now() - timedelta(minutes=minutes_ago)
    facts: dict[str, Any] = {
        "leg_uuid": leg,
        "phone_number": PhoneNumber.objects.get(),
        "dialled": f"+{LINE}",
        "label": "Main line",
        "caller": str(caller.number),
        "started_at": at,
        "ended_at": at,
        "outcome": "gave_up_ringing",
        "phase": "ended",
    }
    return Call.objects.create(token=leg, **{**facts, **values})


def wrote(caller: Caller, minutes_ago: int, text: str) -> TextMessage:
    at = clock.now() - timedelta(minutes=minutes_ago)
    return TextMessage.objects.create(caller=caller, direction="in", text=text, at=at)


def test_calls_and_texts_stand_in_one_stream_newest_first(boss: Client, caller: Caller) -> None:
    wrote(caller, 20, "Older")
    call = called(caller, 10, "leg-1")
    wrote(caller, 5, "Newer")
    page = boss.get(address(caller))
    text = page.content.decode()
    found = [text.index(part) for part in ("Newer", f"/call/{call.pk}/change/", "Older")]
    assert found == sorted(found)
    assert "Boulangerie Roux" in text


@pytest.mark.requirement("CRM-08")
def test_a_call_placed_to_the_caller_stands_in_the_stream(boss: Client, caller: Caller) -> None:
    call = called(caller, 1, "placed", direction="out", leg_uuid=None)
    page = boss.get(address(caller)).content.decode()
    assert "Call placed · Main line" in page
    assert f"/call/{call.pk}/change/" in page


@pytest.mark.requirement("CRM-08")
def test_a_call_back_to_another_number_stands_with_the_caller_and_with_that_number(
    boss: Client, caller: Caller
) -> None:
    other = Caller.objects.create(number="+33612345678")
    missed = called(caller, 9, "missed", callback_number=str(other.number))
    first = called(other, 2, "placed", direction="out", leg_uuid=None, answers=missed)
    again = called(other, 1, "again", direction="out", leg_uuid=None, answers=first)
    pages = [boss.get(address(each)).content.decode() for each in (caller, other)]
    said = [page.split("Call placed")[1].split("</span>")[0] for page in pages]
    assert said == [
        ' · Main line · <span class="num">+33\xa06\xa012\xa034\xa056\xa078',
        " · Main line",
    ]
    for page in pages:
        assert [f"/call/{call.pk}/change/" in page for call in (first, again)] == [True, True]


def test_an_e_mail_stands_once_with_all_its_readers_and_how_each_stands(
    boss: Client, caller: Caller
) -> None:
    call = called(caller, 30, "Bruno")
    for letter, to, subject in (
        ("unanswered", "sam@example.org", "Unanswered call"),
        ("unanswered", "Zoe@example.org", "Appel sans réponse"),
        ("nobody_on_call", "sam@example.org", "Nobody was on call"),
    ):
        key, cause = f"{letter}:{call.pk}:{to}", f"call:{call.pk}"
        send_email(to=to, subject=subject, body="x", cause=cause, key=key, now=clock.now())
    OutgoingMessage.objects.filter(subject="Unanswered call").update(state="sent")
    OutgoingMessage.objects.filter(to="Zoe@example.org").update(state="failed")
    reader = User.objects.get()
    entries = caller_page.stream(caller, reader, clock.now())["entries"]
    mails = [each for each in entries if each.key.startswith("mail")]
    assert [(each.kind, each.words) for each in mails] == [
        ("E-mail", "Nobody was on call"),
        ("E-mail", "Unanswered call"),
    ]
    assert [(each.to, each.look.tone, each.look.words) for each in mails[1].readers] == [
        ("sam@example.org", "ok", "Sent"),
        ("Zoe@example.org", "bad", "Failed"),
    ]
    assert "Zoe@example.org" in boss.get(address(caller, "live")).content.decode()


def test_an_answer_is_sent_once_from_our_number(boss: Client, caller: Caller) -> None:
    for _time in range(2):
        assert reply(boss, caller, "On our way").status_code == 302
    text = TextMessage.objects.get()
    assert (text.text, text.state, text.sent_by) == ("On our way", "queued", User.objects.get())
    assert "On our way" in boss.get(address(caller, "live")).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "ê" * 500])
def test_a_refused_answer_stays_in_its_box(boss: Client, caller: Caller, text: str) -> None:
    page = reply(boss, caller, text)
    assert page.status_code == 422
    assert text in page.content.decode()
    assert 'role="alert"' in page.content.decode()
    assert not TextMessage.objects.exists()


def test_whoever_wants_no_texts_cannot_be_answered(boss: Client, caller: Caller) -> None:
    Caller.objects.update(sms_stopped_at=clock.now())
    assert "wrote STOP" in boss.get(address(caller)).content.decode()
    assert reply(boss, caller, "Hello").status_code == 422
    assert not TextMessage.objects.exists()


def test_what_is_known_is_edited_at_the_version_that_was_read(boss: Client, caller: Caller) -> None:
    values = {"name": "Roux", "language": "fr", "email": "roux@example.org", "version": 1}
    assert boss.post(address(caller), values).status_code == 302
    caller.refresh_from_db()
    assert (caller.name, caller.language, caller.email, caller.version) == (
        "Roux",
        "fr",
        "roux@example.org",
        2,
    )
    assert str(caller.number) == f"+{CALLER}"
    stale = boss.post(address(caller), {**values, "name": "Other"})
    assert "changed by someone else" in stale.content.decode()


def test_a_caller_with_texts_is_not_deleted(boss: Client, caller: Caller) -> None:
    wrote(caller, 1, "Hello")
    boss.post(address(caller, "delete"), {"post": "yes"})
    assert TextMessage.objects.count() == 1


def test_a_calls_page_leads_to_its_caller(boss: Client, caller: Caller) -> None:
    call = called(caller, 1, "leg-1")
    page = boss.get(f"/admin/telephony/call/{call.pk}/change/").content.decode()
    assert address(caller) in page


def test_the_stream_costs_as_much_for_many_as_for_few(boss: Client, caller: Caller) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert boss.get(address(caller, "live")).status_code == 200
        return len(captured)

    called(caller, 1, "leg-0")
    texting.reply(caller.pk, PhoneNumber.objects.get().pk, "x", key="0", user=None, now=clock.now())
    few = queries()
    for number in range(1, 20):
        call = called(caller, number, f"leg-{number}")
        back = called(caller, number, f"back-{number}", direction="out", answers=call)
        Call.objects.filter(pk=back.pk).update(caller="+33612345678")
        wrote(caller, number, "x")
    assert queries() == few


def test_the_api_keeps_callers(boss: Client, caller: Caller) -> None:
    one = f"/api/v1/callers/{caller.pk}/"
    changed = boss.patch(one, {"name": "Roux", "version": 1}, "application/json")
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (
        200,
        "Roux",
        2,
    )
    fixed = boss.patch(one, {"number": "0612345678", "version": 2}, "application/json")
    assert (fixed.status_code, fixed.json()["code"]) == (400, "number_fixed")
    assert boss.patch(one, {"name": "x", "version": 1}, "application/json").status_code == 409
    new = boss.post("/api/v1/callers/", {"number": "06 12 34 56 78"}, "application/json")
    assert (new.status_code, new.json()["number"]) == (201, "+33612345678")


def test_the_list_shows_numbers_as_people_write_them(boss: Client, caller: Caller) -> None:
    answer = boss.get("/admin/telephony/caller/")
    assert (answer.status_code, "+33 6 98 76 54 32" in answer.content.decode()) == (200, True)
