"""The first path in French: language by the switch, people and rota by their French words."""

from __future__ import annotations

from scheduling.models import Staff
from tests.browser.rota import Rota, at, rows


def test_the_switch_turns_the_page_into_french_and_it_stays(rota: Rota) -> None:
    browser = rota.browser
    browser.open("/admin/scheduling/staff/")
    browser.click("[name=language][value=fr]")
    browser.see("h1", "Personnes")
    browser.open("/admin/")
    browser.until(lambda: browser.run("return document.documentElement.lang") == "fr", "French")


def test_a_rota_is_kept_in_french(rota: Rota, alice: Staff) -> None:
    speak_french(rota)
    rota.open()
    rota.browser.see("h2", "Personnes")
    rota.browser.drag(rota.person(alice), rota.place(12))
    rota.said("Alice Martin est d\u2019astreinte")
    assert rows() == [("Alice Martin", 1, at(8), at(18))]
    rota.browser.click("[data-undo]")
    rota.said("Annulé")
    assert rows() == []


def speak_french(rota: Rota) -> None:
    """Choose French as a person does."""
    rota.browser.open("/admin/scheduling/staff/")
    rota.browser.click("[name=language][value=fr]")
    rota.browser.until(
        lambda: rota.browser.run("return document.documentElement.lang") == "fr", "French"
    )
