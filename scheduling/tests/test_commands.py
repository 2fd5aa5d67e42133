"""The commands about the rota."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from oncall_portal.lib import clock
from scheduling.models import ContactNumber, IntendedGap, Schedule, Staff
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def rota() -> Schedule:
    """A schedule of Paris with two levels on Monday from 8:00 to 18:00 UTC, and a supervisor."""
    rota = build.schedule("Paris", build.staff("Sam", "+33612345670"))
    build.shift(rota, build.staff("Alice", "+33612345671", "+33612345672"), at(8), at(18))
    build.shift(rota, build.staff("Bob", active=False), at(8), at(18), level=2)
    return rota


def said(capsys: pytest.CaptureFixture[str], *command: str) -> list[str]:
    call_command(*command)
    return capsys.readouterr().out.splitlines()


def test_whos_on_lists_whom_a_call_would_try(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "whos_on", "paris", "--at", "2027-01-04T10:00") == [
        "Paris, 2027-01-04 10:00:00+01:00 (Europe/Paris)",
        "  level 1: Alice [+33612345671, +33612345672], until 2027-01-04 19:00:00+01:00",
        "  level 2: Bob, left out: inactive, until 2027-01-04 19:00:00+01:00",
        "  supervisor: Sam [+33612345670]",
    ]


def test_whos_on_takes_an_id_and_now(rota: Schedule, capsys: pytest.CaptureFixture[str]) -> None:
    with clock.driven_by(lambda: at(18)), pytest.raises(SystemExit) as exited:
        call_command("whos_on", str(rota.pk))
    assert exited.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "Paris, 2027-01-04 19:00:00+01:00 (Europe/Paris)",
        "  Nobody can be reached.",
        "  supervisor: Sam [+33612345670]",
    ]


def test_a_name_is_meant_before_an_id_and_the_very_name_before_another_spelling(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    named = build.schedule(str(rota.pk))
    loud = build.schedule("PARIS")
    for text, meant in ((named.name, named), ("PARIS", loud), ("Paris", rota)):
        with pytest.raises(SystemExit):
            call_command("whos_on", text, "--at", "2027-02-01T10:00")
        assert capsys.readouterr().out.startswith(f"{meant.name}, 2027-02-01 10:00:00+01:00")


def test_whos_on_tells_whose_place_a_stand_in_has_and_who_is_away(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    charlie, dave = build.staff("Charlie", "+33612345673"), build.staff("Dave")
    build.override(rota, at(9), at(12), charlie, replaces_staff=Staff.objects.get(name="Alice"))
    build.override(rota, at(9), at(11), charlie, replaces_level=4)
    build.shift(rota, dave, at(8), at(18), level=3)
    build.time_off(dave, at(8), at(14))
    assert said(capsys, "whos_on", "paris", "--at", "2027-01-04T10:00")[1:] == [
        "  level 1: Charlie [+33612345673], stands in for Alice, until 2027-01-04 13:00:00+01:00",
        "  level 4: Charlie [+33612345673], stands in for level 4, until 2027-01-04 12:00:00+01:00",
        "  level 2: Bob, left out: inactive, until 2027-01-04 19:00:00+01:00",
        "  level 3: Dave, left out: time off, until 2027-01-04 15:00:00+01:00",
        "  supervisor: Sam [+33612345670]",
    ]


def test_commands_speak_the_operators_language(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    with translation.override("fr"), clock.driven_by(lambda: at(18)):
        assert said(capsys, "whos_on", "paris", "--at", "2027-01-04T10:00") == [
            "Paris, 2027-01-04 10:00:00+01:00 (Europe/Paris)",
            "  niveau 1\N{NO-BREAK SPACE}: Alice [+33612345671, +33612345672], "
            "jusqu\N{RIGHT SINGLE QUOTATION MARK}à 2027-01-04 19:00:00+01:00",
            "  niveau 2\N{NO-BREAK SPACE}: Bob, écarté\N{NO-BREAK SPACE}: inactif, "
            "jusqu\N{RIGHT SINGLE QUOTATION MARK}à 2027-01-04 19:00:00+01:00",
            "  responsable\N{NO-BREAK SPACE}: Sam [+33612345670]",
        ]
        with pytest.raises(SystemExit):
            call_command("check_coverage", "--days", "2")
    assert capsys.readouterr().out.splitlines()[0] == (
        "Paris (Europe/Paris)\N{NO-BREAK SPACE}: 1 trou d\N{RIGHT SINGLE QUOTATION MARK}ici 2 jours"
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["Lyon"], r"Lyon.*Paris"),
        (["9" * 5000], r"There is no schedule"),
        (["Paris", "--at", "noon"], r"noon.*is not a time"),
        (["Paris", "--at", ""], r"is not a time"),
        (["Paris", "--at", "0001-01-01T00:00"], r"is not a time"),
        (["Paris", "--at", "9999-12-31T23:59"], r"too far in time"),
        (["Paris", "--at", "9999-12-31T23:59-12:00"], r"too far in time"),
    ],
)
@pytest.mark.usefixtures("rota")
def test_whos_on_says_what_it_does_not_understand(words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why) as caught:
        call_command("whos_on", *words)
    assert caught.value.returncode == 2


@pytest.mark.requirement("PLA-19")
def test_check_coverage_lists_holes_and_fails(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    build.schedule("Never", coverage={"kind": "none"})
    with clock.driven_by(lambda: at(10)), pytest.raises(SystemExit) as exited:
        call_command("check_coverage", "--days", "1")
    assert exited.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "Never (Europe/Paris): nobody need be on call for 1 day",
        "Paris (Europe/Paris): 1 hole within 1 day",
        "  2027-01-04 19:00:00+01:00 to 2027-01-05 11:00:00+01:00: nobody scheduled",
        "  Alice: +33612345671 is not verified",
        "  Alice: +33612345672 is not verified",
        f"  Bob: {ContactNumber.objects.get(staff__name='Bob').number} is not verified",
    ]


def test_check_coverage_tells_each_number_that_would_ring_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rota, alice = build.schedule("Lyon"), build.staff("Alice", "+33612345671", "+33612345672")
    ContactNumber.objects.filter(number="+33612345672").update(enabled=False)
    for level, name in enumerate(("Desk", "Counter"), 1):
        desk = build.service(name, members=(alice,), answered_by="members")
        build.shift(rota, desk, at(0), at(24 * 30), level=level)
    with clock.driven_by(lambda: at(10)):
        assert said(capsys, "check_coverage", "Lyon")[1:] == [
            "  Alice: +33612345671 is not verified"
        ]


def test_check_coverage_is_content_without_holes(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    build.shift(rota, build.staff("Charlie"), at(0), at(24 * 30), level=3)
    ContactNumber.objects.update(verified_at=at(0))
    with clock.driven_by(lambda: at(10)):
        assert said(capsys, "check_coverage", "Paris") == [
            "Paris (Europe/Paris): covered for 14 days"
        ]


def test_check_coverage_says_that_there_is_no_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "check_coverage") == ["There is no schedule yet: nothing to check."]


def test_check_coverage_tells_intended_holes_apart_and_does_not_count_them(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    ContactNumber.objects.update(verified_at=at(0))
    IntendedGap.objects.create(schedule=rota, period=(at(18), at(40)))
    with clock.driven_by(lambda: at(10)):
        assert said(capsys, "check_coverage", "Paris", "--days", "1") == [
            "Paris (Europe/Paris): covered for 1 day",
            "  2027-01-04 19:00:00+01:00 to 2027-01-05 11:00:00+01:00: nobody, as intended",
        ]


def test_check_coverage_says_what_it_does_not_understand(rota: Schedule) -> None:
    for words in (["Lyon"], ["--days", "0"], ["--days", "801"]):
        with pytest.raises(CommandError) as caught:
            call_command("check_coverage", *words)
        assert caught.value.returncode == 2
