"""Other systems are told of jobs, signed and once each: against a real server on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Conflict, Refused, Stale
from oncall_portal.outbox import again, deliver
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.enums import Role
from scheduling.models import Organisation, OrganisationSupervisor
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client
from telephony import hook_channel, job_hooks, jobs
from telephony.emulator.certificates import make_tls
from telephony.models import Job, JobHook
from telephony.tests.hook_server import FieldService, running
from telephony.tests.test_api import a_call

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLN-07")]
NOON = at(12)


@pytest.fixture
def system() -> Iterator[FieldService]:
    build.organisation(region="FR", time_zone="Europe/Paris")
    with clock.driven_by(lambda: NOON), running() as found:
        yield found


@pytest.fixture
def hook(system: FieldService) -> JobHook:
    return job_hooks.create({"name": "Field service", "url": system.url})


def deliver_all(after: timedelta = timedelta()) -> None:
    while deliver.deliver_next(NOON + after):
        pass


def states() -> list[tuple[str, int, str]]:
    rows = OutgoingMessage.objects.order_by("pk")
    return list(rows.values_list("state", "attempts", "error"))


# --- what is told --------------------------------------------------------------------------------


def test_a_job_is_told_when_it_is_made_changed_and_deleted_as_the_api_shows_it(
    system: FieldService, hook: JobHook
) -> None:
    api = client(Role.MANAGER)
    call = a_call()
    api.post(f"/api/v1/calls/{call.pk}/triage/", {"action": "job"}, format="json")
    job = Job.objects.get()
    made = api.get(f"/api/v1/jobs/{job.pk}/").json()
    body = {"state": "done", "due_at": "2027-01-05T09:00:00+01:00", "version": 1}
    changed = api.patch(f"/api/v1/jobs/{job.pk}/", body, format="json").json()
    api.delete(f"/api/v1/jobs/{job.pk}/", {"version": 2}, format="json")
    deliver_all()
    assert system.events() == ["job.created", "job.changed", "job.deleted"]
    told = [json.loads(body) for _headers, body in system.told]
    assert [each["job"] for each in told] == [made, changed, {**changed, "version": 3}]
    assert [each["event"] for each in told] == system.events()
    assert {each["at"] for each in told} == {NOON.isoformat()}
    assert len({each["id"] for each in told}) == 3
    assert [state for state, _attempts, _error in states()] == ["delivered"] * 3


def test_a_request_is_signed_with_the_systems_secret(system: FieldService, hook: JobHook) -> None:
    jobs.create({"title": "Chaudière arrêtée"})
    deliver_all()
    ((headers, body),) = system.told
    moment = int(NOON.timestamp())
    digest = hmac.new(hook.secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    assert headers["X-Oncall-Signature"] == f"t={moment},v1={digest}"
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Oncall-Delivery"] == OutgoingMessage.objects.get().reference
    assert json.loads(body)["job"]["title"] == "Chaudière arrêtée"


def test_a_new_secret_signs_at_once(system: FieldService, hook: JobHook) -> None:
    jobs.create({"title": "Boiler"})
    newer = job_hooks.rotate(hook.pk)
    assert newer.secret != hook.secret
    deliver_all()
    ((headers, body),) = system.told
    assert headers["X-Oncall-Signature"] == hook_channel.signature(newer.secret, body, NOON)


def test_every_system_that_is_on_is_told(system: FieldService, hook: JobHook) -> None:
    job_hooks.create({"name": "Off", "url": "https://example.org/jobs", "active": False})
    with running() as second:
        job_hooks.create({"name": "Second", "url": second.url})
        jobs.create({"title": "Boiler"})
        deliver_all()
        assert (len(system.told), len(second.told)) == (1, 1)


def test_what_is_not_kept_is_not_told(hook: JobHook) -> None:
    job = jobs.create({"title": "Boiler"})
    with pytest.raises(Stale):
        jobs.change(job.pk, 7, {"title": "Another"})
    with transaction.atomic():
        jobs.change(job.pk, 1, {"title": "Another"})
        transaction.set_rollback(True)
    assert list(OutgoingMessage.objects.values_list("subject", flat=True)) == ["job.created"]


def test_a_test_is_about_no_job(system: FieldService, hook: JobHook) -> None:
    job_hooks.send_test(hook.pk, NOON)
    job_hooks.send_test(hook.pk, NOON)
    deliver_all()
    assert system.events() == ["test", "test"]
    assert json.loads(system.told[0][1])["job"] is None


# --- what goes wrong -----------------------------------------------------------------------------


def test_after_an_answer_500_it_is_told_again_under_the_same_name(
    system: FieldService, hook: JobHook
) -> None:
    system.statuses, system.says = [500], b"Database\nis\x00 away"
    jobs.create({"title": "Boiler"})
    deliver_all()
    assert states() == [("queued", 1, "It answered 500. Database is away")]
    deliver_all(timedelta(minutes=1))
    assert states() == [("delivered", 2, "")]
    first, second = system.told
    assert first[1] == second[1]
    assert first[0]["X-Oncall-Delivery"] == second[0]["X-Oncall-Delivery"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *((200, "delivered"), (201, "delivered"), (204, "delivered")),
        *((301, "failed"), (302, "failed"), (307, "failed")),
        *((400, "failed"), (401, "failed"), (404, "failed"), (422, "failed")),
        *((408, "queued"), (409, "queued"), (425, "queued"), (429, "queued")),
        *((500, "queued"), (502, "queued"), (503, "queued"), (504, "queued")),
    ],
)
def test_an_answer_is_final_or_may_change(
    system: FieldService, hook: JobHook, status: int, state: str
) -> None:
    system.statuses = [status]
    jobs.create({"title": "Boiler"})
    deliver_all()
    assert [found for found, _attempts, _error in states()] == [state]


def test_a_redirect_is_not_followed(system: FieldService, hook: JobHook) -> None:
    with running() as other:
        system.statuses, system.headers = [307], {"Location": other.url}
        jobs.create({"title": "Boiler"})
        deliver_all()
        assert (len(system.told), other.told) == (1, [])


def test_whoever_answers_410_is_switched_off(system: FieldService, hook: JobHook) -> None:
    system.statuses = [410]
    jobs.create({"title": "Boiler"})
    jobs.create({"title": "Second"})
    deliver_all()
    assert [state for state, _attempts, _error in states()] == ["failed", "failed"]
    assert (len(system.told), JobHook.objects.get().active) == (1, False)
    jobs.create({"title": "Third"})
    assert OutgoingMessage.objects.count() == 2


def test_who_is_never_reached_ends_as_failed_for_everybody_to_see(hook: JobHook) -> None:
    JobHook.objects.update(url="http://127.0.0.1:9/")
    jobs.create({"title": "Boiler"})
    for day in range(1, len(deliver.BACKOFF) + 2):
        deliver_all(timedelta(days=day))
    ((state, attempts, error),) = states()
    assert (state, attempts) == ("failed", len(deliver.BACKOFF) + 1)
    assert error == "It could not be reached."
    api = client(Role.SUPERVISOR)
    (shown,) = api.get("/api/v1/messages/?state=failed").json()["results"]
    assert (shown["channel"], shown["to"]) == ("webhook", f"jobhook:{hook.pk}")


def test_what_failed_is_told_again_under_the_same_name(system: FieldService, hook: JobHook) -> None:
    system.statuses = [400]
    job_hooks.send_test(hook.pk, NOON)
    deliver_all()
    again.send_again(OutgoingMessage.objects.get().pk, NOON)
    deliver_all()
    first, second = system.told
    assert first[0]["X-Oncall-Delivery"] == second[0]["X-Oncall-Delivery"]
    assert (first[1], states()) == (second[1], [("delivered", 1, "")])


@pytest.mark.parametrize("code", ["hook_off", "hook_gone"])
def test_a_system_that_is_off_or_gone_is_told_nothing_again(hook: JobHook, code: str) -> None:
    job_hooks.send_test(hook.pk, NOON)
    OutgoingMessage.objects.update(state="failed")
    job_hooks.switch_off(hook)
    if code == "hook_gone":
        JobHook.objects.all().delete()
    with pytest.raises(Conflict) as refused:
        again.send_again(OutgoingMessage.objects.get().pk, NOON)
    assert (refused.value.code, states()[0][0]) == (code, "failed")


def test_the_supervisors_hear_once_a_day_that_a_system_is_not_told(
    system: FieldService, hook: JobHook
) -> None:
    OrganisationSupervisor.objects.create(
        organisation=Organisation.objects.get(), staff=build.staff("Sam", email="sam@example.org")
    )
    system.statuses = [400, 400, 400]
    jobs.create({"title": "Boiler"})
    jobs.create({"title": "Second"})
    deliver_all()
    assert [letter.subject for letter in letters()] == ["Field service does not hear of jobs"]
    assert "It answered 400." in letters()[0].body
    deliver_all(timedelta(days=1))
    jobs.create({"title": "Third"})
    deliver_all(timedelta(days=1))
    assert [letter.to for letter in letters()] == ["sam@example.org"] * 2


def test_the_supervisors_hear_that_a_system_switched_itself_off(
    system: FieldService, hook: JobHook
) -> None:
    OrganisationSupervisor.objects.create(
        organisation=Organisation.objects.get(), staff=build.staff("Sam", email="sam@example.org")
    )
    system.statuses = [410]
    jobs.create({"title": "Boiler"})
    deliver_all()
    (letter,) = letters()
    assert letter.body.startswith("Field service is switched off, and hears of no job any more")


def letters() -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(channel="email").order_by("pk"))


def test_a_system_that_was_deleted_is_not_told(system: FieldService, hook: JobHook) -> None:
    jobs.create({"title": "Boiler"})
    job_hooks.delete(hook.pk, hook.version)
    deliver_all()
    assert states() == [("failed", 1, "This system is switched off or deleted.")]


def test_an_answer_without_end_is_not_read(system: FieldService, hook: JobHook) -> None:
    system.statuses, system.says = [400], b"x" * 10_000_000
    jobs.create({"title": "Boiler"})
    deliver_all()
    assert states() == [("failed", 1, "It answered 400. " + "x" * 200)]


@pytest.mark.django_db(transaction=True)
def test_each_is_told_once_although_two_workers_run(system: FieldService, hook: JobHook) -> None:
    for number in range(10):
        jobs.create({"title": f"Job {number}"})

    def work() -> None:
        deliver_all()
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    titles = [json.loads(body)["job"]["title"] for _headers, body in system.told]
    assert sorted(titles) == [f"Job {number}" for number in range(10)]


def test_only_a_trusted_certificate_is_spoken_to(tmp_path: Path, monkeypatch: Any) -> None:
    files = make_tls(tmp_path)
    with clock.driven_by(lambda: NOON), running(files) as system:
        job_hooks.create({"name": "Field service", "url": system.url})
        jobs.create({"title": "Boiler"})
        deliver_all()
        assert (system.told, states()[0][2]) == ([], "Its certificate is not valid.")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(files.ca))
        deliver_all(timedelta(minutes=1))
        assert (len(system.told), states()) == (1, [("delivered", 2, "")])


# --- where they may be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/jobs", "https_required"),
        ("http://10.0.0.5/jobs", "https_required"),
        ("ftp://example.org/jobs", "https_required"),
        ("https://me:secret@example.org/jobs", "no_login"),
        ("https://oncall.example.org/admin/", "own_address"),
        ("https://ONCALL.example.org.:443/api/v1/jobs/", "own_address"),
        ("https://example.org:99999/", "invalid"),
        ("https://169.254.169.254/latest/meta-data/", "no_system_there"),
        ("https://[::ffff:169.254.169.254]/", "no_system_there"),
        ("https://[fe80::1]/", "no_system_there"),
        ("https://[fd00:ec2::254]/", "no_system_there"),
        ("https://0.0.0.0/", "no_system_there"),
        ("https://224.0.0.1/", "no_system_there"),
    ],
)
def test_an_address_is_encrypted_and_not_our_own(settings: Any, url: str, code: str) -> None:
    settings.PUBLIC_URL = "https://oncall.example.org"
    with pytest.raises(Refused) as refused:
        job_hooks.create({"name": "A", "url": url})
    assert (refused.value.code, refused.value.field) == (code, "url")


@pytest.mark.parametrize(
    "url",
    [
        "https://fieldservice.example.org/hooks/jobs?tenant=4",
        "https://192.168.1.20:8443/jobs",
        "https://oncall.example.org:8443/jobs",
        "http://localhost:9000/jobs",
    ],
)
def test_a_system_of_the_house_may_be_anywhere(settings: Any, url: str) -> None:
    settings.PUBLIC_URL = "https://oncall.example.org"
    assert job_hooks.create({"name": "A", "url": url}).url == url
