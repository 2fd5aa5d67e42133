"""Reports of mail servers, handed in through the API."""

from __future__ import annotations

import pytest

from oncall_portal.outbox.channels import message_id
from oncall_portal.outbox.tests.bounce import report
from oncall_portal.outbox.tests.test_bounces import SAYS, sent, stands
from scheduling.enums import Role
from scheduling.tests.logins import client

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/messages/bounces/"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_a_manager_hands_a_report_in(role: Role) -> None:
    message = sent()
    raw = report(message_id(message))
    answer = client(role).post(ADDRESS, raw, content_type="message/rfc822")
    assert (answer.status_code, answer.json()) == (200, {"message": message.pk})
    assert stands() == ("failed", SAYS)


def test_an_unknown_report_is_taken_politely() -> None:
    raw = report("<x@example.org>")
    answer = client(Role.MANAGER).post(ADDRESS, raw, content_type="message/rfc822")
    assert (answer.status_code, answer.json()) == (200, {"message": None})


@pytest.mark.parametrize(("role", "status"), [(Role.NOBODY, 401), (Role.SUPERVISOR, 403)])
def test_nobody_else_reports(role: Role, status: int) -> None:
    raw = report(message_id(sent()))
    answer = client(role).post(ADDRESS, raw, content_type="message/rfc822")
    assert (answer.status_code, stands()) == (status, ("sent", ""))
