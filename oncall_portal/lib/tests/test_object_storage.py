"""Files in a bucket of a real server: kept, read in parts, private, and never half there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from oncall_portal.lib.tests import bucket
from oncall_portal.lib.tests.bucket import Server

SOUND = bytes(range(256)) * 4096  # one megabyte


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with bucket.running(settings) as started:
        yield started


def test_what_is_saved_lies_under_the_prefix_and_is_read_back(server: Server) -> None:
    name = default_storage.save("recordings/a.wav", ContentFile(SOUND))
    assert (name, server.keys()) == ("recordings/a.wav", ["portal/recordings/a.wav"])
    with default_storage.open(name) as file:
        assert (file.size, file.read()) == (len(SOUND), SOUND)
    assert (default_storage.exists(name), default_storage.size(name)) == (True, len(SOUND))
    default_storage.delete(name)
    assert (default_storage.exists(name), server.keys()) == (False, [])


def test_a_name_that_is_taken_is_not_written_over(server: Server) -> None:
    names = {default_storage.save("a.wav", ContentFile(SOUND)) for _twice in range(2)}
    assert len(names) == len(server.keys()) == 2


def test_a_place_in_the_middle_is_read_without_what_lies_before(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = default_storage.save("a.wav", ContentFile(SOUND))
    asked: list[str] = []
    with default_storage.open(name) as file:
        item: Any = file.file.raw._item  # type: ignore[union-attr]
        get = item.get

        def noted(**more: str) -> Any:
            asked.append(more["Range"])
            return get(**more)

        monkeypatch.setattr(item, "get", noted)
        file.seek(700_000)
        assert file.read(10) == SOUND[700_000:700_010]
        file.seek(-4, 2)
        assert file.read() == SOUND[-4:]
    assert asked == ["bytes=700000-", f"bytes={len(SOUND) - 4}-"]


def test_nobody_reads_it_without_the_keys(server: Server) -> None:
    name = default_storage.save("a.wav", ContentFile(SOUND))
    everybody = "http://acs.amazonaws.com/groups/global/AllUsers"
    grants = server.bucket.Object(f"portal/{name}").Acl().grants
    assert [grant for grant in grants if grant["Grantee"].get("URI") == everybody] == []
    assert default_storage.url(name) == ""


def test_a_file_that_is_gone_is_told_from_a_storage_that_is_away(server: Server) -> None:
    with pytest.raises(FileNotFoundError):
        default_storage.open("nowhere.wav")
    name = default_storage.save("a.wav", ContentFile(SOUND))
    opened = default_storage.open(name)
    server.stop()
    for ask in (opened.read, lambda: default_storage.save("b.wav", ContentFile(SOUND))):
        with pytest.raises(OSError, match="cannot be reached") as error:
            ask()
        assert "portal-secret" not in str(error.value)


def test_a_bucket_that_does_not_exist_is_an_error_of_the_storage(server: Server) -> None:
    server.bucket.delete()
    with pytest.raises(OSError, match="404 NoSuchBucket"):
        default_storage.save("a.wav", ContentFile(SOUND))
