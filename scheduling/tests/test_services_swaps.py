"""Swaps: offered, accepted, declined, withdrawn, taken over; undone and done again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from oncall_portal.lib.errors import Refused, Stale
from oncall_portal.outbox.models import OutgoingMessage
from scheduling import queries, resolve, services, snapshots
from scheduling.models import (
    Divert,
    Override,
    RotaOperation,
    Schedule,
    Shift,
    Staff,
    SwapRequest,
)
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db
NOW = at(7)


class Cast:
    """Alice on call on Monday from 8 to 18, Bob on Tuesday, Charlie on no rota."""

    def __init__(self) -> None:
        self.rota: Schedule = build.schedule("Paris")
        self.alice: Staff = build.staff("Alice", email="alice@example.org")
        self.bob: Staff = build.staff("Bob", email="bob@example.org", language="fr")
        self.charlie: Staff = build.staff("Charlie", email="charlie@example.org")
        self.hers: Shift = build.shift(self.rota, self.alice, at(8), at(18))
        self.his: Shift = build.shift(self.rota, self.bob, at(8, day=5), at(18, day=5))

    def offer(self, now: datetime = NOW, by: Staff | None = None, **values: Any) -> SwapRequest:
        """Offer Alice's shift to Bob, or what `values` say."""
        wanted = {"shift": self.hers, "offered_to": [self.bob], **values}
        return services.offer_swap(wanted, now, by)

    def accept(self, row: SwapRequest, now: datetime = NOW, by: Staff | None = None) -> SwapRequest:
        """Let Bob accept an offer, or whom it says."""
        return services.accept_swap(row.pk, None, now, by or self.bob)

    def on_call(self) -> list[tuple[str, datetime, datetime]]:
        """Return who is on call when, on Monday and Tuesday."""
        facts = queries.load_facts(self.rota.pk, at(0), at(48))
        names = dict(Staff.objects.values_list("pk", "name"))
        entries = resolve.final_schedule(facts, at(0), at(48))
        return [(names[e.who.staff or 0], e.period.starts_at, e.period.ends_at) for e in entries]


@pytest.fixture
def cast() -> Cast:
    return Cast()


def rows() -> list[Any]:
    """Return all rows with all values but their versions."""
    return [
        {**table.take(row), "id": row.pk, "version": None}
        for table in snapshots.TABLES.values()
        for row in table.rows().order_by("pk")
    ]


def refused(call: Callable[[], object]) -> tuple[str, str | None]:
    """Return the code and field of a refusal, which changes nothing and tells nobody."""
    before, told = rows(), OutgoingMessage.objects.count()
    with pytest.raises(Refused) as error:
        call()
    assert str(error.value.message)
    assert (rows(), OutgoingMessage.objects.count()) == (before, told)
    return error.value.code, error.value.field


def log() -> list[tuple[str, str]]:
    return list(RotaOperation.objects.order_by("pk").values_list("kind", "state"))


def test_an_open_offer_changes_neither_the_rota_nor_its_log(cast: Cast) -> None:
    before = cast.on_call()
    row = cast.offer()
    assert (row.state, row.requested_by, list(row.offered_to.all())) == (
        "open",
        cast.alice,
        [cast.bob],
    )
    assert cast.on_call() == before
    assert log() == []


def test_who_accepts_is_on_call_for_the_whole_shift(cast: Cast) -> None:
    row = cast.accept(cast.offer())
    stand_in = Override.objects.get()
    assert cast.on_call() == [("Bob", at(8), at(18)), ("Bob", at(8, day=5), at(18, day=5))]
    assert (stand_in.replaces_shift, stand_in.staff, stand_in.swap) == (cast.hers, cast.bob, row)
    assert (stand_in.whole, stand_in.schedule) == (True, cast.rota)
    assert (row.state, row.accepted_by, row.decided_at) == ("accepted", cast.bob, NOW)
    assert Shift.objects.get(pk=cast.hers.pk).staff == cast.alice


def test_a_part_is_given_away(cast: Cast) -> None:
    cast.accept(cast.offer(starts_at=at(10), ends_at=at(12)))
    assert cast.on_call()[:3] == [
        ("Alice", at(8), at(10)),
        ("Bob", at(10), at(12)),
        ("Alice", at(12), at(18)),
    ]
    assert Override.objects.get().whole is False


