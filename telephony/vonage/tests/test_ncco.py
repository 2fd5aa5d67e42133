"""Every script of a call becomes an NCCO that the SDK and the emulated platform both take."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from urllib.parse import urlsplit

import pytest

from telephony import scripts
from telephony.emulator.ncco import check
from telephony.instructions import Join, Record, RecordCall, Say, Script
from telephony.models import Call, Leg
from telephony.tests.builders import cascade, phone, plan
from telephony.types import Ending, Waiting
from telephony.vonage import ncco, routes
from telephony.vonage.tests.ncco_checks import assert_valid_ncco

LINE = "33970000001"
OWN = Ending(message=True, texts={"fr": "Bonjour " * 400, "en": "Hello <&> 😀"}, max_seconds=7200)
ENDINGS = [Ending(message=True), Ending(message=False), OWN]
RECORDED = {"en": "e" * 43}
WAITING = [Waiting(), Waiting({"fr": "Patientez."}), Waiting({}, RECORDED, RECORDED)]
SEGMENTS = list(product(WAITING, (False, True)))
OTHER_WORDS = "greeting goodbye passed_on no_key taken_by_colleague caller_has_gone".split()
NOTICE = {"fr": "Cet appel est enregistré."}
ALICE = phone("Alice", whisper="House words")


def every_script() -> list[Script]:
    """Return what callers and people called can be made to hear."""
    found: list[Script] = [(Say(code),) for code in [*OTHER_WORDS, "no_longer_needed"]]
    found += [scripts.whisper(1, someone, plan(cascade("A"))) for someone in (ALICE, phone("B"))]
    for ending, records in product(ENDINGS, (False, True)):
        route = replace(plan(cascade("A")), ending=ending, records=records, notice=NOTICE)
        found += [
            scripts.wait_a_moment(ending),
            *(scripts.wait(replace(route, waiting=w), words=words) for w, words in SEGMENTS),
            scripts.join_taker(1, route),
            scripts.join_caller(1, route),
            scripts.connect(1, ALICE, route),
            *([scripts.notice(route)] if records else []),
            scripts.leave_message(ending),
            scripts.leave_message(ending, take=1, asks_to_keep=True),
            scripts.announce(ending),
        ]
    return found


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("script", every_script())
def test_every_script_is_taken(script: Script, language: str) -> None:
    call = Call(token="c" * 43, dialled=f"+{LINE}", label="Main line")
    context = ncco.Context(call, {1: Leg(ordinal=1, token="l" * 43)}, language)
    rendered = ncco.render(script, context)
    assert_valid_ncco(rendered)
    check(rendered, {LINE})


def rendered(script: Script) -> list[dict[str, object]]:
    call = Call(token="c" * 43, dialled=f"+{LINE}", label="Main line")
    return ncco.render(script, ncco.Context(call, {1: Leg(ordinal=1, token="l" * 43)}, "en"))


def test_music_of_the_house_is_played_in_any_language_it_has() -> None:
    music, *_rest = rendered(scripts.wait(replace(plan(), waiting=Waiting(music={"fr": "tune"}))))
    assert "/tune" in str(music["streamUrl"])


def test_the_conversation_has_a_name_that_nobody_can_guess() -> None:
    names = [
        rendered(script)[-1]["name"]
        for script in ((Join(1, ends_on_exit=False),), (Join(1, ends_on_exit=True),))
    ]
    assert names == [f"call-{'l' * 43}"] * 2


@pytest.mark.requirement("CRM-06")
def test_a_recorded_conversation_is_reported_elsewhere_than_a_message() -> None:
    join = Join(1, ends_on_exit=False, record=True)
    conversation, call, message = rendered((join, RecordCall(), Record(90)))
    addresses = [f"/voice/{name}/{'c' * 43}" for name in ("call-recorded", "recorded")]
    told = [str(part["eventUrl"][0]) for part in (conversation, call, message)]  # type: ignore[index]
    assert [urlsplit(each).path for each in told] == [addresses[0], addresses[0], addresses[1]]
    assert conversation["record"] is True


@pytest.mark.requirement("CRM-06")
def test_a_call_is_recorded_beside_what_follows() -> None:
    (record,) = rendered((RecordCall(),))
    assert record.keys() & {"endOnKey", "endOnSilence", "timeOut", "beepStart"} == set()


def test_a_message_ends_with_the_hash_key_or_at_its_longest() -> None:
    record = rendered((Record(90),))[0]
    assert (record["endOnKey"], record["timeOut"]) == ("#", 90)


def test_a_message_is_recorded_as_its_mailbox_says() -> None:
    record = rendered((Record(90, end_key="*", silence_seconds=4, beep=False, take=2),))[0]
    assert record == {
        "action": "record",
        "format": "wav",
        "endOnKey": "*",
        "endOnSilence": 4,
        "timeOut": 90,
        "eventUrl": [routes.recorded("c" * 43, 2)],
        "eventMethod": "POST",
    }


def test_a_message_is_transcribed_in_the_language_of_the_call() -> None:
    record = rendered((Record(90, transcribe=True),))[0]
    assert record["transcription"] == {
        "language": "en-GB",
        "eventUrl": [routes.transcribed("c" * 43)],
        "eventMethod": "POST",
    }
