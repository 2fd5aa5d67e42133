"""What people do to a call from its page: block its caller."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from telephony.models import BlockedCaller, Call
from telephony.tests.test_api import LINE, a_call

pytestmark = pytest.mark.django_db
CALLER = "+33698765432"


@pytest.fixture
def call() -> Any:
    build.organisation(region="FR", time_zone="Europe/Paris")
    with clock.driven_by(lambda: at(12)):
        yield a_call()


def browser(role: Role) -> Client:
    client = Client()
    client.force_login(login(role))
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def page(call: Call) -> str:
    return reverse("admin:telephony_call_change", args=[call.pk])


def blocking(call: Call) -> str:
    return reverse("admin:telephony_call_block", args=[call.pk])


def test_a_manager_blocks_the_caller_from_the_page_of_their_call(call: Call) -> None:
    manager = browser(Role.MANAGER)
    assert f'href="{blocking(call)}"' in text(manager.get(page(call)))
    assert "Block +33 6 98 76 54 32?" in text(manager.get(blocking(call)))
    told = manager.post(blocking(call), follow=True)
    assert told.redirect_chain == [(page(call), 302)]
    shown = text(told)
    assert "Calls from +33 6 98 76 54 32 are no longer taken." in shown
    assert "This caller is blocked" in shown
    assert f'href="{blocking(call)}"' not in shown
    row = BlockedCaller.objects.get()
    assert (row.kind, row.pattern, row.phone_number) == ("exact", CALLER, None)
    assert row.note == "Blocked from the call of 4 Jan 2027, 09:00"


def test_a_supervisor_sees_who_is_blocked_and_blocks_nobody(call: Call) -> None:
    supervisor = browser(Role.SUPERVISOR)
    assert blocking(call) not in text(supervisor.get(page(call)))
    assert supervisor.post(blocking(call)).status_code == 403
    BlockedCaller.objects.create(kind="prefix", pattern="+336")
    assert "This caller is blocked" in text(supervisor.get(page(call)))


@pytest.mark.parametrize("values", [{"caller": ""}, {"direction": "out"}])
def test_it_is_not_offered_where_nobody_can_be_blocked(call: Call, values: dict[str, str]) -> None:
    Call.objects.update(**values)
    manager = browser(Role.MANAGER)
    assert blocking(call) not in text(manager.get(page(call)))
    assert manager.post(blocking(call)).status_code == 403
    assert not BlockedCaller.objects.exists()


def test_our_own_number_is_refused_with_the_reason(call: Call) -> None:
    Call.objects.update(caller=LINE)
    told = browser(Role.MANAGER).post(blocking(call), follow=True)
    assert "This is a number of your own" in text(told)
    assert not BlockedCaller.objects.exists()
