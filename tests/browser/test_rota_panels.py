"""What stands around the timeline: warnings, the load, and what others changed."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from selenium.webdriver.common.keys import Keys

from oncall_portal.lib import acting
from scheduling import services
from scheduling.enums import Role
from scheduling.models import RotaOperation, RotaSeen, Schedule, Staff
from scheduling.tests import build
from scheduling.tests.logins import login
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.rota import Rota, at, rows, shift, wednesday

CHANGES, WARNINGS, LOAD = "[data-changes]", "[data-warnings]", "[data-load]"


def test_a_drop_without_rest_is_done_and_told(rota: Rota, alice: Staff) -> None:
    shift(build.schedule("Lyon"), alice, 0, 6)
    rota.open()
    rota.browser.drag(rota.person(alice), rota.place(12))
    rota.said("2 h of rest only after Lyon", ".toast-warn")
    assert rows()[1:] == [("Alice Martin", 1, at(8), at(18))]
    rota.browser.see(f"{WARNINGS} h2", "2 warnings")
    rota.browser.see(f"{WARNINGS} li", "2 h of rest only after Lyon, level 1")


def test_a_drop_before_a_shift_tells_of_the_rest_that_it_leaves(rota: Rota, alice: Staff) -> None:
    shift(build.schedule("Lyon"), alice, 20, 23)
    rota.open()
    rota.browser.drag(rota.person(alice), rota.place(12))
    rota.said("2 h of rest only", ".toast-warn")


def test_a_doubtful_bar_has_a_sign_and_says_why(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 0, 6)
    row = shift(rota.schedule, alice, 12, 18)
    rota.open("day")
    rota.browser.see(f"{rota.bar(row)} .rota-sign", "!")
    title = rota.browser.see(rota.bar(row)).get_attribute("title")
    assert title is not None
    assert "Warning: Alice Martin: 6 h of rest only" in title


def test_what_is_light_is_said_once_and_last(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 0, 6)
    shift(rota.schedule, alice, 12, 18)
    rota.open("day")
    rota.browser.see(f"{WARNINGS} h2", "2 warnings")
    told = [each.text.splitlines()[1] for each in rota.browser.all(f"{WARNINGS} li")]
    assert [text.split(" after ")[0] for text in told] == [
        "Alice Martin: 6 h of rest only",
        "Alice Martin: no number verified",
    ]


def test_of_many_warnings_the_first_are_shown_and_the_others_counted(rota: Rota) -> None:
    for number in range(12):
        shift(rota.schedule, build.staff(f"Person {number}", active=False), 8, 18, number % 9 + 1)
    rota.open("day")
    rota.browser.see(f"{WARNINGS} h2", "12 warnings")
    rota.browser.gone(f"{WARNINGS} [data-more]")
    shift(rota.schedule, build.staff("Person 12", active=False), 6, 18, level=9)
    rota.open("day")
    rota.browser.see(f"{WARNINGS} h2", "13 warnings")
    assert "06:00" in rota.browser.all(f"{WARNINGS} li")[0].text  # the first to begin
    assert len(rota.browser.all(f"{WARNINGS} li")) == 12
    rota.browser.see(f"{WARNINGS} [data-more]", "1 more")


def test_a_warning_opens_its_duty(rota: Rota, alice: Staff) -> None:
    Staff.objects.filter(pk=alice.pk).update(active=False)
    shift(rota.schedule, alice, 8, 18)
    rota.open("day")
    rota.browser.click(f"{WARNINGS} li button", "Open")
    rota.browser.see("#shift-dialog[open] h2", "Change this duty")


def test_the_dialog_of_a_doubtful_duty_says_why(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 0, 6)
    early, late = shift(rota.schedule, alice, 12, 18), shift(rota.schedule, alice, 22, 23)
    rota.open("day")
    rota.browser.click(rota.bar(early))
    told = rota.browser.see("#shift-dialog [data-doubts]").text.splitlines()
    assert [text.split(" after ")[0] for text in told] == [
        "Alice Martin: no number verified",
        "Alice Martin: 6 h of rest only",  # before it
        "Alice Martin: 4 h of rest only",  # after it
    ]
    rota.browser.press(Keys.ESCAPE)
    rota.browser.click(rota.bar(late))
    rota.browser.see("#shift-dialog [data-doubts]", "4 h of rest only after Paris, level 1")


def test_the_load_follows_what_is_dropped(rota: Rota, alice: Staff) -> None:
    rota.open()
    rota.browser.see(LOAD, "Nobody is on call.")
    rota.browser.drag(rota.person(alice), rota.place(12))
    rota.said("Alice Martin is on call")
    rota.browser.see(f"{LOAD} tbody tr", "10 h")
    rota.browser.see(f"{LOAD} [data-average]", "line: the average, 10 h")


def looked(user: User, schedule: Schedule) -> int | None:
    """Return the last operation that somebody has seen."""
    return (
        RotaSeen.objects.filter(user=user, schedule=schedule)
        .values_list("operation", flat=True)
        .first()
    )


def add(schedule: Schedule, who: Staff, hour: int, by: User) -> RotaOperation:
    """Put somebody on call on the Wednesday, as another manager."""
    day = wednesday() + timedelta(days=1)
    values = {"schedule": schedule, "staff": who, "level": 1}
    with acting.by(by):
        services.create_shift({**values, "starts_at": at(hour), "ends_at": at(hour + 1, day=day)})
    return RotaOperation.objects.latest("pk")


def test_what_others_changed_is_shown_once_it_was_looked_at_before(
    rota: Rota, alice: Staff
) -> None:
    manager, other = User.objects.get(), login(Role.ADMINISTRATOR)
    rota.open()
    rota.browser.until(lambda: looked(manager, rota.schedule) == 0, "the first look")
    rota.browser.gone(CHANGES)
    operation = add(rota.schedule, alice, 8, other)
    rota.open()
    rota.browser.see(f"{CHANGES} h2", "Changes since you last looked")
    rota.browser.see(f"{CHANGES} li", "administrator Alice Martin")
    rota.browser.until(lambda: looked(manager, rota.schedule) == operation.pk, "that it is seen")
    rota.browser.see(f"{CHANGES} li", "Alice Martin")
    rota.open()
    rota.browser.see(".rota-shift")
    rota.browser.gone(CHANGES)


def test_what_was_not_on_the_screen_is_not_taken_as_read(rota: Rota, alice: Staff) -> None:
    manager, other = User.objects.get(), login(Role.ADMINISTRATOR)
    services.mark_seen(manager, rota.schedule, at(0))
    add(rota.schedule, alice, 8, other)
    rota.browser.screen(1180, 160)
    rota.open()
    rota.browser.see(".rota-shift")
    height = rota.browser.run("return innerHeight")
    top = "return document.querySelector('[data-changes]').getBoundingClientRect().top"
    assert rota.browser.run(top) > height
    assert looked(manager, rota.schedule) == 0
    rota.browser.run("document.querySelector('[data-changes]').scrollIntoView()")
    rota.browser.until(lambda: looked(manager, rota.schedule), "that it is seen")


def test_what_one_changed_oneself_is_not_shown(rota: Rota, alice: Staff) -> None:
    manager = User.objects.get()
    rota.open()
    rota.browser.until(lambda: looked(manager, rota.schedule) == 0, "the first look")
    add(rota.schedule, alice, 8, manager)
    rota.open()
    rota.browser.see(".rota-shift")
    rota.browser.gone(CHANGES)


def test_the_changes_can_be_hidden(rota: Rota, alice: Staff) -> None:
    manager, other = User.objects.get(), login(Role.ADMINISTRATOR)
    services.mark_seen(manager, rota.schedule, at(0))
    add(rota.schedule, alice, 8, other)
    rota.open()
    rota.browser.click(f"{CHANGES} button")
    rota.browser.gone(CHANGES)


def test_a_supervisor_sees_the_changes_too(site: Site, browser: Browser) -> None:
    site.enter(browser, Role.SUPERVISOR)
    supervisor, schedule = User.objects.get(), Schedule.objects.get()
    services.mark_seen(supervisor, schedule, at(0))
    operation = add(schedule, build.staff("Alice Martin"), 8, login(Role.ADMINISTRATOR))
    Rota(browser, schedule).open()
    browser.see(f"{CHANGES} li", "Alice Martin")
    browser.until(lambda: looked(supervisor, schedule) == operation.pk, "that it is seen")


def test_the_list_of_warnings_leads_to_the_shift_in_the_calendar(rota: Rota, alice: Staff) -> None:
    Staff.objects.filter(pk=alice.pk).update(active=False)
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(f"{WARNINGS} a", "All warnings")
    rota.browser.click(".tbl a")
    rota.browser.see(f"{rota.bar(row)}:focus")
    assert "shift=" not in rota.browser.run("return location.search")
