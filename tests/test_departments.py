"""What a department does whose phones nobody answers is set at the API and on its form."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.models import Service
from scheduling.tests import build
from scheduling.tests.logins import client, login
from scheduling.tests.pages import filled, send
from voicemail.models import Mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("VPB-09")]
OFFERS = ["message_or_call_later", "call_back_request"]


@pytest.fixture
def boilers() -> Service:
    build.organisation()
    return build.service("Boilers")


@pytest.mark.parametrize("offer", OFFERS)
def test_what_is_offered_and_where_messages_go_is_set_at_the_api(
    boilers: Service, offer: str
) -> None:
    manager, address = client(Role.MANAGER), f"/api/v1/services/{boilers.pk}/"
    box = Mailbox.objects.create(name="Boilers")
    values = {"if_unanswered": offer, "mailbox": box.pk}
    assert manager.patch(address, {"version": 1, **values}, format="json").status_code == 200
    found = manager.get(address).json()
    assert (found["if_unanswered"], found["mailbox"]) == (offer, box.pk)


@pytest.mark.parametrize("offer", OFFERS)
def test_what_is_offered_and_where_messages_go_is_set_on_the_form(
    boilers: Service, offer: str
) -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    address = reverse("admin:scheduling_service_change", args=[boilers.pk])
    box = Mailbox.objects.create(name="Boilers")
    send(page, address, if_unanswered=offer, mailbox=box.pk)
    found = filled(page, address)
    assert (found["if_unanswered"], found["mailbox"]) == (offer, str(box.pk))
    boilers.refresh_from_db()
    assert (boilers.if_unanswered, boilers.mailbox) == (offer, box)
