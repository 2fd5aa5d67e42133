"""The commands about the rota."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from oncall_portal.lib import clock
from scheduling.models import Schedule
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
        "  level 2: Bob, left out: inactive",
        "  supervisor: Sam [+33612345670]",
    ]


def test_whos_on_takes_an_id_and_now(rota: Schedule, capsys: pytest.CaptureFixture[str]) -> None:
    with clock.driven_by(lambda: at(18)):
        assert said(capsys, "whos_on", str(rota.pk)) == [
            "Paris, 2027-01-04 19:00:00+01:00 (Europe/Paris)",
            "  Nobody can be reached.",
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
            "  niveau 2\N{NO-BREAK SPACE}: Bob, écarté\N{NO-BREAK SPACE}: inactif",
            "  responsable\N{NO-BREAK SPACE}: Sam [+33612345670]",
        ]
        with pytest.raises(SystemExit):
            call_command("check_coverage", "--days", "2")
    assert capsys.readouterr().out.splitlines()[0] == (
        "Paris (Europe/Paris)\N{NO-BREAK SPACE}: 1 trou d\N{RIGHT SINGLE QUOTATION MARK}ici 2 jours"
    )


@pytest.mark.parametrize("words", [["Lyon"], ["Paris", "--at", "noon"]])
@pytest.mark.usefixtures("rota")
def test_whos_on_says_what_it_does_not_understand(words: list[str]) -> None:
    with pytest.raises(CommandError, match=r"Lyon.*Paris|noon"):
        call_command("whos_on", *words)


def test_check_coverage_lists_holes_and_fails(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    build.schedule("Never", coverage={"kind": "none"})
    with clock.driven_by(lambda: at(10)), pytest.raises(SystemExit) as exited:
        call_command("check_coverage", "--days", "1")
    assert exited.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "Never (Europe/Paris): covered for 1 day",
        "Paris (Europe/Paris): 1 hole within 1 day",
        "  2027-01-04 19:00:00+01:00 to 2027-01-05 11:00:00+01:00: nobody scheduled",
    ]


def test_check_coverage_is_content_without_holes(
    rota: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    build.shift(rota, build.staff("Charlie"), at(0), at(24 * 30), level=3)
    with clock.driven_by(lambda: at(10)):
        assert said(capsys, "check_coverage", "Paris") == [
            "Paris (Europe/Paris): covered for 14 days"
        ]