def test_an_exchange_writes_two_stand_ins(cast: Cast) -> None:
    row = cast.accept(cast.offer(in_return_for=cast.his))
    assert cast.on_call() == [("Bob", at(8), at(18)), ("Alice", at(8, day=5), at(18, day=5))]
    assert {stand_in.swap for stand_in in Override.objects.all()} == {row}


def test_of_a_running_shift_only_what_lies_ahead_is_given_away(cast: Cast) -> None:
    row = cast.offer(now=at(9))
    cast.accept(row, now=at(11))
    assert cast.on_call()[:2] == [("Alice", at(8), at(11)), ("Bob", at(11), at(18))]


@pytest.mark.parametrize("exchange", [False, True])
def test_an_acceptance_is_one_operation_undone_and_redone_exactly(
    cast: Cast, exchange: bool
) -> None:
    row = cast.offer(in_return_for=cast.his if exchange else None)
    start = rows()
    cast.accept(row)
    end = rows()
    assert log() == [("swap_accepted", "done")]
    for _round in range(2):
        services.undo(cast.rota.pk)
        assert rows() == start
        services.redo(cast.rota.pk)
        assert rows() == end
    services.undo(cast.rota.pk)
    assert SwapRequest.objects.get().state == "open"
    cast.accept(row)
    assert Override.objects.count() == (2 if exchange else 1)


def test_who_has_it_now_passes_it_on_and_the_stand_in_is_cut(cast: Cast) -> None:
    cast.accept(cast.offer())
    build.shift(cast.rota, cast.charlie, at(8, day=8), at(9, day=8))
    row = cast.offer(by=cast.bob, offered_to=[cast.charlie], starts_at=at(10), ends_at=at(12))
    cast.accept(row, by=cast.charlie)
    assert cast.on_call()[:3] == [
        ("Bob", at(8), at(10)),
        ("Charlie", at(10), at(12)),
        ("Bob", at(12), at(18)),
    ]
    services.undo(cast.rota.pk)
    assert cast.on_call()[0] == ("Bob", at(8), at(18))
    assert Override.objects.get().whole is True


def test_a_shift_given_back_needs_no_stand_in(cast: Cast) -> None:
    cast.accept(cast.offer())
    cast.accept(cast.offer(by=cast.bob, offered_to=[cast.alice]), by=cast.alice)
    assert cast.on_call()[0] == ("Alice", at(8), at(18))
    assert not Override.objects.exists()
    services.undo(cast.rota.pk)
    assert cast.on_call()[0] == ("Bob", at(8), at(18))


def test_who_stands_in_for_a_person_passes_their_shift_on(cast: Cast) -> None:
    dan = build.staff("Dan")
    week = (at(0), at(24))
    Override.objects.create(schedule=cast.rota, replaces_staff=cast.alice, staff=dan, period=week)
    with pytest.raises(Refused, match="not_yours"):
        cast.offer(by=cast.alice)
    cast.accept(cast.offer(by=dan))
    assert cast.on_call()[0] == ("Bob", at(8), at(18))


@pytest.mark.parametrize("target", ["replaces_staff", "replaces_level"])
def test_who_would_not_stand_there_all_the_same_is_refused(cast: Cast, target: str) -> None:
    """Somebody stands in for Bob, or for the whole level, in the middle of the shift."""
    row = cast.offer()
    replaced = {target: cast.bob if target == "replaces_staff" else 1}
    Override.objects.create(
        schedule=cast.rota, staff=cast.charlie, period=(at(12), at(13)), **replaced
    )
    with pytest.raises(Refused) as error:
        services.accept_swap(row.pk, None, NOW)
    assert error.value.code == ("replaced" if target == "replaces_staff" else "several_holders")
    row.refresh_from_db()
    assert row.state == "open"


def test_an_accepted_swap_follows_a_moved_shift(cast: Cast) -> None:
    cast.accept(cast.offer())
    services.move_shift(cast.hers.pk, 1, minutes=60)
    assert cast.on_call()[0] == ("Bob", at(9), at(19))


def test_a_shift_is_taken_over_at_once_from_now_on(cast: Cast) -> None:
    start = rows()
    services.take_over(cast.hers.pk, at(11), cast.bob)
    assert cast.on_call()[:2] == [("Alice", at(8), at(11)), ("Bob", at(11), at(18))]
    assert log() == [("taken_over", "done")]
    services.undo(cast.rota.pk)
    assert rows() == start


