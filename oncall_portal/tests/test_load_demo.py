"""The demo company."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import phonenumbers
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import models
from rest_framework.authtoken.models import Token

from oncall_portal.outbox.models import OutgoingMessage
from scheduling import access, operations, queries
from scheduling.enums import GapReason, Role
from scheduling.models import (
    ContactNumber,
    Rotation,
    Schedule,
    Service,
    ServiceCategory,
    Shift,
    Staff,
)
from scheduling.tests import build
from scheduling.types import Gap
from telephony import menu_trees, open_texts, previews
from telephony.models import EscalationScenario, Menu, PhoneNumber, TextMessage
from telephony.previews import Trial
from telephony.services import change_scenario
from telephony.types import Rehearsal
from voicemail.models import Mailbox

pytestmark = pytest.mark.django_db
# the clocks of Paris change on 28 March 2027, those of Montréal on 14 March
MARCH = datetime(2027, 3, 10, 12, tzinfo=UTC)


def load(at: datetime = MARCH, **options: Any) -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("load_demo", at=at, stdout=out, **options)
    return out.getvalue()


def snapshot() -> dict[str, list[Any]]:
    """Return every row of every table that the demo writes."""
    tables: list[type[models.Model]] = [Staff, ContactNumber, Service, Schedule, Shift]
    tables += [PhoneNumber, Mailbox, User, ServiceCategory]
    return {t.__name__: list(t._default_manager.order_by("pk").values()) for t in tables}


def gaps(name: str) -> tuple[Gap, ...]:
    """Return the holes of a demo schedule from 1 March to 30 April 2027."""
    schedule = Schedule.objects.get(name=name)
    window = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 30, tzinfo=UTC)
    return queries.load_gaps(schedule, *window)


def test_the_company_is_complete() -> None:
    load()
    assert Staff.objects.count() == 14
    assert Staff.objects.filter(active=False).count() == 1
    assert Staff.objects.filter(email="").count() == 1
    assert set(Staff.objects.values_list("language", flat=True)) == {"en", "fr"}
    counts = Staff.objects.annotate(count=models.Count("numbers")).values_list("count", flat=True)
    assert sorted(counts) == [1] * 13 + [3]
    assert (Service.objects.count(), ServiceCategory.objects.count()) == (3, 2)
    zones = Schedule.objects.order_by("pk").values_list("time_zone", flat=True)
    assert list(zones) == ["Europe/Paris", "America/Montreal"]
    assert PhoneNumber.objects.count() == 3
    assert Staff.objects.filter(active=True).values("colour").distinct().count() == 13


def test_its_scenarios_can_be_saved_as_they_are() -> None:
    load()
    for scenario in EscalationScenario.objects.all():
        change_scenario(scenario.pk, scenario.version, {}, MARCH)


def test_every_number_is_a_valid_one() -> None:
    load()
    tables: list[Any] = [ContactNumber, PhoneNumber]
    numbers = [str(row.number) for table in tables for row in table.objects.all()]
    parsed = [phonenumbers.parse(number, None) for number in numbers]
    assert all(map(phonenumbers.is_valid_number, parsed))


def test_duty_is_round_the_clock_across_the_clock_change_but_for_one_hole() -> None:
    load()
    assert [(g.period.starts_at, g.period.ends_at, g.reason) for g in gaps("Astreinte Paris")] == [
        (
            datetime(2027, 3, 15, 11, tzinfo=UTC),
            datetime(2027, 3, 15, 17, tzinfo=UTC),
            GapReason.NOBODY_SCHEDULED,
        )
    ]
    assert gaps("Garde Montréal") == ()


def test_a_night_keeps_its_hours_when_the_clocks_change() -> None:
    load()
    before = datetime(2027, 3, 26, 17, tzinfo=UTC)  # Friday 18:00 in winter
    night = Shift.objects.get(schedule__name="Astreinte Paris", level=1, period__startswith=before)
    assert night.ends_at - night.starts_at == timedelta(hours=14)
    sunday = Shift.objects.filter(
        schedule__name="Astreinte Paris",
        level=1,
        period__startswith=datetime(2027, 3, 27, 7, tzinfo=UTC),
    )
    assert {shift.ends_at - shift.starts_at for shift in sunday} == {timedelta(hours=23)}


def test_a_second_time_changes_nothing() -> None:
    load()
    once = snapshot()
    assert load().startswith("0 shifts written.")
    assert snapshot() == once


def test_what_people_changed_or_deleted_stays_so() -> None:
    load()
    Staff.objects.filter(name="Amélie Martin").update(name="Amélie Durand")
    gone = Shift.objects.order_by("pk").first()
    assert gone is not None
    gone.delete()
    PhoneNumber.objects.filter(name="Urgences Québec").delete()
    after = snapshot()
    load()
    assert snapshot() == after


def test_a_month_later_the_next_month_is_filled() -> None:
    load()
    assert not load(MARCH + timedelta(days=31)).startswith("0 ")
    last = Shift.objects.filter(schedule__name="Garde Montréal", level=1).order_by("period").last()
    assert last is not None
    assert last.ends_at == datetime(2027, 6, 1, 12, tzinfo=UTC)


def test_the_backup_takes_turns_of_a_week_and_nothing_of_it_is_to_be_undone() -> None:
    load()
    row = Rotation.objects.get(schedule__name="Astreinte Paris")
    first, second = row.shifts.order_by("day")[:2]
    assert (first.day, first.level, str(first.staff)) == (date(2027, 2, 22), 2, "Gaëlle Perrin")
    assert str(second.staff) == "Élodie Rousseau"
    assert operations.available(row.schedule_id) == (None, None)


def test_it_says_what_to_dial() -> None:
    lines = load().splitlines()[1:]
    assert lines == [
        "Dial +33970000001 for Urgences France (Astreinte Paris).",
        "Dial +15145550100 for Urgences Québec (Garde Montréal).",
        "Dial +33970000002 for Accueil France (Astreinte Paris).",
        "Logins: manager, supervisor, staff.",
    ]


def test_the_line_for_the_day_has_a_menu_of_two_levels_hours_a_route_and_texts() -> None:
    load()
    line = PhoneNumber.objects.get(number="+33970000002")
    assert line.menu is not None
    tree = menu_trees.standing(line.menu.pk, line.languages)
    told = {row.name: "".join(tree.menus[row.pk].told) for row in Menu.objects.all()}
    assert told == {"Accueil": "129", "Plomberie": "12*"}
    said = preview(line, MARCH, "21")  # a Wednesday at 13:00 in Paris
    assert [each.keys for each in said.questions] == ["1", "2", "1"]
    assert [each.phone.name for each in said.rings] == [
        "David Moreau",
        "Chloé Garnier",
        "Gaëlle Perrin",
    ]
    closed = preview(line, MARCH + timedelta(hours=8))
    assert (closed.closed, closed.rings[0].reason) == (True, "level_1")
    texts = TextMessage.objects.order_by("at").values_list("direction", "caller__name")
    assert list(texts) == [(way, "Sophie Lemaire") for way in ("in", "out", "in")]
    assert not OutgoingMessage.objects.exists()


def preview(line: PhoneNumber, at: datetime, keys: str = "") -> Rehearsal:
    """Return what a call to the line would be; its caller is asked for a language first."""
    return previews.of_number(line, Trial(at, keys=f"1{keys}"))


def test_one_of_its_texts_is_still_to_be_answered() -> None:
    load()
    waiting = open_texts.to_answer(TextMessage.objects.all(), MARCH)
    assert [text.text for text in waiting] == ["Merci, elle est passée, tout fonctionne !"]


def test_its_logins_have_their_roles_and_no_password_unless_given_one() -> None:
    load()
    roles = {user.username: access.role_of(user) for user in User.objects.all()}
    assert roles == {
        "manager": Role.MANAGER,
        "supervisor": Role.SUPERVISOR,
        "staff": Role.STAFF,
    }
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_a_password_opens_its_logins() -> None:
    load(password="correct horse")
    assert all(user.check_password("correct horse") for user in User.objects.all())


def test_it_keeps_away_from_other_peoples_data() -> None:
    build.staff("Somebody")
    with pytest.raises(CommandError, match="empty portal only"):
        load()
    assert Staff.objects.count() == 1


def test_a_token_is_printed_and_stays_the_same() -> None:
    user = User.objects.create(username="anna")
    printed = []
    for _time in range(2):
        out = io.StringIO()
        call_command("api_token", "anna", stdout=out)
        printed.append(out.getvalue().strip())
    assert printed == [Token.objects.get(user=user).key] * 2


def test_a_token_of_nobody_is_refused() -> None:
    with pytest.raises(CommandError, match="no user"):
        call_command("api_token", "nobody")
