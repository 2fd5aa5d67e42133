"""Erasing a caller, and giving out what is held, by page, API and command."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests.logins import client, login, problem
from telephony.models import BlockedCaller, Call, Caller, Leg
from voicemail.models import Erasure, Recording
from voicemail.tests import cast
from voicemail.tests.caller_cast import CALLER, LATER, TRANSCRIPT, everything
from voicemail.tests.cast import NOW

pytestmark = pytest.mark.django_db
SPELT = "06 98 76 54 32"


@pytest.fixture
def call(media: Path) -> Any:
    """A call of the caller of whom something is held everywhere, an hour ago."""
    with clock.driven_by(lambda: LATER):
        yield everything()


@pytest.fixture
def manager(client: Client) -> Client:
    """The browser of a manager."""
    client.force_login(login(Role.MANAGER))
    return client


def address() -> str:
    return f"/admin/voicemail/erasure/caller/{Caller.objects.get().pk}/"


def said(command: str, *words: str) -> list[str]:
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue().splitlines()


# --- erasing -----------------------------------------------------------------------------------


def test_a_manager_sees_what_is_held_types_the_number_and_gets_a_certificate(
    call: Call, manager: Client
) -> None:
    caller = Caller.objects.get()
    assert address() in manager.get(f"/admin/telephony/caller/{caller.pk}/change/").content.decode()
    page = manager.get(address()).content.decode()
    shown = dict(re.findall(r"<th scope=\"row\">([^<]*)</th><td class=\"num\">(\d+)</td>", page))
    assert (shown["Recordings"], shown["Text messages"], shown["Jobs"]) == ("2", "1", "1")
    answer = manager.post(address(), {"number": SPELT, "reference": "Letter 12", "sure": "1"})
    proof = Erasure.objects.get()
    assert answer["Location"] == f"/admin/voicemail/erasure/{proof.pk}/change/"
    page = manager.get(answer["Location"]).content.decode()
    for word in (proof.number_hash, *proof.files, "Letter 12", "manager"):
        assert word in page
    assert not Caller.objects.exists()
    assert not BlockedCaller.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"number": "06 11 11 11 11"}, "This is not the number of this page."),
        ({"number": ""}, "This field is required."),
        ({"number": SPELT, "reference": SPELT}, "Leave the number and the name out"),
    ],
)
def test_a_page_that_is_not_filled_in_erases_nothing(
    call: Call, manager: Client, values: dict[str, str], words: str
) -> None:
    answer = manager.post(address(), values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Caller.objects.exists()


def test_a_page_says_why_it_waits_for_a_call_that_goes_on(call: Call, manager: Client) -> None:
    Call.objects.filter(pk=call.pk).update(ended_at=None, outcome="")
    answer = manager.post(address(), {"number": SPELT})
    assert answer.status_code == 422
    assert "Try again in two minutes." in answer.content.decode()


def test_a_number_of_no_caller_is_looked_up_erased_and_proved(call: Call, manager: Client) -> None:
    Caller.objects.all().delete()
    page = "/admin/voicemail/erasure/number/"
    assert (
        "What is held about +33 6 98 76 54 32"
        in manager.post(page, {"number": SPELT}).content.decode()
    )
    answer = manager.post(page, {"number": SPELT, "keep_block": "on", "sure": "1"})
    assert answer.status_code == 302
    assert BlockedCaller.objects.get().pattern == CALLER
    looked_up = manager.post(page, {"number": SPELT}).content.decode()
    assert "Erased on 22 November 2026" in looked_up


def test_the_api_erases_and_answers_the_proof(call: Call) -> None:
    api, caller = client(Role.MANAGER), Caller.objects.get()
    path = f"/api/v1/callers/{caller.pk}/erase/"
    wrong = api.post(path, {"number": "+33611111111"}, format="json")
    assert problem(wrong) == (400, "number_differs")
    answer = api.post(path, {"number": CALLER, "keep_block": False}, format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["erased"]["blocked"], body["asked_by"]) == (1, "manager")
    assert api.get(f"/api/v1/erasures/{body['id']}/").json() == body


def test_the_api_refuses_while_a_call_goes_on(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(ended_at=None, outcome="")
    path = f"/api/v1/callers/{Caller.objects.get().pk}/erase/"
    answer = client(Role.MANAGER).post(path, {"number": CALLER}, format="json")
    assert problem(answer) == (409, "call_in_progress")


@pytest.mark.parametrize("role", [Role.STAFF, Role.SUPERVISOR])
def test_only_managers_erase_and_export(call: Call, role: Role) -> None:
    api, pk = client(role), Caller.objects.get().pk
    assert api.post(f"/api/v1/callers/{pk}/erase/", {"number": CALLER}).status_code == 403
    assert api.get(f"/api/v1/callers/{pk}/export/").status_code == 403
    assert api.get("/api/v1/erasures/").status_code == 403
    assert Caller.objects.exists()


def test_the_command_counts_erases_and_proves(call: Call) -> None:
    assert "recordings: 2" in said("erase_caller", SPELT, "--dry-run")
    with pytest.raises(CommandError, match="never erased"):
        said("erase_caller", SPELT, "--prove")
    lines = said("erase_caller", SPELT, "--unblock", "--reference", "Letter 12")
    proof = Erasure.objects.get()
    assert lines[-2:] == ["blocked: 1", f"Certificate: {proof.pk}"]
    assert said("erase_caller", SPELT, "--prove") == [
        f"2026-11-22T03:12:30+00:00: certificate {proof.pk}, erased by manage.py erase_caller"
    ]


# --- giving it out -----------------------------------------------------------------------------


def archive(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def test_what_is_given_out_is_what_went_in(call: Call) -> None:
    staff = cast.person("Anna")
    Leg.objects.create(
        call=call, ordinal=2, token="2", number="+33622222222", name="Anna", staff=staff,
        dialled_at=NOW,
    )  # fmt: skip
    answer = client(Role.MANAGER).get(f"/api/v1/callers/{Caller.objects.get().pk}/export/")
    files = archive(b"".join(answer))
    sounds = {name: content for name, content in files.items() if name.startswith("audio/")}
    kept = {
        row.sha256: default_storage.open(str(row.file)).read() for row in Recording.objects.all()
    }
    assert {hashlib.sha256(each).hexdigest(): each for each in sounds.values()} == kept
    manifest = {each["file"]: each for each in json.loads(files["manifest.json"])}
    assert {name: each["sha256"] for name, each in manifest.items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in sounds.items()
    }
    data = json.loads(files["data.json"])
    assert data["caller"]["address"] == "3 rue des Lilas"
    (its,) = data["calls"]
    assert (its["id"], its["caller"], its["outcome"]) == (call.pk, CALLER, "message_left")
    assert [leg["number"] for leg in its["legs"]] == [CALLER, "+33 6 .. .. .. 22"]
    assert [event["code"] for event in its["timeline"]] == ["leg_dialled", "key_pressed"]
    assert its["comments"][0]["text"] == "Boulangerie Roux: 06.98.76.54.32"
    assert its["promise"]["state"] == "open"
    said = next(row for row in data["recordings"] if row["kind"] == "message")
    assert (said["transcript"], said["listenings"][0]["who"]) == (TRANSCRIPT, "a…@x.org")
    assert [text["text"] for text in data["texts"]] == ["The cellar!"]
    assert [job["address"] for job in data["jobs"]] == ["3 rue des Lilas"]
    assert [mail["to"] for mail in data["messages_out"]] == [CALLER, "a…@x.org"]
    assert [entry["pattern"] for entry in data["block_list"]] == [CALLER]
    (entry,) = data["history"]
    assert (entry["about"], entry["change"]) == (
        *("Boulangerie Roux", "Changed number +33 6 98 76 54 32"),
    )
    assert data["number_stands_in"]["telephony.WebhookReceipt.path"] == 1
    page = files["index.html"].decode()
    for word in (
        TRANSCRIPT,
        "3 rue des Lilas",
        entry["change"],
        "The cellar!",
        'lang="en"',
        *sounds,
    ):
        assert word in page
    assert b"+33622222222" not in b"".join(files.values())


def test_a_page_gives_it_out_in_the_readers_language_and_keeps_who_asked(
    call: Call, manager: Client
) -> None:
    answer = manager.get(f"{address()}export/", headers={"Accept-Language": "fr"})
    page = archive(b"".join(answer))["index.html"].decode()
    assert 'lang="fr"' in page
    assert "Ce qui est conservé sur +33 6 98 76 54 32" in page
    assert "no-store" in answer["Cache-Control"]
    entry = LogEntry.objects.latest("pk")
    assert (entry.user.username, entry.object_id) == ("manager", str(Caller.objects.get().pk))


def test_a_file_that_is_gone_is_told_in_the_manifest(call: Call, manager: Client) -> None:
    row = Recording.objects.get(kind="conversation")
    default_storage.delete(str(row.file))
    files = archive(b"".join(manager.get(f"{address()}export/")))
    missing = [each for each in json.loads(files["manifest.json"]) if each.get("missing")]
    assert [each["sha256"] for each in missing] == [row.sha256]


def test_the_command_writes_a_new_file_for_its_owner_alone(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "out" / "caller.zip"
    path.parent.mkdir()
    said("export_caller", SPELT, str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert "data.json" in archive(path.read_bytes())
    with pytest.raises(CommandError, match="File exists"):
        said("export_caller", SPELT, str(path))
