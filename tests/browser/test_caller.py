"""A caller's page in a browser: an answer is written, measured, sent, and seen to arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.core.files.base import ContentFile

from oncall_portal.lib import clock
from oncall_portal.outbox import deliver
from scheduling.enums import Role
from scheduling.tests import build
from telephony import sms_text
from telephony.emulator import EmulatorServer, Platform, TlsFiles
from telephony.emulator.recordings import tone
from telephony.models import Call, Caller, PhoneNumber, TextMessage
from telephony.provider import set_provider
from telephony.vonage.client import VonageProvider
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.story import application_of
from voicemail.models import Recording

CALLER, LINE = "+33698765432", "+33970000001"


@pytest.fixture(autouse=True)
def _supervisor(site: Site, browser: Browser) -> None:
    build.organisation(region="FR")
    site.enter(browser, Role.SUPERVISOR)


@pytest.fixture
def caller() -> Caller:
    """Somebody who wrote to the line."""
    line = PhoneNumber.objects.create(name="Main line", number=LINE)
    caller = Caller.objects.create(number=CALLER, name="Boulangerie Roux")
    TextMessage.objects.create(
        caller=caller,
        phone_number=line,
        direction="in",
        text="When do you come?",
        at=clock.now(),
        platform_id="m-0",
    )
    return caller


@pytest.fixture
def platform(browser: Browser, tls: TlsFiles) -> Iterator[Platform]:
    """The emulated platform in real time; it reports to the portal that the browser sees."""
    config = product.VONAGE
    assert config is not None
    application = replace(
        application_of(config),
        inbound_url=f"{browser.base}/messages/inbound",
        status_url=f"{browser.base}/messages/status",
    )
    platform = Platform(application)
    platform.start()
    with EmulatorServer(platform, tls.certificate, tls.key) as server:
        set_provider(VonageProvider(replace(config, api_host=server.host, ca_bundle=str(tls.ca))))
        try:
            yield platform
        finally:
            set_provider(None)
            platform.stop()


def page_of(caller: Caller) -> str:
    return f"/admin/telephony/caller/{caller.pk}/change/"


@pytest.mark.requirement("CRM-06")
def test_the_length_is_told_while_typing_and_the_answer_is_seen_to_arrive(
    browser: Browser, caller: Caller, platform: Platform
) -> None:
    browser.open(page_of(caller))
    browser.see(".stream-text", "When do you come?")
    browser.write("#id_text", "At noon, [ok]")
    browser.see("#reply-length", "1 SMS · 15 characters, 145 more fit")
    browser.write("#id_text", "À midi, c\u2019est sûr")
    browser.see("#reply-length", "û: each SMS holds 70 characters, not 160")
    assert axe.violations(browser) == []
    browser.click(".reply button")
    browser.see(".stream-ours .stream-text", "À midi, c'est sûr")
    browser.see(".stream-ours .tag", "Waiting")
    assert deliver.deliver_next(clock.now())
    browser.see(".stream-ours .tag", "Delivered")
    assert platform.texts_to(CALLER) == ["À midi, c'est sûr"]


@pytest.mark.requirement("CRM-06")
def test_a_recording_is_played_beside_its_call(
    browser: Browser, caller: Caller, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    now = clock.now()
    call = Call.objects.create(
        token="c",
        leg_uuid="c",
        dialled=LINE,
        caller=CALLER,
        started_at=now,
        ended_at=now,
        outcome="connected",
        phase="ended",
    )
    Recording.objects.create(
        call=call,
        kind="conversation",
        platform_id="r",
        url="https://example.org/r",
        recorded_at=now,
        next_attempt_at=now,
        state="stored",
        file=ContentFile(tone(3, 3), name="r.wav"),
        content_type="audio/wav",
        duration_seconds=3,
    )
    browser.screen(360, 740)
    browser.open(page_of(caller))
    browser.see(".stream-sound .time", "0:00 / 0:03")
    assert axe.violations(browser) == []
    assert browser.run("return document.documentElement.scrollWidth") == 360
    browser.click(".stream-sound .play")
    browser.see(".stream-sound .play[aria-label=Pause]")
    browser.see(".stream-sound .time", "0:01 / 0:03")


def test_the_browser_counts_as_the_server_does(browser: Browser, caller: Caller) -> None:
    browser.open(page_of(caller))
    texts = [
        "",
        "a",
        "a" * 160,
        "a" * 161,
        "€" * 81,
        "ê" * 71,
        "🔥" * 36,
        "x\u2019y\u2026",
        "[a]\n{b}",
        "a" * 918,
    ]
    script = """
        const [texts, done] = arguments;
        const alphabet = JSON.parse(document.querySelector("form.reply").dataset.alphabet);
        import(document.querySelector("script[src*='js/reply']").src).then(({ measure }) =>
            done(JSON.stringify(texts.map((text) => {
                const found = measure(text, alphabet);
                return [found.parts, found.length, found.left, found.unusual.join("")];
            }))));
    """
    counted = json.loads(browser.driver.execute_async_script(script, texts))
    expected = []
    for text in map(sms_text.plain, texts):
        found = sms_text.measure(text)
        expected.append([found.parts, found.length, found.left, sms_text.unusual(text)])
    assert counted == expected
