"""Who may send again what failed, by the API and in the admin, and what they are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox import again, deliver
from oncall_portal.outbox.channels import message_id
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.tests.smtp import MailServer, running
from oncall_portal.outbox.tests.test_again import LATER, NOW, failed, states, written
from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.logins import client, login, problem

API = "/api/v1/messages"
pytestmark = pytest.mark.django_db


def test_nothing_goes_again_to_somebody_who_left() -> None:
    person = build.staff("Amelie", email="Amelie@example.org")
    message = failed()
    Staff.objects.update(active=False)
    with pytest.raises(Conflict) as refused:
        again.send_again(message.pk, LATER)
    assert (refused.value.code, states()) == ("reader_left", ["failed"])
    build.staff("Amelie's successor", email=person.email)
    again.send_again(message.pk, LATER)
    assert states() == ["queued"]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.NOBODY, 401), (Role.STAFF, 403), (Role.SUPERVISOR, 200), (Role.MANAGER, 200)],
)
def test_by_the_api_those_may_who_see_every_message(role: Role, status: int) -> None:
    message = failed(to="staff@example.org")  # of which staff see their own
    answer = client(role).post(f"{API}/{message.pk}/resend/")
    assert answer.status_code == status
    assert states() == ["queued" if status == 200 else "failed"]
    assert LogEntry.objects.count() == (status == 200)


def test_the_api_answers_the_message_and_says_why_not_with_a_code() -> None:
    message, api = failed(), client(Role.SUPERVISOR)
    answer = api.post(f"{API}/{message.pk}/resend/").json()
    assert (answer["id"], answer["state"], answer["attempts"]) == (message.pk, "queued", 0)
    assert problem(api.post(f"{API}/{message.pk}/resend/")) == (409, "not_failed")
    assert problem(api.post(f"{API}/{message.pk + 1}/resend/")) == (404, "not_found")


# --- in the admin --------------------------------------------------------------------------------


@pytest.fixture
def page() -> Any:
    browser = Client()
    browser.force_login(login(Role.SUPERVISOR))
    with clock.driven_by(lambda: LATER):
        yield browser


def change(message: OutgoingMessage) -> str:
    return reverse("admin:outbox_outgoingmessage_change", args=[message.pk])


def test_the_page_of_what_failed_has_a_button_that_sends_it_again(page: Client) -> None:
    message = failed()
    button = reverse("admin:outbox_outgoingmessage_resend", args=[message.pk])
    assert f'action="{button}"' in page.get(change(message)).content.decode()
    answer = page.post(button, follow=True).content.decode()
    assert "1 message is sent again." in answer
    assert (f'action="{button}"' in answer, states()) == (False, ["queued"])
    history = reverse("admin:outbox_outgoingmessage_history", args=[message.pk])
    assert "Sent again." in page.get(history).content.decode()


def test_many_are_sent_again_at_once_and_what_is_refused_says_why(page: Client) -> None:
    rows = [failed("a"), failed("b"), written("c"), written("d")]
    listed = reverse("admin:outbox_outgoingmessage_changelist")
    chosen = {"action": "send_again", "_selected_action": [row.pk for row in rows]}
    answer = page.post(listed, chosen, follow=True).content.decode()
    assert "2 messages are sent again." in answer
    assert "2 messages: Only what failed can be sent again." in answer
    assert states() == ["queued"] * 4


def test_after_an_outage_longer_than_the_tries_one_act_sends_all_of_them_once(
    page: Client, settings: Any
) -> None:
    rows = [written(key) for key in "abc"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    now = NOW
    while "queued" in states():
        while deliver.deliver_next(now):
            pass
        now += timedelta(hours=2)
    assert states() == ["failed"] * 3
    listed = f"{reverse('admin:outbox_outgoingmessage_changelist')}?state__exact=failed"
    with running(MailServer(), settings) as server:
        chosen = {"action": "send_again", "_selected_action": [row.pk for row in rows]}
        page.post(listed, {**chosen, "select_across": 1})
        while deliver.deliver_next(LATER):
            pass
        assert [mail["Message-ID"] for mail in server.inbox] == [message_id(row) for row in rows]
    assert states() == ["sent"] * 3


def test_staff_find_no_button_and_may_not_use_it() -> None:
    message, browser = failed(to="staff@example.org"), Client()
    browser.force_login(login(Role.STAFF))
    button = reverse("admin:outbox_outgoingmessage_resend", args=[message.pk])
    assert (browser.post(button).status_code, states()) == (302, ["failed"])
