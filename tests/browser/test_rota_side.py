"""The list that people and services are dragged from."""

from __future__ import annotations

from scheduling.tests import build
from tests.browser.rota import Rota, at, rows


def test_a_service_dropped_on_a_slot_has_it(rota: Rota) -> None:
    desk = build.service("Reception", build.fresh_number())
    rota.open()
    rota.browser.drag(rota.person(desk), rota.place(12))
    rota.said("Reception is on call")
    assert rows() == [("Reception", 1, at(8), at(18))]
