"""The first path in French: language by the switch, people and rota by their French words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling import services
from scheduling.models import Shift, Staff
from tests.browser.rota import Rota, at, rows, shift, wednesday


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


def move(rota: Rota, row: Shift) -> None:
    rota.browser.drag(rota.browser.point(rota.bar(row)), rota.place(13, 2))


def lengthen(rota: Rota, row: Shift) -> None:
    rota.browser.focus(rota.bar(row))
    rota.browser.chord(Keys.ALT, Keys.SHIFT, Keys.ARROW_RIGHT)


def delete(rota: Rota, row: Shift) -> None:
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-delete]", "Supprimer")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (move, "Alice Martin : déplacement vers mer {day}, 08:00 → 18:00, niveau 2"),
        (lengthen, "Alice Martin est d\u2019astreinte mer {day}, 08:00 → 18:30"),
        (delete, "Alice Martin, mer {day}, 08:00 → 18:00 : garde supprimée"),
    ],
)
def test_every_change_is_told_in_french(
    rota: Rota, alice: Staff, change: Callable[[Rota, Shift], None], words: str
) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    speak_french(rota)
    rota.open()
    change(rota, row)
    rota.said(words.format(day=wednesday().day))


def test_a_refusal_gives_its_reason_in_french(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    speak_french(rota)
    rota.open()
    rota.browser.expect("status of 4")
    rota.browser.drag(rota.person(alice), rota.place(12))
    rota.said("Non enregistré : Cette personne est déjà d\u2019astreinte à ce niveau", "-bad")
    assert rows() == [("Alice Martin", 1, at(8), at(18))]


def test_what_a_colleague_changed_meanwhile_is_told_in_french(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    speak_french(rota)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.see("#shift-dialog [data-delete]")
    services.change_shift(row.pk, row.version, {"note": "Clés au bureau"})
    rota.browser.expect("status of 409")
    rota.browser.click("#shift-dialog [data-delete]")
    rota.said("Non enregistré : quelqu\u2019un d\u2019autre l\u2019a modifié entre-temps.", "-bad")
    assert rows() == [("Alice Martin", 1, at(8), at(18))]


def test_a_divert_is_set_and_ended_in_french(rota: Rota, alice: Staff) -> None:
    speak_french(rota)
    rota.open()
    rota.browser.click("[data-dialog=divert]", "Renvoyer maintenant")
    rota.browser.click("#divert label.goal", "Alice Martin")
    rota.browser.click("#divert [type=submit]", "Renvoyer maintenant")
    rota.browser.see(".banner-warn", "Paris est renvoyé vers Alice Martin jusqu\u2019à")
    rota.browser.see("#rota[data-ready]")
    rota.browser.click(".banner-warn button", "Y mettre fin")
    rota.browser.see(".messagelist", "Le renvoi est terminé : le prochain appel suit le planning.")
    rota.browser.see("#rota[data-ready]")
    assert not rota.browser.all(".banner-warn")


def speak_french(rota: Rota) -> None:
    """Choose French as a person does."""
    rota.browser.open("/admin/scheduling/staff/")
    rota.browser.click("[name=language][value=fr]")
    rota.browser.until(
        lambda: rota.browser.run("return document.documentElement.lang") == "fr", "French"
    )
