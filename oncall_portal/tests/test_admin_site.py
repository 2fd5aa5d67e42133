"""Who may enter the admin."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from oncall_portal.admin_site import PortalAdminSite
from oncall_portal.lib.admin import Guarded
from scheduling.enums import Role
from scheduling.tests.logins import login

pytestmark = pytest.mark.django_db


def sign_in(role: Role) -> Client:
    """Sign in by the form of the admin, as a browser would."""
    user = login(role)
    user.set_password("correct horse")
    user.save()
    page = Client()
    page.post(
        "/admin/login/?next=/admin/", {"username": user.username, "password": "correct horse"}
    )
    return page


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR])
def test_supervisors_and_above_enter_whatever_the_staff_flag_says(role: Role) -> None:
    assert sign_in(role).get("/admin/").status_code == 200


def test_staff_are_led_to_a_page_of_their_own() -> None:
    answer = sign_in(Role.STAFF).get("/admin/", follow=True)
    assert answer.redirect_chain[-1] == ("/me/", 302)


def test_who_is_nobody_here_is_told_that_they_may_not() -> None:
    page = Client()
    page.force_login(User.objects.create(username="stranger"))
    answer = page.get("/admin/", follow=True)
    assert b"who may not open this page" in answer.content


def test_every_model_is_guarded() -> None:
    assert isinstance(admin.site, PortalAdminSite)
    assert all(isinstance(found, Guarded) for found in admin.site._registry.values())
