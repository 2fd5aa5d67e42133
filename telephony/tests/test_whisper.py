"""What a person called hears before the keys: for what, from whom, in their language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling.types import Assignee, Contact, House, OnCall, Roster
from telephony import codec, scripts, timing
from telephony.instructions import Say, Script
from telephony.models import Call, Caller
from telephony.plan import CallerSpec, NumberSpec, RouteFacts, make_plan
from telephony.tests.builders import START, cascade, phone, plan
from telephony.types import Ending, Plan, Whispered
from telephony.vonage import ncco
from telephony.who_calls import spec

SERVICE = {"en": "Boiler emergency", "fr": "Urgence chaudière"}
DIGITS = "0612345678"
KEYS = "Press 1 to take it, or 2 to pass it on."


def route(**told: object) -> Plan:
    return replace(plan(cascade("Alice")), whispered=Whispered(**told))  # type: ignore[arg-type]


def heard(script: Script, language: str = "en") -> str:
    """Return what is read aloud on Main line."""
    context = ncco.Context(Call(label="Main line"), {}, language)
    says = tuple(part for part in script if isinstance(part, Say))
    return " ".join(action["text"] for action in ncco.render(says, context))


def whispered(route: Plan, language: str = "en", own: str = "") -> str:
    called = replace(phone("Alice", whisper=own), language=language)
    return heard(scripts.whisper(1, called, route), language)


@pytest.mark.requirement("CRM-05")
@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "Call for Main line."),
        ({"service": SERVICE}, "Call for Boiler emergency."),
        ({"digits": DIGITS}, "Call for Main line."),
        (
            {"digits": DIGITS, "names_caller": True},
            "Call for Main line, from 0 6 1 2 3 4 5 6 7 8.",
        ),
        (
            {"name": "Mrs Hill", "digits": DIGITS, "names_caller": True},
            "Call for Main line, from Mrs Hill.",
        ),
        ({"names_caller": True}, "Call for Main line, from a withheld number."),
    ],
)
def test_the_standard_words_say_for_what_and_where_wanted_from_whom(
    told: dict[str, object], words: str
) -> None:
    assert whispered(route(**told)) == f"{words} {KEYS}"


@pytest.mark.requirement("CRM-05")
def test_the_whisper_is_in_the_language_of_whoever_is_called() -> None:
    told = route(service=SERVICE, digits=DIGITS, names_caller=True)
    assert whispered(told, "fr").startswith("Appel pour Urgence chaudière, du 0 6 1 2 3 4 5 6 7 8.")


@pytest.mark.requirement("CRM-05")
@pytest.mark.parametrize(
    ("own", "told", "words"),
    [
        ("A burst pipe.", {}, "A burst pipe."),
        ("{line}: {service}.", {"service": SERVICE}, "Main line: Boiler emergency."),
        ("{line}: {service}.", {}, "Main line: Main line."),
        ("{caller} calls.", {"digits": DIGITS}, "0 6 1 2 3 4 5 6 7 8 calls."),
        ("{caller} calls.", {"name": "{line}"}, "{line} calls."),
        ("{caller} calls.", {"names_caller": True}, "a withheld number calls."),
        ("A leak.", {"name": "Mrs Hill", "names_caller": True}, "A leak. From Mrs Hill."),
        ("A leak.", {"digits": "1", "names_caller": True}, "A leak. From 1."),
        ("A leak.", {"names_caller": True}, "A leak. From a withheld number."),
        ("A {leak}.", {}, "A {leak}."),
    ],
)
def test_the_houses_own_words_are_filled_in_and_end_with_the_keys(
    own: str, told: dict[str, object], words: str
) -> None:
    keys = "Press 1 to take the call, or 2 to pass it on."
    assert whispered(route(**told), own=own) == f"{words} {keys}"


def planned(caller: CallerSpec | None, own: str, service: dict[str, str], language: str) -> Plan:
    """Return the route to one person, with a line whose name is as long as it may be."""
    contact = Contact(None, "+33639980001", "", None, None, 1, "Alice", language)
    on_call = OnCall(1, Assignee(1, None, "Alice", (contact,)), None, START)
    return make_plan(
        RouteFacts(
            number=NumberSpec("L" * 80, whisper={language: own}, names_caller=True),
            house=House(),
            roster=Roster(1, START, (on_call,), (), ()),
            supervisors=(),
            ending=Ending(message=True),
            service=service,
            caller=caller,
        )
    )


@pytest.mark.requirement("CRM-05")
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "caller", [CallerSpec(), CallerSpec(name="N" * 120), CallerSpec(digits="0" * 15)]
)
@pytest.mark.parametrize("own", ["", "W" * 200 + " {line} {caller} {service} {caller}"])
@pytest.mark.parametrize("service", [{}, {"fr": "S" * 90}])
def test_no_whisper_lasts_longer_than_its_bound_and_no_caller_longer_than_anybody(
    language: str, caller: CallerSpec, own: str, service: dict[str, str]
) -> None:
    route = planned(caller, own, service, language)
    called = route.stages[0].lanes[0][0]
    context = ncco.Context(Call(label="L" * 80), {}, language)
    script = scripts.whisper(1, called, route)[:-1]
    text = " ".join(action["text"] for action in ncco.render(script, context))
    spelled = text.count("0 ") + text.count("0.")
    seconds = (len(text) - 2 * spelled) / 14 + spelled * timing.DIGIT_SECONDS
    bound = timing.whisper_seconds(called.whisper, called.names_seconds)
    anybody = planned(None, own, service, language).stages[0].lanes[0][0]
    assert seconds <= bound <= timing.whisper_seconds(anybody.whisper, anybody.names_seconds)


def test_old_states_are_read_as_they_were_said() -> None:
    stored = codec.encode(route(names_caller=True, name="Mrs Hill"))
    del stored["whispered"]
    assert whispered(codec.decode(Plan, stored)) == f"Call for Main line. {KEYS}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("", CallerSpec()),
        ("+33612345678", CallerSpec("Mrs Hill", "0612345678")),
        ("+33612345679", CallerSpec("", "0612345679")),
        ("+442079460000", CallerSpec("", "00442079460000")),
        ("+999123456", CallerSpec("", "999123456")),
    ],
)
def test_a_caller_is_known_by_name_or_by_the_digits_to_dial(
    number: str, expected: CallerSpec
) -> None:
    Caller.objects.create(number="+33612345678", name="Mrs Hill")
    assert spec(number, "FR") == expected
