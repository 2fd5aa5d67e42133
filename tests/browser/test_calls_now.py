"""Calls in progress and calls back in a browser, with the emulated platform behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User

from scheduling.models import Staff
from telephony.emulator import Answers, Ignores
from telephony.enums import Direction, Outcome
from telephony.models import Call
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.sweep import NARROW
from tests.cast import ALICE, ALICE_HOME, BRUNO, CALLER, SAM, Cast, on_duty
from tests.story import Story

NOW = "/admin/telephony/call/in-progress/"
TAKES = Answers(after_s=4, presses=["1"], talks_s=600)
_WIDTH = "return document.scrollingElement.scrollWidth"
_CUT_OFF = """return [...document.querySelectorAll(".panel-scroll")].some(
    (panel) => panel.scrollWidth > panel.clientWidth);"""


def signed_in(site: Site, browser: Browser, person: Staff) -> None:
    """Give a person a login, and let the browser be theirs."""
    user, _new = User.objects.get_or_create(username=person.name)
    Staff.objects.filter(pk=person.pk).update(user=user)
    site.enter_as(browser, user)


@pytest.fixture
def sam(site: Site, browser: Browser, people: Cast) -> Browser:
    """The browser of Sam, who supervises."""
    signed_in(site, browser, people.sam)
    return browser


def clock_of(at: datetime | None) -> str:
    assert at is not None
    return f"{at.astimezone(ZoneInfo('Europe/Paris')):%H:%M:%S}"


def together(story: Story, number: str) -> bool:
    return any(c.joins(number.lstrip("+"), CALLER.lstrip("+")) for c in story.platform.connections)


def missed(story: Story, people: Cast) -> Call:
    """Let somebody ring in vain, for Alice, and hang up."""
    on_duty(people.schedule, people.alice)
    for number in (ALICE, ALICE_HOME, SAM):
        story.phone(number, Ignores())
    story.caller_dials(hangs_up_after_s=15)
    return story.expect_end()


def test_who_waits_and_who_rings_since_when_is_seen_and_the_call_ended(
    sam: Browser, story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Ignores())
    sam.open(NOW)
    sam.see(".empty", "Nobody is on the line")
    story.caller_dials()
    story.expect_ring(BRUNO)
    story.platform.advance(2)
    row = sam.see(".calls-now tbody tr", "+33 6 98 76 54 32").text
    leg = Call.objects.get().legs.get()
    assert f"Bruno rings since {clock_of(leg.rang_at)}" in " ".join(row.split())
    sam.click(".calls-now a", "Hang up")
    sam.see("form", "for everybody in it?")
    sam.click("form .btn-bad", "Hang up")
    sam.see(".messagelist", "The call is being ended.")
    call = story.expect_end()
    assert (call.outcome, story.platform.phone(BRUNO).rang[0].status) == (
        Outcome.FAILED,
        "cancelled",
    )
    sam.see(".story", "Sam ended the call.")
    sam.open(NOW)
    sam.see(".empty", "Nobody is on the line")


def test_who_talks_is_seen_until_they_hang_up(sam: Browser, story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES)
    sam.open(NOW)
    story.caller_dials(hangs_up_after_s=60)
    story.expect_connected(BRUNO)
    story.platform.advance(2)
    call = Call.objects.get()
    sam.see(".calls-now td", f"Bruno since {clock_of(call.connected_at)}")
    story.expect_end()
    sam.see(".empty", "Nobody is on the line")


def test_a_caller_is_called_back_from_the_page_of_their_call(
    sam: Browser, story: Story, people: Cast
) -> None:
    call = missed(story, people)
    story.phone(SAM, TAKES)
    story.phone(CALLER, Answers(after_s=6, talks_s=600))
    sam.open(f"/admin/telephony/call/{call.pk}/change/")
    sam.click(".call-head a", "Call back")
    sam.see(".pick :checked")
    sam.click(".panel button", "Call back")
    sam.see("h1", "Sam calls back: their own phone is ringing")
    story.platform.run_until(lambda: together(story, SAM))
    story.platform.advance(2)
    placed = Call.objects.get(direction=Direction.OUT.value)
    sam.open(NOW)
    sam.see(".calls-now td", f"Sam since {clock_of(placed.connected_at)}")
    sam.see(".calls-now th", "Call back to")


def test_staff_call_back_with_a_thumb(
    site: Site, browser: Browser, story: Story, people: Cast
) -> None:
    missed(story, people)
    signed_in(site, browser, people.alice)
    story.phone(ALICE_HOME, TAKES)
    story.phone(CALLER, Answers(after_s=6, talks_s=30))
    browser.screen(*NARROW, touch=True)
    browser.open("/me/")
    browser.tap(browser.point("a.btn", "Who called me?"))
    browser.see(".list-item")
    wrongs = axe.violations(browser)
    browser.tap(browser.point(".list-item a.btn", "Call back"))
    browser.see(".pick")
    wrongs += axe.violations(browser)
    browser.tap(browser.point(".pick", "+33 1 39 98 00 01"))
    browser.tap(browser.point("button.btn-1", "Call back"))
    browser.see(".messagelist", "Your phone rings: press 1, and +33 6 98 76 54 32 is called.")
    browser.see(".tag-ok", "called back")
    assert (wrongs, browser.run(_WIDTH)) == ([], NARROW[0])
    story.platform.settle()
    placed = Call.objects.get(direction=Direction.OUT.value)
    assert (placed.outcome, story.rang(ALICE_HOME)) == (Outcome.CONNECTED, 1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_read_by_everybody_and_fit_a_telephone(
    sam: Browser, story: Story, people: Cast, theme: Literal["light", "dark"]
) -> None:
    over = missed(story, people)
    story.caller_dials()
    story.expect_ring(ALICE, 2)
    live = Call.objects.exclude(pk=over.pk).get()
    sam.theme(theme)
    wrongs = []
    for path in (
        *(NOW, f"/admin/telephony/call/{live.pk}/hang-up/"),
        f"/admin/telephony/call/{over.pk}/call-back/",
    ):
        for size in ((1280, 900), NARROW):
            sam.screen(*size, touch=size == NARROW)
            sam.open(path)
            wrongs += [f"{path} {line}" for line in axe.violations(sam)]
            if (wide := sam.run(_WIDTH)) != size[0]:
                wrongs.append(f"{path} is {wide} pixels wide")
            if sam.run(_CUT_OFF):
                wrongs.append(f"{path} hides a part of its table")
    assert wrongs == []
