"""Every address, for every role: what it answers stands in one table, and none is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from rest_framework.authtoken.models import Token, TokenProxy

from oncall_portal.urls import router
from scheduling.enums import Role
from scheduling.models import Organisation, Staff
from scheduling.tests import build
from scheduling.tests.logins import client, login
from telephony.models import Call, Caller
from tests import rows
from tests.every_url_elsewhere import APPS
from tests.every_url_table import TABLE
from voicemail.models import Recording

pytestmark = pytest.mark.django_db
ROLES = list(Role)


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield the pattern of every address, as Django was told it."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes(entry, route)


EVERY = sorted(set(routes(get_resolver())))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(TABLE) == EVERY


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_is_answered(role: Role) -> None:
    fill()
    browser, api = visitors(role)
    found = {
        (route, method): ask(api if "api/" in route else browser, method, concrete(route))
        for route, row in TABLE.items()
        for method in row
    }
    expected = {
        (route, method): codes[ROLES.index(role)]
        for route, row in TABLE.items()
        for method, codes in row.items()
    }
    assert {k: v for k, v in found.items() if v != expected[k]} == {}


def test_no_page_of_the_admin_needs_what_the_security_policy_forbids() -> None:
    fill()
    browser, _api = visitors(Role.ADMINISTRATOR)
    pages = {route: browser.get(concrete(route)) for route in TABLE if route.startswith("admin/")}
    script = rb"<script(?![^>]*(?:\ssrc=|type=.application/json.))"
    forbidden = re.compile(script + rb"|<style|\sstyle=|\son\w+=|javascript:")
    found = {
        route: forbidden.findall(page.content)
        for route, page in pages.items()
        if page["Content-Type"].startswith("text/html") and forbidden.search(page.content)
    }
    assert found == {}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_login_without_any_role_sees_and_does_nothing() -> None:
    fill()
    api = client(User.objects.create(username="stranger"))
    seen = {
        ask(api, method, concrete(route))
        for route, row in TABLE.items()
        if route.startswith("api/v1/") and "schema" not in route
        for method in row
    }
    assert seen == {403, 405}


def fill() -> None:
    """Write a row of every table, beside those that are there."""
    rows.fill(1)
    if not Organisation.objects.exists():
        build.organisation()
    interval = IntervalSchedule.objects.create(every=1, period="days")
    PeriodicTask.objects.create(name="x", task="x", interval=interval)
    ClockedSchedule.objects.create(clocked_time=rows.START)
    CrontabSchedule.objects.create()
    SolarSchedule.objects.create(event="sunrise", latitude=1, longitude=1)
    Group.objects.create(name="x")
    Token.objects.create(user=User.objects.create(username="x"))
    Recording.objects.get().file.save("message.wav", ContentFile(b"RIFF"))


def visitors(role: Role) -> tuple[Any, Any]:
    """Return a browser and a client of the API, both signed in as `role`."""
    browser = Client(raise_request_exception=False)
    if role is Role.NOBODY:
        return browser, client(role)
    user = login(role)
    browser.force_login(user)
    return browser, client(user)


def ask(visitor: Any, method: str, address: str) -> int:
    """Send a request with an empty body and return the status of the answer."""
    send = getattr(visitor, method.lower())
    if method == "GET":
        return int(send(address).status_code)
    if "/api/" in address:
        return int(send(address, {}, format="json").status_code)
    return int(send(address, {}, content_type="application/json").status_code)


def concrete(route: str) -> str:
    """Return an address that `route` matches, of a row that exists."""
    path = "/" + re.sub(r"[\^$]", "", route).replace(r"\Z", "")
    if found := re.match(r"/api/v1/([a-z-]+)/\(", path):
        resources: list[tuple[str, Any, str]] = router.registry
        models = {prefix: resource.model for prefix, resource, _name in resources}
        path = path.replace("(?P<language>[a-z]{2})", "en")
        return re.sub(r"\(\?P<pk>[^)]*\)", str(first(models[found[1]])), path)
    if path.startswith("/admin/inbox/"):
        return path.replace("<int:pk>", str(first(Call)))
    found = re.match(r"/admin/(\w+)/(\w+)/", path)
    if found and found[1] != "password_change":
        key = str(first(admin_model(found[1], found[2])))
        path = path.replace("<path:object_id>", key).replace("<int:pk>", key)
        path = path.replace("<id>", str(first(User))).replace("<int:caller>", str(first(Caller)))
        path = path.replace("<int:staff>", str(first(Staff)))
    for pattern, value in SAMPLES.items():
        path = path.replace(pattern, value)
    return path


SAMPLES = {
    "<int:pk>": "0",
    "<int:turn>": "1",
    "<int:take>": "1",
    "<path:content_type_id>": "1",
    "<path:object_id>": "1",
    "<slug:kind>": "csv",
    "<slug:token>": "unknown",
    "<slug:call_id>": "unknown",
    "<slug:number>": "33639980001",
    f"(?P<app_label>{APPS})": "scheduling",
    "(?P<url>.*)": "nowhere",
}


def admin_model(app: str, name: str) -> type[Model]:
    """Return the model of an admin page."""
    return next(
        model
        for model in admin.site._registry
        if (model._meta.app_label, model._meta.model_name) == (app, name)
    )


def first(model: type[Model]) -> Any:
    """Return the key of a row."""
    if model is TokenProxy:
        return Token.objects.order_by("created")[0].user_id
    if model is Organisation:
        return 1
    return model._default_manager.order_by("pk")[0].pk
