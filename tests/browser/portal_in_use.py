"""The demo company after a day's work: calls taken, missed and given up, messages left."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from oncall_portal.demo import company
from scheduling.models import ContactNumber
from telephony.models import Call, EscalationStep, PhoneNumber
from tests.browser import pages as every
from tests.browser.driver import Browser
from tests.browser.pages import Page
from voicemail.models import Recording

_PATIENCE_S = 180
_TAKES = "answers:1,press=1,press_after_s=0.5,talks=3"


def address() -> str:
    """Return where the running portal is."""
    return str(settings.PUBLIC_URL)


def prepare() -> User:
    """Let the company be called, wait until all is over, and return an administrator."""
    ContactNumber.objects.update(ring_seconds=5)
    EscalationStep.objects.exclude(ring_seconds=None).update(ring_seconds=5)
    line = str(PhoneNumber.objects.get(number=company.PARIS_LINE).number)
    calls: tuple[tuple[str, dict[str, object]], ...] = (
        (_TAKES, {}),
        ("ignores", {"speaks_s": 6}),
        ("busy:1", {"speaks_s": 4}),
        ("ignores", {"hangs_up_after_s": 5}),
        ("rejects:1", {"speaks_s": 3}),
        (_TAKES, {}),
    )
    for behaviour, caller in calls:
        _call(line, behaviour, caller)
    _wait(lambda: not Recording.objects.filter(file="").exists())
    user, _new = User.objects.get_or_create(username="pictures", is_superuser=True)
    return user


def pages(browser: Browser, user: User) -> Iterator[Page]:
    """Yield every page that this portal has, with the browser signed in where it is to be."""
    for part in every.PARTS:
        for page in every.pages(part, user, without_rows=True):
            browser.cdp("Network.clearBrowserCookies")
            if page.signed_in:
                _enter(browser, user)
            yield page


def _enter(browser: Browser, user: User) -> None:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    browser.cdp("Network.setCookie", name=name, value=value, url=address(), httpOnly=True)


_CALLERS = itertools.count(1)


def _call(line: str, behaviour: str, caller: dict[str, object]) -> None:
    for number in ContactNumber.objects.values_list("number", flat=True):
        _control("PUT", f"phones/{number}", behaviour=[behaviour])
    number = f"+336399800{next(_CALLERS):02d}"
    before = Call.objects.count()
    _control("POST", "calls", **{"from": number, "to": line, **caller})
    _wait(lambda: Call.objects.exclude(ended_at=None).count() > before)


def _control(method: str, path: str, **body: object) -> dict[str, Any]:
    vonage = settings.VONAGE
    assert vonage is not None
    answer = requests.request(
        method,
        f"https://{vonage.api_host}/emulator/{path}",
        headers={"Authorization": f"Bearer {vonage.signature_secrets[0]}"},
        json=body,
        verify=vonage.ca_bundle or True,
        timeout=30,
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _wait(condition: Callable[[], object]) -> None:
    last = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > last:
            raise TimeoutError("the calls did not end")
        time.sleep(0.2)
