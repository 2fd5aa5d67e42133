"""Diverting: what is refused, what is cut, how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from oncall_portal.lib.errors import Refused, Stale
from scheduling import queries, services
from scheduling.enums import GapReason
from scheduling.models import Divert, Schedule, Staff
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-22")]
NOW = at(9)
ELSEWHERE = "+33612349999"
LINE = {"name": "Main line", "number": "+33970000001"}


def our_number(**values: Any) -> Any:
    """A number of ours; its table belongs to a higher app, and is reached by the relation."""
    model: Any = Divert._meta.get_field("phone_number").related_model
    return model.objects.create(**LINE, **values)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule()


def divert(now: Any = NOW, user: User | None = None, **values: Any) -> Divert:
    return services.create_divert({"ends_at": at(12), **values}, now, user)


def periods() -> list[tuple[Any, Any]]:
    rows = Divert.objects.order_by("period__startswith")
    return [(row.starts_at, row.ends_at) for row in rows]


def test_a_divert_begins_now_and_remembers_who_set_it(rota: Schedule) -> None:
    marc = User.objects.create_user("marc", first_name="Marc", last_name="Roussel")
    row = divert(user=marc, schedule=rota, to_staff=build.staff("Alice"))
    assert (row.starts_at, row.ends_at, row.created_at) == (NOW, at(12), NOW)
    roster = queries.load_roster(rota.pk, NOW)
    assert roster.divert is not None
    assert (roster.divert.of, roster.divert.to.name) == ("Paris", "Alice")
    assert (roster.divert.until, roster.divert.by) == (at(12), "Marc Roussel")


def test_the_goal_takes_the_place_of_all_levels_with_no_shift_and_its_own_reason(
    rota: Schedule,
) -> None:
    build.shift(rota, build.staff("Bob"), at(8), at(18))
    build.shift(rota, build.staff("Chloé"), at(8), at(18), level=2)
    divert(schedule=rota, to_number=ELSEWHERE)
    (found,) = queries.load_roster(rota.pk, NOW).on_call
    assert (found.assignee.staff, found.assignee.service) == (None, None)
    assert (found.reason, found.until, found.shift) == ("divert", at(12), None)
    assert [contact.number for contact in found.assignee.contacts] == [ELSEWHERE]
    assert found.assignee.name == "+33 6 .. .. .. 99"


def test_a_diverted_person_who_lost_their_number_is_skipped_with_the_reason(
    rota: Schedule,
) -> None:
    alice = build.staff("Alice")
    divert(schedule=rota, to_staff=alice)
    alice.numbers.update(enabled=False)
    roster = queries.load_roster(rota.pk, NOW)
    assert roster.on_call == ()
    assert [(s.name, s.reason) for s in roster.skipped] == [("Alice", GapReason.NO_NUMBER)]


def test_the_roster_before_a_divert_lasts_until_it_begins(rota: Schedule) -> None:
    build.shift(rota, build.staff("Bob"), at(8), at(18))
    divert(schedule=rota, to_number=ELSEWHERE, starts_at=at(11))
    (found,) = queries.load_roster(rota.pk, NOW).on_call
    assert (found.assignee.name, found.until, found.reason) == ("Bob", at(11), "regular")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ends_at": None}, "required"),
        ({"ends_at": NOW}, "ends_before_start"),
        ({"to_number": "12"}, "invalid_number"),
        ({"to_number": "+33970000001"}, "own_number"),
        ({"to_number": "+14155552671"}, "country_not_allowed"),
        ({"to_number": "0899701234"}, "special_number"),
        ({"to_number": ""}, "one_goal"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    rota: Schedule, values: dict[str, Any], code: str
) -> None:
    build.organisation()
    our_number()
    with pytest.raises(Refused) as refusal:
        divert(schedule=rota, **{"to_number": ELSEWHERE, **values})
    assert refusal.value.code == code
    assert not Divert.objects.exists()


@pytest.mark.parametrize("person", [{"active": False}, {}])
def test_a_person_who_cannot_be_reached_is_refused(rota: Schedule, person: dict[str, Any]) -> None:
    alice = build.staff("Alice", **person)
    alice.numbers.update(enabled=False)
    with pytest.raises(Refused) as refusal:
        divert(schedule=rota, to_staff=alice)
    assert (refusal.value.code, refusal.value.field) == ("unreachable", "to_staff")


def test_two_goals_are_refused(rota: Schedule) -> None:
    with pytest.raises(Refused) as refusal:
        divert(schedule=rota, to_staff=build.staff("Alice"), to_number=ELSEWHERE)
    assert refusal.value.code == "one_goal"


def test_the_later_divert_ends_the_earlier(rota: Schedule) -> None:
    divert(schedule=rota, to_number=ELSEWHERE)
    divert(now=at(10), schedule=rota, to_staff=build.staff("Alice"), ends_at=at(11))
    assert periods() == [(NOW, at(10)), (at(10), at(11))]


def test_one_that_would_begin_meanwhile_begins_afterwards_or_never(rota: Schedule) -> None:
    divert(schedule=rota, to_number=ELSEWHERE, starts_at=at(10), ends_at=at(11))
    divert(schedule=rota, to_number=ELSEWHERE, starts_at=at(13), ends_at=at(20))
    divert(schedule=rota, to_staff=build.staff("Alice"), ends_at=at(15))
    assert periods() == [(NOW, at(15)), (at(15), at(20))]


def test_a_divert_of_something_else_is_left_alone(rota: Schedule) -> None:
    line = our_number(schedule=rota)
    divert(schedule=rota, to_number=ELSEWHERE)
    divert(schedule=build.schedule("Lyon"), to_number=ELSEWHERE)
    divert(phone_number=line, to_number=ELSEWHERE)
    assert periods() == [(NOW, at(12))] * 3


def test_the_database_refuses_two_at_once(rota: Schedule) -> None:
    first = divert(schedule=rota, to_number=ELSEWHERE)
    with pytest.raises(IntegrityError, match="divert_schedule_once"), transaction.atomic():
        Divert.objects.create(
            schedule=rota, to_number=ELSEWHERE, period=first.period, created_at=NOW
        )


def test_a_divert_is_ended_by_hand_at_this_moment(rota: Schedule) -> None:
    row = divert(schedule=rota, to_number=ELSEWHERE)
    services.end_divert(row.pk, row.version, at(10))
    assert periods() == [(NOW, at(10))]
    with pytest.raises(Stale):
        services.end_divert(row.pk, row.version, at(10))
    with pytest.raises(Refused, match="over"):
        services.end_divert(row.pk, row.version + 1, at(10))


def test_one_that_has_not_begun_is_taken_away(rota: Schedule) -> None:
    row = divert(schedule=rota, to_number=ELSEWHERE, starts_at=at(11))
    services.end_divert(row.pk, row.version, at(10))
    assert not Divert.objects.exists()


def test_the_end_of_one_in_force_can_move_but_not_its_goal(rota: Schedule) -> None:
    row = divert(schedule=rota, to_number=ELSEWHERE)
    row = services.change_divert(row.pk, row.version, {"ends_at": at(14)}, at(10))
    assert periods() == [(NOW, at(14))]
    goal = {"to_number": "", "to_staff": build.staff("Alice")}
    with pytest.raises(Refused, match="in_force"):
        services.change_divert(row.pk, row.version, goal, at(10))
    with pytest.raises(Refused, match="ends_before_start"):
        services.change_divert(row.pk, row.version, {"ends_at": at(9.5)}, at(10))


def test_one_ahead_can_lead_to_somebody_else(rota: Schedule) -> None:
    alice = build.staff("Alice")
    row = divert(schedule=rota, to_number=ELSEWHERE, starts_at=at(11))
    row = services.change_divert(row.pk, row.version, {"to_staff": alice}, NOW)
    assert (row.to_staff, row.to_number, row.starts_at) == (alice, "", at(11))


def test_a_divert_stays_with_its_schedule(rota: Schedule) -> None:
    row = divert(schedule=rota, to_number=ELSEWHERE, starts_at=at(11))
    other = build.schedule("Lyon")
    with pytest.raises(Refused, match="target_fixed"):
        services.change_divert(row.pk, row.version, {"schedule": other}, NOW)


def test_whom_a_divert_names_is_not_deleted(rota: Schedule) -> None:
    alice = build.staff("Alice")
    divert(schedule=rota, to_staff=alice)
    with pytest.raises(ProtectedError):
        services.delete_staff(alice.pk, alice.version)
    assert Staff.objects.filter(pk=alice.pk).exists()


def test_window_and_instant_agree_about_diverts_in_the_database(rota: Schedule) -> None:
    build.shift(rota, build.staff("Bob"), at(8), at(18))
    divert(schedule=rota, to_number=ELSEWHERE, starts_at=at(10), ends_at=at(12))
    facts = queries.load_facts(rota.pk, at(8), at(18))
    assert [(d.period.starts_at, d.period.ends_at) for d in facts.diverts] == [(at(10), at(12))]
    for instant in (at(10), at(12)):
        for delta in (-timedelta(seconds=1), timedelta(), timedelta(seconds=1)):
            roster = queries.load_roster(rota.pk, instant + delta)
            assert (roster.divert is not None) == (at(10) <= instant + delta < at(12))
