"""What opens on the calendar, and its other views, are as sound as the page that opens them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from oncall_portal.lib import clock
from scheduling.models import Staff
from scheduling.tests import build
from tests.browser import axe
from tests.browser.rota import Rota, shift


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["week", "day", "list"])
def test_axe_finds_nothing_in_a_view(rota: Rota, alice: Staff, view: str, theme: str) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.browser.theme(theme)  # type: ignore[arg-type]  # a literal of the two
    rota.open("week")
    if view != "week":
        rota.browser.click(f"button[data-view={view}]")
        rota.browser.see(f"button[data-view={view}][aria-pressed=true]")
    assert list(axe.violations(rota.browser)) == []


@pytest.mark.parametrize("opener", ["[data-add]", "[data-dialog=divert]", "#rota [data-shift]"])
def test_axe_finds_nothing_in_a_dialog(rota: Rota, alice: Staff, opener: str) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(opener)
    rota.browser.see("dialog[open]")
    assert list(axe.violations(rota.browser)) == []


def test_a_telephone_opens_the_list_of_days_and_not_the_timeline(rota: Rota, alice: Staff) -> None:
    hour = timedelta(hours=1)
    build.shift(rota.schedule, alice, clock.now() - hour, clock.now() + hour)
    rota.browser.screen(360, 740, touch=True)
    rota.browser.open(f"/admin/scheduling/schedule/{rota.schedule.pk}/calendar/")
    rota.browser.see("#rota-list [data-list-shift]", "Alice Martin")
    rota.browser.gone("#rota")
    assert len(rota.browser.all("#rota-list section")) == 7