def test_offers_of_a_shift_that_was_taken_over_are_withdrawn_and_come_back(cast: Cast) -> None:
    row = cast.offer(offered_to=[cast.charlie])
    services.take_over(cast.hers.pk, NOW, cast.bob)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    services.undo(cast.rota.pk)
    row.refresh_from_db()
    assert row.state == "open"


def test_an_offer_in_return_for_a_shift_that_was_taken_over_is_withdrawn(cast: Cast) -> None:
    cast.offer(in_return_for=cast.his)
    services.take_over(cast.his.pk, NOW, cast.alice)
    assert SwapRequest.objects.get().state == "withdrawn"


def test_one_says_no_and_the_others_are_still_asked(cast: Cast) -> None:
    row = cast.offer(offered_to=[cast.bob, cast.charlie])
    services.decline_swap(row.pk, None, NOW, cast.bob)
    assert (SwapRequest.objects.get().state, list(row.offered_to.all())) == (
        "open",
        [cast.charlie],
    )
    services.decline_swap(row.pk, None, NOW, cast.charlie)
    row.refresh_from_db()
    assert (row.state, row.decided_at, list(row.offered_to.all())) == (
        "declined",
        NOW,
        [cast.charlie],
    )


def test_an_offer_is_withdrawn_and_made_again(cast: Cast) -> None:
    row = services.withdraw_swap(cast.offer().pk, None, NOW, cast.alice)
    assert (row.state, cast.offer().state) == ("withdrawn", "open")


def test_a_manager_offers_accepts_and_declines_for_anybody(cast: Cast) -> None:
    assert cast.offer().requested_by == cast.alice
    row = services.accept_swap(SwapRequest.objects.get().pk, None, NOW)
    assert row.accepted_by == cast.bob
    services.undo(cast.rota.pk)
    assert services.decline_swap(row.pk, None, NOW).state == "declined"


def test_a_manager_says_who_of_several_takes_it(cast: Cast) -> None:
    row = cast.offer(offered_to=[cast.bob, cast.charlie])
    assert refused(lambda: services.accept_swap(row.pk, None, NOW)) == ("required", "staff")
    assert services.accept_swap(row.pk, None, NOW, cast.charlie).accepted_by == cast.charlie


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


def test_a_manager_lets_anybody_take_over(cast: Cast) -> None:
    services.take_over(cast.hers.pk, NOW, cast.charlie, anywhere=True)
    assert cast.on_call()[0] == ("Charlie", at(8), at(18))


def letters() -> list[tuple[str, str]]:
    return list(OutgoingMessage.objects.order_by("pk").values_list("to", "subject"))


def test_those_who_are_asked_are_told_at_once_in_their_language(cast: Cast) -> None:
    row = cast.offer(offered_to=[cast.bob, cast.charlie], note="train")
    assert letters() == [
        ("bob@example.org", "Alice vous demande de prendre\u00a0: lun 4 jan, 09:00 → 19:00"),
        ("charlie@example.org", "Alice asks you to take over: Mon 4 Jan, 09:00 → 19:00"),
    ]
    (body,) = OutgoingMessage.objects.filter(to="charlie@example.org").values_list("body")[0]
    assert body == (
        "Alice asks you to take over this shift:\n\n"
        "Mon 4 Jan, 09:00 → 19:00, Paris, level 1\n\n“train”\n\n"
        "Accept or decline: http://testserver/me/\n"
    )
    assert OutgoingMessage.objects.first().cause == f"swap:{row.pk}"  # type: ignore[union-attr]


def test_who_offered_is_told_of_the_answer(cast: Cast) -> None:
    row = cast.accept(cast.offer(in_return_for=cast.his))
    services.undo(cast.rota.pk)
    services.decline_swap(row.pk, None, NOW, cast.bob)
    assert letters()[1:] == [
        ("alice@example.org", "Bob takes over: Mon 4 Jan, 09:00 → 19:00"),
        ("alice@example.org", "Declined: Mon 4 Jan, 09:00 → 19:00"),
    ]


def test_who_is_relieved_is_told(cast: Cast) -> None:
    services.take_over(cast.hers.pk, at(12), cast.bob)
    assert letters() == [("alice@example.org", "Bob takes over: Mon 4 Jan, 13:00 → 19:00")]


def test_without_an_address_nobody_is_written_to(cast: Cast) -> None:
    Staff.objects.update(email="")
    cast.bob.refresh_from_db()
    cast.accept(cast.offer())
    assert letters() == []
