"""Operations of the rota in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import translation

from scheduling import services
from scheduling.models import RotaOperation, Schedule, Shift, Staff
from scheduling.operation_words import operation_words
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db
PARIS = "Europe/Paris"


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris", time_zone=PARIS)


@pytest.fixture
def duty(rota: Schedule) -> Shift:
    row = {"schedule": rota, "staff": build.staff("Bruno")}
    return services.create_shift({**row, "starts_at": at(17), "ends_at": at(31)})


def told(language: str = "en") -> str:
    with translation.override(language):
        return operation_words(RotaOperation.objects.latest("pk"), PARIS)


Edit = Callable[[Shift], Any]
EDITS: list[tuple[Edit, str, str]] = [
    (
        lambda duty: None,
        "Bruno, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added",
        "Bruno, lun 4 jan, 18:00 → mar 5 jan, 08:00\u00a0: créneau ajouté",
    ),
    (
        lambda duty: services.move_shift(duty.pk, 1, days=1),
        "Bruno moved to Tue 5 Jan, 18:00 → Wed 6 Jan, 08:00",
        "Bruno\u00a0: créneau déplacé, mar 5 jan, 18:00 → mer 6 jan, 08:00",
    ),
    (
        lambda duty: services.move_shift(duty.pk, 1, level=2),
        "Bruno moved to Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, level 2",
        "Bruno\u00a0: créneau déplacé, lun 4 jan, 18:00 → mar 5 jan, 08:00, niveau 2",
    ),
    (
        lambda duty: services.move_shift(duty.pk, 1, end_days=-1, end_minutes=780),
        "Bruno now Mon 4 Jan, 18:00 → 21:00",
        "Bruno\u00a0: créneau désormais lun 4 jan, 18:00 → 21:00",
    ),
    (
        lambda duty: services.change_shift(
            duty.pk, 1, {"staff": None, "service": build.service({"en": "Desk", "fr": "Accueil"})}
        ),
        "Desk for Bruno, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00",
        "Accueil à la place de Bruno, lun 4 jan, 18:00 → mar 5 jan, 08:00",
    ),
    (
        lambda duty: services.move_shift(
            duty.pk, 1, days=1, level=2, values={"staff": build.staff("Chloé")}
        ),
        "Chloé for Bruno, moved to Tue 5 Jan, 18:00 → Wed 6 Jan, 08:00, level 2",
        "Chloé à la place de Bruno, créneau déplacé, mar 5 jan, 18:00 → mer 6 jan, 08:00, niveau 2",
    ),
    (
        lambda duty: services.change_shift(duty.pk, 1, {"note": "x"}),
        "Bruno, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, note changed",
        "Bruno, lun 4 jan, 18:00 → mar 5 jan, 08:00\u00a0: note modifiée",
    ),
    (
        lambda duty: services.delete_shift(duty.pk, 1),
        "Bruno, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, deleted",
        "Bruno, lun 4 jan, 18:00 → mar 5 jan, 08:00\u00a0: créneau supprimé",
    ),
]


@pytest.mark.parametrize(("edit", "english", "french"), EDITS)
def test_an_operation_is_told_in_the_language_of_the_reader(
    duty: Shift, edit: Edit, english: str, french: str
) -> None:
    edit(duty)
    assert (told("en"), told("fr")) == (english, french)


def test_a_tombstone_is_told_as_deleted(rota: Schedule) -> None:
    duty = build.shift(rota, build.staff("Bruno"), at(8), at(9), state="generated")
    services.delete_shift(duty.pk, 1)
    assert told() == "Bruno, Mon 4 Jan, 09:00 → 10:00, deleted"
    services.undo(rota.pk)
    assert told() == "Undone: Bruno, Mon 4 Jan, 09:00 → 10:00, deleted"


def test_an_undo_and_a_redo_tell_of_what(rota: Schedule, duty: Shift) -> None:
    services.undo(rota.pk)
    assert told() == "Undone: Bruno, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added"
    services.redo(rota.pk)
    assert told() == "Redone: Bruno, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added"
    assert told("fr").startswith("Rétabli\u00a0: Bruno")


def test_many_shifts_are_told_by_the_first_and_their_number(rota: Schedule) -> None:
    bruno = build.staff("Bruno")
    services.add_shifts(rota, [_hour(rota, bruno, hour) for hour in (8, 9, 10)])
    assert told() == "Bruno, Mon 4 Jan, 09:00 → 10:00, added, and 2 more"


def test_the_name_is_the_one_of_then(rota: Schedule, duty: Shift) -> None:
    Staff.objects.update(name="Bruno Petit")
    assert told() == "Bruno, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added"


def _hour(rota: Schedule, who: Staff, start: float) -> Shift:
    return Shift(schedule=rota, staff=who, period=DateTimeTZRange(at(start), at(start + 1)))
