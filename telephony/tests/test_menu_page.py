"""The page of a menu shows what callers hear, what is missing, and who uses it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from scheduling.enums import Role
from scheduling.models import Service
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, send
from telephony import menu_page, menu_services
from telephony.menu_words import Missing
from telephony.models import Menu, MenuVersion, PhoneNumber, Prompt, PromptAudio
from telephony.tests.menu_words import below, key, new

pytestmark = pytest.mark.django_db
BOTH = {"fr": "le chauffage", "en": "heating"}


def shown(menu: Menu) -> menu_page.Tree:
    with translation.override("en"):
        found: menu_page.Tree = menu_page.context(menu, editable=True)["tree"]
    return found


def lines(menu: Menu, language: str) -> list[str]:
    heard = next(each for each in shown(menu).root.heard if each.language == language)
    return [line.text for line in heard.lines]


@pytest.mark.requirement("PLN-05")
def test_what_callers_hear_is_built_from_the_keys_in_each_language() -> None:
    service = build.service("Heating")
    menu = new(
        "Main",
        key("2", "service", service.pk, name=BOTH),
        key("*"),
        welcome={"fr": "Bonjour.", "en": "Hello."},
    )
    assert lines(menu, "en") == [
        "Hello.",
        "To reach heating, press 2.",
        "To leave a message, press star.",
    ]
    assert lines(menu, "fr") == [
        "Bonjour.",
        "Pour joindre le chauffage, appuyez sur 2.",
        "Pour laisser un message, appuyez sur étoile.",
    ]


def test_a_key_without_a_name_is_called_as_its_service() -> None:
    service = build.service({"fr": "le chauffage", "en": "heating"})
    menu = new("Main", key("1", "service", service.pk))
    assert lines(menu, "en") == ["To reach heating, press 1."]
    assert [each.title for each in shown(menu).root.keys] == ["Heating"]


def test_texts_that_a_language_lacks_are_named() -> None:
    prompt = Prompt.objects.create(name="Closed", text={"fr": "Fermé."})
    menu = new(
        "Main",
        key("1", name={"fr": "un message"}),
        key("2", name=BOTH),
        key("3"),
        key("4", "announcement", prompt.pk),
        welcome={"en": "Hello."},
    )
    assert list(shown(menu).missing) == [
        Missing(menu.pk, "Main", "fr"),
        Missing(menu.pk, "Main", "en", "1"),
        Missing(menu.pk, "Main", "en", "4"),
    ]


def test_only_the_languages_of_its_numbers_are_looked_at() -> None:
    menu = new("Main", key("1", name={"fr": "un message"}))
    PhoneNumber.objects.create(name="Main line", number="+33970000001", menu=menu, languages=["fr"])
    tree = shown(menu)
    assert (tree.languages, list(tree.missing)) == (["fr"], [])


def test_a_recording_stands_for_a_text() -> None:
    prompt = Prompt.objects.create(name="Welcome", text={"fr": "Bonjour."})
    PromptAudio.objects.create(
        prompt=prompt,
        language="en",
        token="recorded",
        file="prompts/recorded.wav",
        original_name="hello.mp3",
        duration_seconds=1.5,
        size=24_044,
        sha256="0" * 64,
        uploaded_at="2026-03-02T09:00:00Z",
    )
    menu = new("Main", welcome_prompt=prompt)
    tree = shown(menu)
    assert list(tree.missing) == []
    [line] = tree.root.heard[1].lines
    assert line.audio.endswith("/recorded")


def test_where_a_key_leads_is_said_with_its_target_and_its_mailbox() -> None:
    mailboxes: Any = Menu._meta.get_field("mailbox").related_model
    box = mailboxes.objects.create(name="Office")
    service = build.service("Heating")
    child = new("Contracts", key("1"))
    prompt = Prompt.objects.create(name="Closed", text={"en": "Closed."})
    menu = new(
        "Main",
        key("1", "service", service.pk, mailbox=box.pk),
        key("2", "menu", child.pk),
        key("3", "transfer", "+33139980007"),
        key("4", "announcement", prompt.pk),
        key("5", "back"),
        on_too_many={"kind": "schedule", "target": build.schedule("Paris").pk},
    )
    root = shown(menu).root
    assert [each.leads for each in root.keys] == [
        "rings Heating · messages into “Office”",
        "menu of 1 key",
        "transfers to +33 1 39 98 00 07",
        "plays “Closed”",
        "",
    ]
    assert [each.useless for each in root.keys] == [False, False, False, False, True]
    assert list(root.otherwise) == [
        ("No key", "hear it again"),
        ("Wrong key", "hear it again"),
        ("After 3 tries", "rings Paris"),
    ]


def test_a_level_to_which_no_key_leads_is_shown_beside_the_tree() -> None:
    root = new()
    waiting = new("Waiting", parent=root)
    below(waiting, "Lower")
    tree = shown(root)
    assert [level.name for level in tree.waiting] == ["Waiting"]
    assert [each.below.name for each in tree.waiting[0].keys if each.below] == ["Lower"]


def test_an_old_version_says_which_of_its_targets_are_gone() -> None:
    service = build.service("Heating")
    menu = new("Main", key("1", "service", service.pk))
    menu_services.change_menu(menu.pk, 1, {"options": []})
    Service.objects.all().delete()
    version = MenuVersion.objects.get(number=1)
    tree = menu_page.version_context(version)["tree"]
    assert [each.lost for each in tree.root.keys] == [True]


def test_the_page_does_as_many_queries_for_many_keys_as_for_few() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    root = new("Main", key("1"))
    few = _queries(page, root)
    service = build.service("Heating")
    level = root
    for number in range(4):
        level = below(
            level, f"Level {number}", *(key(each, "service", service.pk) for each in "45")
        )
    assert _queries(page, root) == few


def _queries(page: Client, menu: Menu) -> int:
    address = f"/admin/telephony/menu/{menu.pk}/change/"
    page.get(address)  # what is asked once per login
    with CaptureQueriesContext(connection) as captured:
        assert page.get(address).status_code == 200
    return len(captured)


def test_a_level_is_shown_on_the_page_of_its_root() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    root = new()
    child = below(root, "Contracts")
    answer = page.get(f"/admin/telephony/menu/{child.pk}/change/")
    assert answer["Location"] == f"/admin/telephony/menu/{root.pk}/change/#level-{child.pk}"


def test_what_a_key_would_say_is_asked_before_it_is_saved() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    address = "/admin/telephony/menu/hear/"
    asked = {"key": "0", "kind": "voicemail", "en": "the office"}
    assert page.get(address, asked).json() == {
        "fr": "Pour the office, appuyez sur 0.",
        "en": "For the office, press 0.",
    }
    service = build.service({"fr": "le chauffage", "en": "heating"})
    asked = {"key": "0", "kind": "service", "target": str(service.pk)}
    assert page.get(address, asked).json()["fr"] == "Pour joindre le chauffage, appuyez sur 0."
    assert page.get(address, {"kind": "fax"}).json() == {}
    assert page.get(address, {"kind": "service", "target": "x"}).status_code == 200


def test_a_menu_in_use_is_not_deleted_by_its_page() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    menu = new()
    PhoneNumber.objects.create(name="Main line", number="+33970000001", menu=menu)
    answer = page.post(f"/admin/telephony/menu/{menu.pk}/delete/", {"post": "yes"}, follow=True)
    assert "“Main line”" in answer.content.decode()
    assert Menu.objects.filter(pk=menu.pk).exists()


def test_a_new_menu_opens_its_tree() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    add = reverse("admin:telephony_menu_add")
    answer = send(page, add, name="Main", welcome_fr="Bonjour.")
    menu = Menu.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("admin:telephony_menu_change", args=[menu.pk]),
    )
    assert "Now give it its keys." in page.get(answer["Location"]).content.decode()
    assert send(page, add, name="Other", _addanother="1")["Location"] == add


def test_a_welcome_that_is_longer_than_can_be_read_aloud_is_told_at_its_box() -> None:
    page = Client()
    page.force_login(login(Role.MANAGER))
    add = reverse("admin:telephony_menu_add")
    answer = send(page, add, name="Main", welcome_fr="a" * 1501)
    assert errors(answer) == ["Ensure this value has at most 1500 characters (it has 1501)."]
    assert not Menu.objects.exists()
