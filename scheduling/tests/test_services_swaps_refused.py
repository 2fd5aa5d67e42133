"""Swaps that cannot be: refused, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oncall_portal.lib.errors import Refused, Stale
from scheduling import services
from scheduling.models import (
    Divert,
    Override,
    Shift,
    Staff,
    SwapRequest,
)
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.swapping import NOW, Cast, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def _service_shift(cast: Cast) -> Shift:
    return build.shift(cast.rota, build.service("Reception"), at(8), at(9), 2)


def _shared(cast: Cast) -> Shift:
    cast.accept(cast.offer(starts_at=at(8), ends_at=at(9)))
    return cast.hers


def _cancelled(cast: Cast) -> Shift:
    return build.shift(cast.rota, cast.alice, at(20), at(21), state="cancelled")


def _elsewhere(cast: Cast) -> Shift:
    return build.shift(build.schedule("Lyon"), cast.bob, at(8, day=5), at(9, day=5))


def _left(cast: Cast) -> Staff:
    return build.staff("Dan", active=False)


OFFERS: dict[str, tuple[tuple[str, str | None], Callable[[Cast], object]]] = {
    "of a colleague's shift": (("not_yours", "shift"), lambda c: c.offer(by=c.bob)),
    "to nobody": (("required", "offered_to"), lambda c: c.offer(offered_to=[])),
    "to oneself": (("same_person", "offered_to"), lambda c: c.offer(offered_to=[c.alice])),
    "to who left": (("inactive", "offered_to"), lambda c: c.offer(offered_to=[_left(c)])),
    "of the past": (("shift_over", None), lambda c: c.offer(now=at(18))),
    "of a past part": (
        ("shift_over", None),
        lambda c: c.offer(now=at(12), starts_at=at(8), ends_at=at(10)),
    ),
    "of a part outside": (("part_outside", "starts_at"), lambda c: c.offer(ends_at=at(19))),
    "of a part too early": (
        ("part_outside", "starts_at"),
        lambda c: c.offer(starts_at=at(7.5), ends_at=at(10)),
    ),
    "of no time": (
        ("ends_before_start", "ends_at"),
        lambda c: c.offer(starts_at=at(9), ends_at=at(9)),
    ),
    "of a service's shift": (
        ("only_people", "shift"),
        lambda c: c.offer(shift=_service_shift(c)),
    ),
    "of a shift of several": (("several_holders", "shift"), lambda c: c.offer(shift=_shared(c))),
    "of a deleted shift": (("cancelled", "shift"), lambda c: c.offer(shift=_cancelled(c))),
    "for the same shift": (
        ("same_shift", "in_return_for"),
        lambda c: c.offer(in_return_for=c.hers),
    ),
    "for one elsewhere": (
        ("other_schedule", "in_return_for"),
        lambda c: c.offer(in_return_for=_elsewhere(c)),
    ),
    "for another's": (
        ("return_not_theirs", "in_return_for"),
        lambda c: c.offer(in_return_for=c.his, offered_to=[c.charlie]),
    ),
    "for one that several could give": (
        ("return_not_theirs", "in_return_for"),
        lambda c: c.offer(in_return_for=c.his, offered_to=[c.bob, c.charlie]),
    ),
    "for a past one": (
        ("return_not_ahead", "in_return_for"),
        lambda c: c.offer(shift=c.his, offered_to=[c.alice], in_return_for=c.hers, now=at(9)),
    ),
}


@pytest.mark.parametrize(("why", "offer"), OFFERS.values(), ids=list(OFFERS))
def test_an_offer_that_cannot_be_is_refused(
    cast: Cast, why: tuple[str, str | None], offer: Callable[[Cast], object]
) -> None:
    with pytest.raises(Refused) as error:
        offer(cast)
    assert (error.value.code, error.value.field) == why
    assert not SwapRequest.objects.filter(state="open").exists()


def test_a_shift_is_offered_once_at_a_time(cast: Cast) -> None:
    cast.offer()
    assert refused(lambda: cast.offer(offered_to=[cast.charlie])) == ("already_offered", "shift")


def test_only_who_was_asked_answers(cast: Cast) -> None:
    row = cast.offer()
    for answer in (services.accept_swap, services.decline_swap):
        assert refused(lambda: answer(row.pk, None, NOW, cast.charlie)) == (  # noqa: B023
            "not_offered_to_you",
            None,
        )


def test_only_who_offered_withdraws(cast: Cast) -> None:
    row = cast.offer()
    assert refused(lambda: services.withdraw_swap(row.pk, None, NOW, cast.bob)) == (
        "not_yours",
        None,
    )


@pytest.mark.parametrize(
    "again", [services.accept_swap, services.decline_swap, services.withdraw_swap]
)
def test_an_offer_is_decided_once(cast: Cast, again: Callable[..., object]) -> None:
    row = cast.accept(cast.offer())
    assert refused(lambda: again(row.pk, None, NOW))[0] == "already_decided"


def test_a_shift_that_is_over_is_not_accepted_any_more(cast: Cast) -> None:
    row = cast.offer()
    assert refused(lambda: cast.accept(row, now=at(18)))[0] == "shift_over"


def test_who_left_since_does_not_accept(cast: Cast) -> None:
    row = cast.offer()
    Staff.objects.filter(pk=cast.bob.pk).update(active=False)
    assert refused(lambda: services.accept_swap(row.pk, None, NOW))[0] == "inactive"


def test_the_shift_in_return_must_still_be_theirs_and_ahead(cast: Cast) -> None:
    row = cast.offer(in_return_for=cast.his)
    Override.objects.create(
        schedule=cast.rota, replaces_shift=cast.his, staff=cast.charlie, period=cast.his.period
    )
    assert refused(lambda: cast.accept(row))[0] == "return_not_theirs"
    Override.objects.all().delete()
    Shift.objects.filter(pk=cast.his.pk).update(period=(at(5), at(6)))
    assert refused(lambda: cast.accept(row))[0] == "return_not_ahead"


def test_what_the_offerer_no_longer_has_is_not_accepted(cast: Cast) -> None:
    row = cast.offer()
    Override.objects.create(
        schedule=cast.rota, replaces_shift=cast.hers, staff=cast.charlie, period=cast.hers.period
    )
    assert refused(lambda: cast.accept(row))[0] == "no_longer_theirs"


def test_who_read_the_offer_before_the_shift_moved_looks_again(cast: Cast) -> None:
    row = cast.offer()
    services.move_shift(cast.hers.pk, 1, days=1)
    with pytest.raises(Stale):
        services.accept_swap(row.pk, 1, NOW, cast.bob)


def test_nobody_stands_twice_at_one_level(cast: Cast) -> None:
    build.shift(cast.rota, cast.bob, at(17), at(20))
    row = cast.offer()
    with pytest.raises(Refused) as error:
        cast.accept(row)
    assert (error.value.code, str(error.value.message)) == (
        "overlap",
        "Bob is already on call at level 1 then, on Mon 4 Jan, 18:00.",
    )
    assert not Override.objects.exists()
    assert refused(lambda: services.take_over(cast.hers.pk, NOW, cast.bob))[0] == "overlap"


def test_a_divert_hides_nobody_who_stands_twice(cast: Cast) -> None:
    Divert.objects.create(
        schedule=cast.rota, to_staff=cast.charlie, period=(at(0), at(24)), created_at=at(0)
    )
    build.shift(cast.rota, cast.bob, at(17), at(20))
    assert refused(lambda: services.take_over(cast.hers.pk, NOW, cast.bob))[0] == "overlap"


def test_at_another_level_one_may_stand_too(cast: Cast) -> None:
    build.shift(cast.rota, cast.bob, at(8), at(18), 2)
    assert cast.accept(cast.offer()).state == "accepted"


def test_two_who_stand_at_one_time_change_places(cast: Cast) -> None:
    """At two levels at once, and overlapping at one level: judged as it is after the exchange."""
    above = build.shift(cast.rota, cast.bob, at(9), at(19))
    cast.accept(cast.offer(in_return_for=above))
    assert cast.on_call()[:2] == [("Bob", at(8), at(18)), ("Alice", at(9), at(19))]


TAKEN: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "one's own": ("same_person", lambda c: services.take_over(c.hers.pk, NOW, c.alice)),
    "past": ("shift_over", lambda c: services.take_over(c.hers.pk, at(18), c.bob)),
    "on another rota": (
        "not_on_this_schedule",
        lambda c: services.take_over(c.hers.pk, NOW, c.charlie),
    ),
}


@pytest.mark.parametrize(("code", "take"), TAKEN.values(), ids=list(TAKEN))
def test_what_cannot_be_taken_over_is_refused(
    cast: Cast, code: str, take: Callable[[Cast], object]
) -> None:
    assert refused(lambda: take(cast))[0] == code


@pytest.mark.parametrize(("start", "state"), [(7, "manual"), (9, "cancelled")])
def test_a_shift_that_begins_just_now_or_was_deleted_is_no_return(
    cast: Cast, start: float, state: str
) -> None:
    other = build.shift(cast.rota, cast.bob, at(start), at(10), level=2, state=state)
    offer = refused(lambda: cast.offer(in_return_for=other))
    assert offer == ("return_not_ahead", "in_return_for")
