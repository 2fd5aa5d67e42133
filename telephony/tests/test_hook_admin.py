"""The pages of the systems that take jobs over: a secret once, a test, what they were told."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from oncall_portal.outbox import deliver
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from telephony import job_hooks
from telephony.models import JobHook
from telephony.tests.hook_server import running

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLN-07")]
LIST = "/admin/telephony/jobhook/"
FORM = {"name": "Field service", "url": "https://example.org/jobs", "active": "on"}


@pytest.fixture
def boss() -> Any:
    build.organisation()
    with clock.driven_by(lambda: at(12)):
        yield browser(Role.ADMINISTRATOR)


def browser(role: Role) -> Client:
    client = Client()
    client.force_login(login(role))
    return client


def page(hook: JobHook) -> str:
    return reverse("admin:telephony_jobhook_change", args=[hook.pk])


def test_a_secret_is_shown_when_it_is_made_and_never_again(boss: Client) -> None:
    made = boss.post(f"{LIST}add/", FORM)
    hook = JobHook.objects.get()
    assert (hook.secret in made.content.decode(), len(hook.secret)) == (True, 43)
    assert "no-store" in made["Cache-Control"]
    assert hook.secret not in boss.get(page(hook)).content.decode()
    rotated = boss.post(reverse("admin:telephony_jobhook_rotate", args=[hook.pk]))
    newer = JobHook.objects.get()
    assert (newer.secret != hook.secret, newer.secret in rotated.content.decode()) == (True, True)


def test_a_refused_address_is_told_at_its_box(boss: Client) -> None:
    answer = boss.post(f"{LIST}add/", {**FORM, "url": "http://example.org/jobs"})
    assert "The address must begin with https://." in answer.content.decode()
    assert JobHook.objects.count() == 0


def test_a_system_is_changed_as_it_was_read(boss: Client) -> None:
    hook = job_hooks.create({"name": "A", "url": "https://example.org/"})
    boss.post(page(hook), {**FORM, "name": "B", "version": 1})
    assert (
        "changed by someone else"
        in boss.post(page(hook), {**FORM, "name": "C", "version": 1}).content.decode()
    )
    assert (JobHook.objects.get().name, JobHook.objects.get().secret) == ("B", hook.secret)


def test_a_test_is_sent_and_what_became_of_it_stands_on_the_page(boss: Client) -> None:
    with running() as system:
        system.statuses = [500]
        hook = job_hooks.create({"name": "A", "url": system.url})
        told = boss.post(reverse("admin:telephony_jobhook_test", args=[hook.pk]), follow=True)
        assert "A test is on its way" in told.content.decode()
        deliver.deliver_next(at(12))
        assert system.events() == ["test"]
    shown = boss.get(page(hook)).content.decode()
    assert ("It answered 500." in shown, "Test of the connection" in shown) == (True, True)
    assert "waiting" in boss.get(LIST).content.decode()


def test_a_system_its_events_and_its_errors_are_said_in_the_words_of_whoever_reads(
    boss: Client,
) -> None:
    hook = job_hooks.create({"name": "Intervenir", "url": "https://nowhere.invalid/"})
    job_hooks.send_test(hook.pk, at(12))
    deliver.deliver_next(at(12))
    message = OutgoingMessage.objects.get()
    own = reverse("admin:outbox_outgoingmessage_change", args=[message.pk])
    boss.cookies["django_language"] = "fr"
    for address in (page(hook), "/admin/outbox/outgoingmessage/", own):
        shown = html.unescape(boss.get(address).content.decode())
        assert "Le nom de domaine de son adresse est inconnu." in shown
        assert "ssai de la connexion" in shown
        assert "Intervenir" in shown
        assert address == own or message.to not in shown  # there it is the cause


def test_a_manager_sees_where_jobs_go_and_no_secret(boss: Client) -> None:
    hook = job_hooks.create({"name": "A", "url": "https://example.org/"})
    shown = browser(Role.MANAGER).get(page(hook)).content.decode()
    assert ("https://example.org/" in shown, hook.secret in shown) == (True, False)
    assert "Make a new secret" not in shown
