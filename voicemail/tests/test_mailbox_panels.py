"""Who gets the general mailbox's messages, and mailboxes on the pages of those they are for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import send
from telephony.models import PhoneNumber
from voicemail import mailboxes
from voicemail.models import Mailbox

pytestmark = pytest.mark.django_db
GENERAL = reverse("admin:voicemail_general_mailbox")


@pytest.fixture
def page() -> Client:
    build.organisation()
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def edit(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def text(page: Client, address: str) -> str:
    return page.get(address).content.decode()


def one(staff: Any) -> dict[str, Any]:
    """Return what a browser sends of one recipient."""
    return {"recipients-TOTAL_FORMS": 1, "recipients-0-staff": staff.pk}


@pytest.mark.requirement("VPB-12")
def test_the_general_mailbox_has_a_page_for_its_recipients_alone(page: Client) -> None:
    ann = build.staff("Ann", email="ann@example.org")
    answer = send(page, GENERAL, **one(ann))
    assert (answer.status_code, answer["Location"]) == (302, GENERAL)
    box = Mailbox.objects.get()
    assert (box.general, box.recipients.get().staff) == (True, ann)
    assert "greets_with" not in text(page, GENERAL)


@pytest.mark.requirement("VPB-12")
def test_it_is_found_in_the_settings_and_above_the_mailboxes(page: Client) -> None:
    for address in (reverse("admin:settings"), reverse("admin:voicemail_mailbox_changelist")):
        assert f'href="{GENERAL}"' in text(page, address)


@pytest.mark.requirement("VPB-12")
@pytest.mark.parametrize("of", ["service", "number"])
def test_it_is_edited_from_the_settings_of_services_and_numbers_and_back(
    page: Client, of: str
) -> None:
    general = mailboxes.general_mailbox()
    ann = build.staff("Ann", email="ann@example.org")
    number = PhoneNumber.objects.create(name="Main line", number="+33970000001")
    here = edit(build.service("Boilers") if of == "service" else number)
    there = f"{GENERAL}?next={here}"
    assert f'href="{there}"' in text(page, here)
    answer = send(page, there, **one(ann))
    assert (answer.status_code, answer["Location"]) == (302, here)
    assert general.recipients.get().staff == ann
    assert "<dd>Ann</dd>" in text(page, here)


def test_nobody_is_led_elsewhere_after_saving(page: Client) -> None:
    ann = build.staff("Ann", email="ann@example.org")
    answer = send(page, f"{GENERAL}?next=https://example.org/", **one(ann))
    assert answer["Location"] == reverse("admin:voicemail_mailbox_changelist")


@pytest.mark.requirement("VPB-12")
def test_the_recipients_of_a_services_own_mailbox_are_edited_in_its_own_settings(
    page: Client,
) -> None:
    mailboxes.general_mailbox()
    own = Mailbox.objects.create(name="Boilers")
    here = edit(build.service("Boilers", mailbox=own))
    body = text(page, here)
    assert f'href="{edit(own)}?next={here}"' in body
    assert GENERAL not in body
    assert edit(own) not in text(page, GENERAL)
    answer = send(page, f"{edit(own)}?next={here}", name="Chauffage")
    assert (answer.status_code, answer["Location"]) == (302, here)


@pytest.mark.requirement("VPB-13")
def test_a_person_gets_a_mailbox_of_their_own_in_one_gesture(page: Client) -> None:
    ann = build.staff("Ann", email="ann@example.org", extension="201")
    body = text(page, edit(ann))
    assert "without a mailbox of their own" in body
    gesture = reverse("admin:voicemail_mailbox_of_person", args=[ann.pk])
    assert f'action="{gesture}"' in body
    for _again in range(2):
        assert page.post(gesture)["Location"] == edit(ann)
    box = Mailbox.objects.get()
    assert (box.name, box.staff, box.recipients.get().staff) == ("Ann", ann, ann)
    body = text(page, edit(ann))
    assert f'href="{edit(box)}?next={edit(ann)}"' in body
    assert "without a mailbox of their own" not in body


@pytest.mark.requirement("VPB-13")
def test_a_person_with_an_extension_but_no_address_is_told_what_is_missing(page: Client) -> None:
    bob = build.staff("Bob", extension="202")
    body = text(page, edit(bob))
    assert "what they say cannot be sent on: add an e-mail address." in body
    gesture = reverse("admin:voicemail_mailbox_of_person", args=[bob.pk])
    assert f'action="{gesture}"' not in body
    answer = page.post(gesture, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert told == ["Bob has no e-mail address, so no message can reach them."]
    assert not Mailbox.objects.exists()


def test_a_person_without_an_extension_needs_none(page: Client) -> None:
    assert "Colleagues reach" not in text(page, edit(build.staff("Ann")))
