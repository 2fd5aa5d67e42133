"""Roles, and what each may do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User

from oncall_portal.lib import access as asked
from scheduling import access
from scheduling.enums import Role
from scheduling.models import ContactNumber, CoverageAlert, Organisation, Shift, Staff
from scheduling.tests import build
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.NOBODY])
def test_a_login_has_the_role_that_it_was_given(role: Role) -> None:
    assert access.role_of(login(role)) is role


def test_nobody_is_signed_out_or_has_no_role_or_is_inactive() -> None:
    boss = login(Role.ADMINISTRATOR)
    boss.is_active = False
    assert access.role_of(AnonymousUser()) is Role.NOBODY
    assert access.role_of(User.objects.create(username="stranger")) is Role.NOBODY
    assert access.role_of(boss) is Role.NOBODY


def test_a_person_who_left_is_nobody() -> None:
    user = login(Role.SUPERVISOR)
    Staff.objects.update(active=False)
    assert access.role_of(user) is Role.NOBODY


def test_a_supervisor_of_the_organisation_is_a_supervisor() -> None:
    user = login(Role.STAFF)
    build.organisation(Staff.objects.get(user=user))
    assert access.role_of(user) is Role.SUPERVISOR


@pytest.mark.parametrize(
    ("action", "model", "first"),
    [
        ("view", Staff, Role.STAFF),
        ("change", Staff, Role.MANAGER),
        ("view", Organisation, Role.SUPERVISOR),
        ("change", Organisation, Role.MANAGER),
        ("add", Shift, Role.MANAGER),
        ("view", User, Role.ADMINISTRATOR),
    ],
)
def test_the_table_grants_from_a_role_on(action: str, model: type, first: Role) -> None:
    roles = list(Role)
    granted = [role for role in roles[1:] if access.can(login(role), action, model)]
    assert granted == roles[roles.index(first) :]


def test_what_the_table_does_not_name_is_denied_even_to_an_administrator() -> None:
    boss = login(Role.ADMINISTRATOR)
    assert not access.can(boss, "delete", Organisation)
    assert not access.can(boss, "add", CoverageAlert)
    assert not access.can(boss, "launch", Staff)


def test_own_numbers_are_seen_in_full_and_those_of_others_are_not() -> None:
    user = login(Role.STAFF)
    build.staff("Bob")
    mine = ContactNumber.objects.get(staff__user=user)
    others = ContactNumber.objects.get(staff__name="Bob")
    assert access.can(user, access.SEE_NUMBER, mine)
    assert not access.can(user, access.SEE_NUMBER, others)


def test_without_a_policy_nobody_may_do_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_policy", None)
    boss = login(Role.ADMINISTRATOR)
    assert not asked.can(boss, "view", Staff)
    assert not asked.visible(boss, User.objects.all()).exists()


def test_the_role_is_looked_up_once_per_request(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    user = login(Role.SUPERVISOR)
    with django_assert_num_queries(3):
        for action in ("view", "add", "change", "delete"):
            access.can(user, action, Staff)
