"""Swaps: offered, accepted, declined, withdrawn, taken over; undone and done again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from oncall_portal.lib import acting
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.models import OutgoingMessage
from scheduling import services
from scheduling.enums import Role
from scheduling.models import (
    Override,
    Shift,
    Staff,
    SwapRequest,
)
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.swapping import NOW, Cast, log, refused, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


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


@pytest.mark.requirement("PLA-15")
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


def test_what_is_left_of_a_running_shift_begins_on_a_whole_minute(cast: Cast) -> None:
    late = timedelta(seconds=42, microseconds=7)
    services.take_over(cast.hers.pk, at(11) + late, cast.bob)
    assert cast.on_call()[:2] == [("Alice", at(8), at(11)), ("Bob", at(11), at(18))]


@pytest.mark.requirement("PLA-15")
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


def test_an_exchange_withdraws_what_was_on_offer_of_the_shift_in_return(cast: Cast) -> None:
    row = cast.offer(in_return_for=cast.his)
    other = cast.offer(by=cast.bob, shift=cast.his, offered_to=[cast.charlie])
    cast.accept(row)
    other.refresh_from_db()
    assert other.state == "withdrawn"


def test_a_part_that_is_all_of_it_follows_a_moved_shift(cast: Cast) -> None:
    row = cast.offer(starts_at=at(8), ends_at=at(18))
    services.move_shift(cast.hers.pk, 1, minutes=60)
    cast.accept(row)
    assert cast.on_call()[0] == ("Bob", at(9), at(19))


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


def test_whoever_was_asked_is_told_that_an_offer_was_taken_back(cast: Cast) -> None:
    row = cast.offer(offered_to=[cast.bob, cast.charlie], starts_at=at(10), ends_at=at(12))
    OutgoingMessage.objects.all().delete()
    services.withdraw_swap(row.pk, None, NOW, cast.alice)
    in_english = OutgoingMessage.objects.get(to="charlie@example.org")
    assert in_english.subject == "No longer on offer: Mon 4 Jan, 11:00 → 13:00"
    assert in_english.body == (
        "The offer of this shift by Alice was taken back; there is nothing to do:\n\n"
        "Mon 4 Jan, 11:00 → 13:00, Paris, level 1\n"
    )
    assert set(OutgoingMessage.objects.values_list("to", flat=True)) == {
        "bob@example.org",
        "charlie@example.org",
    }


def test_a_manager_who_takes_an_offer_back_tells_its_author_but_not_themselves(
    cast: Cast,
) -> None:
    manager = login(Role.MANAGER)
    Staff.objects.filter(pk=cast.bob.pk).update(user=manager)
    row = cast.offer()
    OutgoingMessage.objects.all().delete()
    with acting.by(manager):
        services.withdraw_swap(row.pk, None, NOW)
    assert list(OutgoingMessage.objects.values_list("to", flat=True)) == ["alice@example.org"]
