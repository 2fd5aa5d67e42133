"""The list that people and services are dragged from."""

from __future__ import annotations

import pytest

from scheduling.models import Service, Staff
from scheduling.tests import build
from tests.browser.rota import Rota, at, rows


@pytest.fixture
def desk() -> Service:
    return build.service("Réception", build.fresh_number())


def test_a_service_dropped_on_a_slot_has_it(rota: Rota, desk: Service) -> None:
    rota.open()
    rota.browser.drag(rota.person(desk), rota.place(12))
    rota.said("Réception is on call")
    assert rows() == [("Réception", 1, at(8), at(18))]


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("mart", ["Alice Martin"]),
        ("elod", ["Élodie Petit"]),
        ("RECÉP", ["Réception"]),
        ("ti", ["Alice Martin", "Élodie Petit", "Réception"]),
        ("zoe", []),
        ("usable", []),
    ],
)
def test_part_of_a_name_hides_the_others_from_the_list(
    rota: Rota, alice: Staff, desk: Service, part: str, found: list[str]
) -> None:
    build.staff("Élodie Petit")
    desk.numbers.all().delete()  # so that its entry says "no usable number", which is no name
    rota.open()
    rota.browser.press("/", *part)
    rota.browser.until(lambda: listed(rota) == found, f"only {found}")
    said = rota.browser.text("[data-no-match]")
    assert said == ("" if found else "Nobody of this name.")


def listed(rota: Rota) -> list[str]:
    return [name.text for name in rota.browser.all(".rota-person-name b") if name.is_displayed()]
