"""The API of scenarios, numbers, prompts and calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem
from telephony import promises
from telephony.enums import LegResult, Outcome, Phase, PromiseKind
from telephony.models import Call, CallEvent, EscalationScenario, EscalationStep, Leg, PhoneNumber

pytestmark = pytest.mark.django_db
API = "/api/v1"
LINE = "+33970000001"


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


def step(kind: str, target: int | None = None, **values: Any) -> dict[str, Any]:
    """Return a step as the API shows it."""
    return {
        "kind": kind,
        "target": target,
        "strategy": "together",
        "ring_seconds": None,
        "attempts": 1,
        "call_connect": None,
        "whisper": None,
        **values,
    }


@pytest.mark.requirement("CRM-05")
@pytest.mark.parametrize("text", ["From {who}.", "{}", "A { brace", "{Caller}"])
def test_a_whisper_names_only_what_a_call_has(manager: Any, text: str) -> None:
    steps = [step("supervisors", whisper={"en": text})]
    scenario = manager.post(f"{API}/scenarios/", {"name": "A", "steps": steps}, format="json")
    body = {"name": "Main", "number": LINE, "whisper": {"en": text}}
    number = manager.post(f"{API}/phone-numbers/", body, format="json")
    assert [problem(answer) for answer in (scenario, number)] == [(400, "unknown_placeholder")] * 2
    assert PhoneNumber.objects.count() == EscalationScenario.objects.count() == 0


@pytest.mark.requirement("CRM-05")
def test_a_whisper_may_name_the_service_the_line_and_the_caller(manager: Any) -> None:
    text = {"en": "{service}, {line}, {caller}"}
    body = {"name": "Main", "number": LINE, "whisper": text}
    made = manager.post(f"{API}/phone-numbers/", body, format="json")
    assert made.json()["whisper"] == text


def test_a_scenario_is_written_with_its_steps(manager: Any) -> None:
    boss = build.staff("Bob")
    mailboxes: Any = EscalationStep._meta.get_field("mailbox").related_model
    box = mailboxes.objects.create(name="General", general=True)
    steps = [
        step("level", 1, ring_seconds=20),
        step("staff", boss.pk, strategy="in_order", attempts=2, call_connect=False),
        step("supervisors", whisper={"fr": "Astreinte"}),
        step("voicemail", box.pk),
    ]
    made = manager.post(f"{API}/scenarios/", {"name": "Standard", "steps": steps}, format="json")
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "name": "Standard",
        "steps": steps,
        "repeat": 1,
        "waiting_words": {},
        "waiting_prompt": None,
        "waiting_music": None,
        "worst_case_seconds": None,
        "worst_case_path": [],
        "version": 1,
    }


def test_a_scenario_without_an_end_takes_a_message_in_the_general_mailbox(manager: Any) -> None:
    body = {"name": "Standard", "steps": [{"kind": "level", "target": 1}]}
    made = manager.post(f"{API}/scenarios/", body, format="json")
    assert made.json()["steps"] == [step("level", 1), step("voicemail")]


def test_steps_are_replaced_as_a_whole_or_left_alone(manager: Any) -> None:
    body = {"name": "Standard", "steps": [{"kind": "level", "target": 1}]}
    address = (
        f"{API}/scenarios/{manager.post(f'{API}/scenarios/', body, format='json').json()['id']}/"
    )
    left = manager.patch(address, {"repeat": 2, "version": 1}, format="json").json()
    assert (left["repeat"], left["steps"]) == (2, [step("level", 1), step("voicemail")])
    steps = [{"kind": "level", "target": 2}, {"kind": "supervisors"}]
    changed = manager.patch(address, {"steps": steps, "version": 2}, format="json").json()
    assert changed["steps"] == [step("level", 2), step("supervisors"), step("voicemail")]


@pytest.mark.parametrize(
    ("steps", "field", "code"),
    [
        ([{"kind": "staff", "target": 999}], "steps[0].target", "unknown_target"),
        ([{"kind": "staff"}], "steps[0].target", "target_required"),
        ([{"kind": "announcement"}], "steps[0].target", "target_required"),
        ([{"kind": "supervisors", "target": 1}], "steps[0].target", "unexpected_target"),
        ([{"kind": "voicemail"}, {"kind": "level", "target": 1}], "steps[1]", "step_after_end"),
        ([{"kind": "level", "target": 12}], "steps[0].target", "unknown_target"),
        ([{"kind": "level", "target": 1, "ring": 2}], "steps[0].ring", "unknown_field"),
        (
            [{"kind": "level", "target": 1, "ring_seconds": 500}],
            "steps[0].ring_seconds",
            "max_value",
        ),
        ([{"kind": "dance"}], "steps[0].kind", "unknown_choice"),
    ],
)
def test_a_bad_step_is_refused_by_its_place(
    manager: Any, steps: Any, field: str, code: str
) -> None:
    answer = manager.post(f"{API}/scenarios/", {"name": "A", "steps": steps}, format="json")
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    assert not EscalationScenario.objects.exists()


def test_nobody_is_reached_at_one_of_our_own_numbers(manager: Any) -> None:
    PhoneNumber.objects.create(name="Main line", number=LINE)
    body = {"staff": build.staff("Bob").pk, "number": "09 70 00 00 01"}
    answer = manager.post(f"{API}/contact-numbers/", body, format="json")
    assert problem(answer) == (400, "own_number")


def test_the_number_of_a_person_cannot_become_ours(manager: Any) -> None:
    build.staff("Bob", LINE)
    body = {"name": "Main line", "number": LINE}
    answer = manager.post(f"{API}/phone-numbers/", body, format="json")
    assert problem(answer) == (400, "number_is_a_contact")


def a_call(*rung: Staff) -> Call:
    """Write a finished call for which these people's phones rang, the last of whom took it."""
    line, _new = PhoneNumber.objects.get_or_create(name="Main line", number=LINE)
    count = Call.objects.count()
    call = Call.objects.create(
        token=f"call-{count}",
        leg_uuid=f"uuid-{count}",
        phone_number=line,
        dialled=LINE,
        caller="+33698765432",
        phase=Phase.ENDED.value,
        outcome=Outcome.CONNECTED.value,
        started_at=at(8),
        ended_at=at(9),
    )
    for ordinal, person in enumerate(rung):
        leg = Leg.objects.create(
            call=call,
            ordinal=ordinal,
            token=f"leg-{count}-{ordinal}",
            number=str(person.numbers.get().number),
            name=person.name,
            staff=person,
            dialled_at=at(8),
            rang_at=at(8),
            ended_at=at(9),
            result=LegResult.TIMEOUT.value,
        )
        CallEvent.objects.create(call=call, leg=leg, at=at(8), code="leg_rang")
    if rung:
        call.accepted_by, call.accepted_at = leg, at(8) + timedelta(seconds=12)
        call.save()
    return call


