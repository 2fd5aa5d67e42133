"""A message for a person is theirs to answer, though their phone did not ring."""

from __future__ import annotations

import pytest
from django.test import Client

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests.logins import login
from telephony.models import Call
from voicemail.models import Mailbox
from voicemail.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> Staff:
    return Staff.objects.get(user=login(Role.STAFF))


def left_in(box: Mailbox) -> Call:
    call = cast.call()
    call.started_at = call.ended_at = clock.now()
    call.phase, call.outcome = "ended", "message_left"
    call.save()
    cast.message(box, call)
    return call


def listed(me: Staff) -> list[int]:
    page = Client()
    assert me.user is not None
    page.force_login(me.user)
    return [each.pk for each in page.get("/me/calls/").context["callers"]]


def test_who_left_me_a_message_is_mine_to_call_back(me: Staff) -> None:
    call = left_in(cast.mailbox({"staff": me}))
    assert listed(me) == [call.pk]


def test_who_left_a_message_for_others_is_not(me: Staff) -> None:
    left_in(cast.mailbox({"staff": cast.person("Other")}))
    assert listed(me) == []
