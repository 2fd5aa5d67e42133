"""Texts with callers: who may get one, what is kept, and how states move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from oncall_portal.lib.errors import Refused
from oncall_portal.outbox import again, deliver
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import send_sms
from scheduling.models import Organisation
from telephony import texting
from telephony.enums import TextState
from telephony.models import Caller, PhoneNumber, TextMessage
from telephony.types.texts import ReceivedText, TextReport

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINE, CALLER = "+33970000001", "+33698765432"
pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> PhoneNumber:
    Organisation.objects.create(pk=1, name="Dupont")
    return PhoneNumber.objects.create(name="Main line", number=LINE)


def reply(line: PhoneNumber, text: str = "Hello", number: str = CALLER, key: str = "k") -> Any:
    caller, _new = Caller.objects.get_or_create(number=number)
    return texting.reply(caller.pk, line.pk, text, key=key, user=None, now=NOW)


def received(text: str, sender: str = CALLER, platform_id: str = "m1") -> ReceivedText:
    return ReceivedText(platform_id, sender, LINE, text, NOW)


def report(text: TextMessage, state: TextState, error: str = "") -> None:
    assert text.message is not None
    texting.note(TextReport("m1", text.message.reference, state, error), NOW)
    text.refresh_from_db()


def test_a_reply_is_a_row_of_the_stream_and_one_of_the_outbox(line: PhoneNumber) -> None:
    text = reply(line, " L\u2019eau\u00a0! ")
    message = OutgoingMessage.objects.get()
    assert (text.direction, text.text, text.state, text.message) == (
        "out",
        "L'eau !",
        "queued",
        message,
    )
    assert (message.channel, message.to, message.sender) == ("sms", CALLER, LINE)
    assert (message.body, message.cause) == ("L'eau !", f"caller:{text.caller_id}")


def test_the_same_form_sent_twice_is_one_text(line: PhoneNumber) -> None:
    assert reply(line).pk == reply(line).pk
    assert reply(line, key="other").pk != TextMessage.objects.order_by("pk")[0].pk
    assert (TextMessage.objects.count(), OutgoingMessage.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_text"),
        (" \n\u00a0", "empty_text"),
        ("a" * 919, "text_too_long"),
        ("ê" * 403, "text_too_long"),
    ],
)
def test_a_text_is_neither_empty_nor_longer_than_six_parts(
    line: PhoneNumber, text: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        reply(line, text)
    assert (refused.value.code, refused.value.field) == (code, "text")
    reply(line, "a" * 918)
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("allowed", "number", "fits"),
    [
        ([], "+33698765432", True),
        ([], "+447400123456", False),
        (["GB"], "+447400123456", True),
        (["GB"], "+33698765432", False),
        ([], "+999123456789", False),
        ([], "+336", False),
        ([], "+33899123456", False),  # premium rate
    ],
)
def test_texts_go_to_the_countries_of_the_house_or_to_its_own(
    line: PhoneNumber, allowed: list[str], number: str, fits: bool
) -> None:
    Organisation.objects.update(allowed_countries=allowed)
    if fits:
        reply(line, number=number)
        return
    with pytest.raises(Refused):
        reply(line, number=number)
    assert not OutgoingMessage.objects.exists()


def test_the_refusal_of_a_country_names_it_and_those_that_are_allowed(line: PhoneNumber) -> None:
    Organisation.objects.update(allowed_countries=["FR", "BE"])
    told = {}
    for number in ("+447400123456", "+881612345678", "+33899123456"):
        with pytest.raises(Refused) as refused:
            texting.check_country(number)
        told[refused.value.code, number] = str(refused.value.message)
    abroad = (
        "No texts are sent to numbers of this country (%s); the organisation's settings list those"
        " that may be called: FR, BE."
    )
    assert told == {
        ("country_not_allowed", "+447400123456"): abroad % "GB",
        ("country_not_allowed", "+881612345678"): abroad % "001",
        (
            "special_number",
            "+33899123456",
        ): "No texts are sent to this number: it may not be called.",
    }


def test_whoever_wrote_stop_gets_no_text(line: PhoneNumber) -> None:
    texting.receive(received("STOP"), NOW)
    with pytest.raises(Refused, match="caller_stopped_texts"):
        reply(line)
    assert not OutgoingMessage.objects.exists()


def test_stop_and_start_are_for_whoever_writes_them_alone(line: PhoneNumber) -> None:
    other = Caller.objects.create(number="+33698765433")
    texting.receive(received("STOP"), NOW)
    other.refresh_from_db()
    assert other.sms_stopped_at is None
    texting.receive(received("STOP", str(other.number), "m2"), NOW)
    texting.receive(received("START", CALLER, "m3"), NOW)
    other.refresh_from_db()
    assert other.sms_stopped_at == NOW


def test_a_text_leaves_from_the_number_that_was_chosen(line: PhoneNumber) -> None:
    second = PhoneNumber.objects.create(name="Second", number="+33970000002")
    sam = User.objects.create(username="sam")
    caller = Caller.objects.create(number=CALLER)
    text = texting.reply(caller.pk, second.pk, "Hello", key="k", user=sam, now=NOW)
    assert (text.phone_number, text.sent_by, text.at) == (second, sam, NOW)
    assert OutgoingMessage.objects.get().sender == "+33970000002"
    with pytest.raises(Refused) as refused:
        texting.reply(caller.pk, second.pk + 1, "Hello", key="k2", user=sam, now=NOW)
    assert (refused.value.code, refused.value.field) == ("unknown_number", "phone_number")


def test_a_country_that_is_no_longer_allowed_gets_nothing_that_waited(line: PhoneNumber) -> None:
    text = reply(line)
    Organisation.objects.update(allowed_countries=["GB"])
    assert deliver.deliver_next(NOW)
    text.refresh_from_db()
    message = OutgoingMessage.objects.get()
    assert (text.state, message.state, text.error) == ("failed", "failed", message.error[:200])


def test_a_number_of_nobody_we_know_obeys_the_same_countries(line: PhoneNumber) -> None:
    send_sms(to="+447400123456", body="x", cause="call:1", key="k", now=NOW)
    assert deliver.deliver_next(NOW)
    assert OutgoingMessage.objects.get().state == "failed"


S, D, F = TextState.SENT, TextState.DELIVERED, TextState.FAILED


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([S], "sent"),
        ([S, D], "delivered"),
        ([S, F], "failed"),
        ([D, S], "delivered"),
        ([D, F], "delivered"),
        ([F, D], "failed"),
        ([F, S], "failed"),
        ([D, D, S, D], "delivered"),
    ],
)
def test_states_move_forward_only(
    line: PhoneNumber, reports: list[TextState], expected: str
) -> None:
    text = reply(line)
    for state in reports:
        report(text, state, "no" if state is F else "")
    message = OutgoingMessage.objects.get()
    assert (text.state, message.state, message.sent_at) == (expected, expected, NOW)
    assert (text.error, message.error) == (("no", "no") if expected == "failed" else ("", ""))
    assert text.platform_id == "m1"


def test_a_text_that_failed_waits_again_in_the_stream_and_takes_its_new_id(
    line: PhoneNumber,
) -> None:
    text = reply(line)
    report(text, TextState.FAILED, "unreachable")
    assert text.message is not None
    again.send_again(text.message.pk, NOW)
    text.refresh_from_db()
    assert (text.state, text.error, text.platform_id) == ("queued", "", None)
    texting.sent(text.message.pk, "m2")
    text.refresh_from_db()
    assert (text.state, text.platform_id) == ("sent", "m2")


def test_a_text_that_failed_is_not_sent_again_to_whoever_wrote_stop(line: PhoneNumber) -> None:
    text = reply(line)
    report(text, TextState.FAILED, "unreachable")
    texting.receive(received("STOP", platform_id="m3"), NOW)
    assert text.message is not None
    with pytest.raises(Refused) as refused:
        again.send_again(text.message.pk, NOW)
    text.refresh_from_db()
    assert (refused.value.code, text.state) == ("caller_stopped_texts", "failed")


@pytest.mark.parametrize(
    "reference",
    ["", "outbox-", "outbox-0", "outbox-999", "outbox-²", "outbox-" + "9" * 40, "7", "x"],
)
def test_a_report_on_an_unknown_text_changes_nothing(line: PhoneNumber, reference: str) -> None:
    text = reply(line)
    texting.note(TextReport("unknown", reference, D), NOW)
    text.refresh_from_db()
    assert (text.state, text.platform_id) == ("queued", None)


@pytest.mark.parametrize("reference", ["", "outbox-999"])
def test_a_report_on_an_unknown_text_is_told_in_the_log(
    line: PhoneNumber, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    texting.note(TextReport("m9", reference, F), NOW)
    assert [record.getMessage() for record in caplog.records] == [
        "text_report_unknown id=m9 state=failed"
    ]


def test_the_platforms_first_id_of_a_text_stays_and_a_long_error_is_cut(line: PhoneNumber) -> None:
    text = reply(line)
    assert text.message is not None
    texting.sent(text.message.pk, "m1")
    text.refresh_from_db()
    assert (text.state, text.platform_id) == ("sent", "m1")
    texting.note(TextReport("m2", text.message.reference, F, "e" * 300), NOW)
    text.refresh_from_db()
    assert (text.state, text.platform_id, text.error) == ("failed", "m1", "e" * 200)


def test_a_report_without_our_reference_is_found_by_the_platforms_id(line: PhoneNumber) -> None:
    text = reply(line)
    texting.sent(OutgoingMessage.objects.get().pk, "m7")
    texting.note(TextReport("m7", "", D), NOW)
    text.refresh_from_db()
    assert text.state == "delivered"


def test_a_text_that_comes_in_is_kept_as_it_came(line: PhoneNumber) -> None:
    PhoneNumber.objects.create(name="Second", number="+33970000002")
    text = texting.receive(received("Hello"), NOW + timedelta(minutes=1))
    assert text is not None
    assert (text.text, text.state, text.at, text.phone_number) == ("Hello", "received", NOW, line)


def test_a_text_that_comes_twice_is_kept_once_and_obeyed_once(line: PhoneNumber) -> None:
    texting.receive(received("STOP"), NOW)
    texting.receive(received("start", platform_id="m2"), NOW + timedelta(hours=1))
    texting.receive(received("STOP"), NOW + timedelta(hours=2))  # a copy, late
    assert (TextMessage.objects.count(), Caller.objects.get().sms_stopped_at) == (2, None)


def test_stop_keeps_its_first_instant_and_the_version_of_the_caller(line: PhoneNumber) -> None:
    texting.receive(received("STOP"), NOW)
    texting.receive(received("arrêt", platform_id="m2"), NOW + timedelta(hours=1))
    caller = Caller.objects.get()
    assert (caller.sms_stopped_at, caller.version) == (NOW, 1)


def test_a_text_to_a_number_that_is_gone_is_kept_too(db: None) -> None:
    text = texting.receive(received("Hello"), NOW)
    assert text is not None
    assert (text.phone_number, str(text.caller.number)) == (None, CALLER)


def test_a_text_from_no_number_is_told_in_the_log_only(
    line: PhoneNumber, caplog: pytest.LogCaptureFixture
) -> None:
    assert texting.receive(received("Win!", sender=""), NOW) is None
    assert [record.getMessage() for record in caplog.records] == ["text_without_number id=m1"]
    assert not Caller.objects.exists()


@pytest.mark.requirement("CRM-03")
@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("+33612345677", True),
        ("+33145678901", False),
        ("+447400123456", False),
        ("+33612345678", False),
        ("+33698765432", False),
    ],
    ids=["a mobile", "a landline", "another country", "one of ours", "who wrote STOP"],
)
def test_a_number_of_nobody_here_may_be_told_by_text(
    line: PhoneNumber, number: str, may: bool
) -> None:
    PhoneNumber.objects.create(name="Mobile", number="+33612345678")
    Caller.objects.create(number=CALLER, sms_stopped_at=NOW)
    assert texting.may_be_told(number) is may
