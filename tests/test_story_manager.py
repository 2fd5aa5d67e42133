"""Stories in which a manager sets something up at the API, and the next caller meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from oncall_portal.outbox.models import OutgoingMessage
from scheduling.enums import Role
from scheduling.models import Service, ServiceMember, Staff
from scheduling.tests.logins import client, problem
from telephony.emulator import Answers
from telephony.enums import Outcome
from tests.cast import BRUNO, SAM_MAIL, Cast, on_duty
from tests.story import Story
from voicemail.tasks import download_recordings

WORKSHOP = "+33139980077"
PICKS_UP = Answers(after_s=4)


@pytest.fixture
def manager(people: Cast, settings: Any, tmp_path: Path) -> APIClient:
    settings.MEDIA_ROOT = str(tmp_path)
    return client(Role.MANAGER)


def sets(api: APIClient, row: Any, resource: str, **values: Any) -> Any:
    """Change a row as it stands now; return the answer."""
    row.refresh_from_db()
    body = {"version": row.version, **values}
    answer: Any = api.patch(f"/api/v1/{resource}/{row.pk}/", body, format="json")
    return answer


def sets_line(api: APIClient, people: Cast, **values: Any) -> None:
    answer = sets(api, people.line, "phone-numbers", **values)
    assert answer.status_code == 200, answer.content


def hears(story: Story, words: str, then: str) -> None:
    story.expect_said(words)
    assert story.call is not None
    story.call.press(then)


@pytest.mark.requirement("PLN-05")
@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("1", ["Bonjour.", "Pour joindre le garage, appuyez sur 1."]),
        ("2", ["Welcome.", "To reach the workshop, press 1."]),
    ],
)
def test_callers_meet_the_menu_that_the_manager_wrote(
    story: Story, people: Cast, manager: APIClient, chosen: str, said: list[str]
) -> None:
    options = [
        {
            "key": "1",
            "name": {"fr": "le garage", "en": "the workshop"},
            "goes_to": {"kind": "transfer", "target": WORKSHOP},
        },
        {
            "key": "2",
            "name": {"fr": "la comptabilité", "en": "the accounts"},
            "goes_to": {"kind": "voicemail", "target": None},
        },
    ]
    welcome = {"fr": "Bonjour.", "en": "Welcome."}
    body = {"name": "Main", "welcome": welcome, "options": options}
    menu = manager.post("/api/v1/menus/", body, format="json").json()
    sets_line(manager, people, behaviour="smart_voicemail", menu=menu["id"], languages=["fr", "en"])
    story.phone(WORKSHOP, PICKS_UP)
    caller = story.caller_dials(hangs_up_after_s=60)
    hears(story, "press 2", chosen)
    hears(story, said[1], "1")
    story.expect_connected(WORKSHOP)
    assert [words for words in caller.said if words in said] == said
    assert story.expect_end().outcome == Outcome.PICKED_UP


@pytest.mark.requirement("CRM-01")
def test_a_number_is_called_by_its_own_name(story: Story, people: Cast, manager: APIClient) -> None:
    sets_line(manager, people, name="Plumbing, nights")
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4))
    story.caller_dials(hangs_up_after_s=30)
    call = story.expect_end()
    assert call.label == "Plumbing, nights"
    assert any("Plumbing, nights" in words for words in story.heard(BRUNO))
    assert [mail.subject for mail in story.mails(SAM_MAIL)] == [
        "Unanswered call on Plumbing, nights"
    ]


@pytest.mark.requirement("CRM-07")
@pytest.mark.parametrize(("seconds", "rings_for"), [(None, 60), (20, 20)])
def test_a_call_rings_as_long_as_its_number_says(
    story: Story, people: Cast, manager: APIClient, seconds: int | None, rings_for: int
) -> None:
    sets_line(
        manager,
        people,
        behaviour="transfer",
        forwarding_number=WORKSHOP,
        inbound_timeout=seconds,
    )
    story.caller_dials()
    assert story.expect_end().outcome == Outcome.ANNOUNCEMENT
    (ring,) = story.platform.phone(WORKSHOP).rang
    assert ring.ended_at is not None
    assert round((ring.ended_at - ring.at).total_seconds()) == rings_for


@pytest.mark.requirement("CRM-07")
@pytest.mark.parametrize("seconds", [1, 4])
def test_under_five_seconds_callers_go_straight_to_the_message(
    story: Story, people: Cast, manager: APIClient, seconds: int
) -> None:
    sets_line(manager, people, inbound_timeout=seconds)
    on_duty(people.schedule, people.bruno)
    caller = story.caller_dials(speaks_s=5)
    call = story.expect_end()
    assert (call.outcome, call.legs.count(), story.rang(BRUNO)) == (Outcome.MESSAGE_LEFT, 0, 0)
    assert "leave a message" in caller.said[0]


# --- who gets the message ---------------------------------------------------------------------


def heard_of_the_message(story: Story) -> set[str]:
    """A caller leaves a message; return the addresses to which it is sent."""
    story.caller_dials(speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    download_recordings()
    return set(
        OutgoingMessage.objects.filter(cause__startswith="voicemail:").values_list("to", flat=True)
    )


@pytest.fixture
def office(people: Cast) -> Service:
    """A department: Alice and Chloé have an address, Bruno has none."""
    service = Service.objects.create(name={"en": "Office"}, colour="#b35900")
    for person, address in ((people.alice, "alice"), (people.chloe, "chloe"), (people.bruno, "")):
        Staff.objects.filter(pk=person.pk).update(email=f"{address}@example.org" if address else "")
        ServiceMember.objects.create(service=service, staff=person)
    return service


@pytest.mark.requirement("VPB-04")
def test_a_department_as_recipient_reaches_every_member_with_an_address(
    story: Story, people: Cast, manager: APIClient, office: Service
) -> None:
    answer = sets(manager, people.mailbox, "mailboxes", recipients=[{"service": office.pk}])
    assert answer.status_code == 200
    assert heard_of_the_message(story) == {"alice@example.org", "chloe@example.org"}


@pytest.mark.requirement("VPB-05")
def test_an_address_of_its_own_gets_the_message_besides(
    story: Story, people: Cast, manager: APIClient, office: Service
) -> None:
    both = [{"service": office.pk}, {"email": "desk@example.net"}]
    assert sets(manager, people.mailbox, "mailboxes", recipients=both).status_code == 200
    assert heard_of_the_message(story) == {
        "alice@example.org",
        "chloe@example.org",
        "desk@example.net",
    }


@pytest.mark.requirement("VPB-06")
def test_whoever_has_no_address_is_refused_with_the_reason_and_the_others_stay(
    story: Story, people: Cast, manager: APIClient, office: Service
) -> None:
    wanted = [{"staff": people.bruno.pk}]
    answer = sets(manager, people.mailbox, "mailboxes", recipients=wanted)
    assert problem(answer) == (400, "no_email")
    assert answer.json()["detail"] == ("Bruno has no e-mail address, so no message can reach them.")
    assert heard_of_the_message(story) == {"office@example.org"}