def test_a_call_is_shown_with_the_phones_that_rang() -> None:
    bob = build.staff("Bob", "+33612345678")
    call = a_call(bob)
    assert client(Role.SUPERVISOR).get(f"{API}/calls/{call.pk}/").json() == {
        "id": call.pk,
        "direction": "in",
        "phase": "ended",
        "started_by": None,
        "answers": None,
        "numbers_erased_at": None,
        "phone_number": call.phone_number_id,
        "caller": "+33698765432",
        "started_at": "2027-01-04T08:00:00+00:00",
        "ended_at": "2027-01-04T09:00:00+00:00",
        "outcome": "connected",
        "label": "",
        "triage": "new",
        "urgent": False,
        "accepted_by": bob.pk,
        "seconds_to_accept": 12.0,
        "legs": [
            {
                "staff": bob.pk,
                "number": "+33612345678",
                "rang_at": "2027-01-04T08:00:00+00:00",
                "picked_up_at": None,
                "accepted_at": None,
                "ended_at": "2027-01-04T09:00:00+00:00",
                "result": "timeout",
            }
        ],
        "recording": None,
        "voicemail": None,
        "job": None,
        "promise": None,
    }


@pytest.mark.requirement("PLN-06")
@pytest.mark.parametrize("role", [Role.STAFF, Role.MANAGER])
def test_a_call_shows_whether_it_is_urgent_and_what_was_promised(role: Role) -> None:
    api = client(role)
    call = a_call(*Staff.objects.all())
    Call.objects.update(urgent=True)
    assert promises.make(call, PromiseKind.CALL_BACK, at(8)) is not None
    (shown,) = api.get(f"{API}/calls/").json()["results"]
    (promise,) = api.get(f"{API}/promises/").json()["results"]
    assert (shown["urgent"], shown["promise"]) == (True, promise)
    assert (promise["state"], promise["due_at"]) == ("open", "2027-01-04T08:30:00+00:00")


def test_a_call_tells_its_story() -> None:
    call = a_call(build.staff("Bob"))
    assert client(Role.SUPERVISOR).get(f"{API}/calls/{call.pk}/timeline/").json() == [
        {
            "at": "2027-01-04T08:00:00+00:00",
            "code": "leg_rang",
            "params": {},
            "text": "The phone of Bob rings",
        }
    ]


def test_staff_see_the_calls_that_rang_them_with_the_numbers_of_others_masked() -> None:
    api = client(Role.STAFF)
    me = Staff.objects.get(name="Staff")
    bob = build.staff("Bob", "+33612345678")
    mine, other = a_call(me, bob), a_call(bob)
    listed = api.get(f"{API}/calls/").json()
    assert [call["id"] for call in listed["results"]] == [mine.pk]
    numbers = [leg["number"] for leg in listed["results"][0]["legs"]]
    assert numbers == [str(me.numbers.get().number), "+33 6 .. .. .. 78"]
    assert problem(api.get(f"{API}/calls/{other.pk}/")) == (404, "not_found")


def test_calls_are_found_by_when_they_started() -> None:
    a_call()
    api = client(Role.SUPERVISOR)
    inside = {"from": "2027-01-04T08:00:00+00:00", "to": "2027-01-04T08:00:01+00:00"}
    outside = {"from": "2027-01-04T07:00:00Z", "to": "2027-01-04T08:00:00Z"}
    assert api.get(f"{API}/calls/", inside).json()["count"] == 1
    assert api.get(f"{API}/calls/", outside).json()["count"] == 0


def test_a_call_is_history_and_not_edited() -> None:
    call = a_call()
    api = client(Role.ADMINISTRATOR)
    for method in (api.patch, api.delete, api.put):
        answer = method(f"{API}/calls/{call.pk}/", {}, format="json")
        assert problem(answer) == (405, "method_not_allowed")
