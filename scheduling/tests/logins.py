"""Logins of every role, and clients that use the API as they."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from scheduling.access import MANAGERS
from scheduling.enums import Role
from scheduling.models import Schedule, ScheduleSupervisor, Staff
from scheduling.tests import build


def login(role: Role) -> User:
    """Create a login that holds exactly `role`; staff and supervisors have a person."""
    user = User.objects.create(username=role.value, is_superuser=role is Role.ADMINISTRATOR)
    if role is Role.MANAGER:
        user.groups.add(Group.objects.get_or_create(name=MANAGERS)[0])
    if role in {Role.STAFF, Role.SUPERVISOR}:
        build.staff(role.value.title(), user=user, email=f"{role.value}@example.org")
    if role is Role.SUPERVISOR:
        rota = Schedule.objects.create(name="supervised")
        ScheduleSupervisor.objects.create(schedule=rota, staff=Staff.objects.get(user=user))
    return user


def client(role: Role | User) -> APIClient:
    """Return a client of the API with the token of a login, without one for nobody."""
    api = APIClient()
    if role is not Role.NOBODY:
        user = login(role) if isinstance(role, Role) else role
        api.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=user).key}")
    return api


def problem(answer: Any) -> tuple[int, str]:
    """Return the status and code of a refusal, after checking its form."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]
    return answer.status_code, body["code"]
