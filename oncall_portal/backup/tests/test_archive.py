"""The file of a backup: what is written is read, and nothing else is taken for it."""

from __future__ import annotations

import io
import random
import tarfile
from pathlib import Path

import pytest

from oncall_portal.backup import archive, checking, manifest
from oncall_portal.backup.manifest import Manifest, Measured
from oncall_portal.lib import clock
from oncall_portal.lib.errors import Refused

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
SOUND = random.Random(1).randbytes(200_000)  # noqa: S311 - any bytes do


def written(path: Path, key: str, **changes: object) -> Manifest:
    """Write a backup without a database: its dump is any bytes."""
    with path.open("wb") as file, archive.writing(file, key) as writer:
        dump = writer.add_pieces(archive.DATABASE, io.BytesIO(SOUND))
        files = {"été/1.wav": writer.add(f"{archive.FILES}été/1.wav", 9, io.BytesIO(SOUND[:9]))}
        said = {"dump": dump, "files": files, "tables": {"telephony_call": 3}, **changes}
        made = Manifest(1, clock.now(), 18, {}, missing=[], **said)  # type: ignore[arg-type]
        text = manifest.encode(made)
        writer.add(archive.MANIFEST, len(text), io.BytesIO(text))
    return made


@pytest.mark.parametrize("key", ["", KEY])
def test_what_is_written_is_read(tmp_path: Path, key: str) -> None:
    made = written(tmp_path / "file", key)
    assert checking.check(tmp_path / "file", key) == made
    assert made.dump.size == len(SOUND)
    assert (SOUND[:100] in (tmp_path / "file").read_bytes()) == (not key)


@pytest.mark.parametrize(("key", "code"), [("", "backup_key_missing"), (OTHER, "backup_key_wrong")])
def test_what_is_encrypted_needs_its_key(tmp_path: Path, key: str, code: str) -> None:
    written(tmp_path / "file", KEY)
    with pytest.raises(Refused) as refused:
        checking.check(tmp_path / "file", key)
    assert refused.value.code == code


def test_a_large_dump_goes_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PIECE", 70_000)
    made = written(tmp_path / "file", "")
    with archive.reading(tmp_path / "file", "") as reader:
        names = [(name, size) for name, size, _part in reader.parts()]
    assert names[:3] == [
        *(("database/000001", 70_000), ("database/000002", 70_000), ("database/000003", 60_000)),
    ]
    assert checking.check(tmp_path / "file", "") == made


@pytest.mark.parametrize("key", ["", KEY])
def test_wherever_it_is_cut_it_is_refused(tmp_path: Path, key: str) -> None:
    written(tmp_path / "whole", key)
    content = (tmp_path / "whole").read_bytes()
    chosen = random.Random(2)  # noqa: S311 - any places do
    for size in [
        0,
        1,
        20,
        600,
        len(content) - 1,
        *(chosen.randrange(len(content)) for _ in "x" * 40),
    ]:
        (tmp_path / "cut").write_bytes(content[:size])
        with pytest.raises(Refused) as refused:
            checking.check(tmp_path / "cut", key)
        assert refused.value.code == "backup_damaged", size


@pytest.mark.parametrize("key", ["", KEY])
def test_whichever_bit_changes_it_is_refused(tmp_path: Path, key: str) -> None:
    written(tmp_path / "whole", key)
    content = (tmp_path / "whole").read_bytes()
    chosen = random.Random(3)  # noqa: S311 - any places do
    for place in [0, 30, *range(40, 600, 40), *(chosen.randrange(len(content)) for _ in "x" * 40)]:
        changed = bytearray(content)
        changed[place] ^= 1 << chosen.randrange(8)
        (tmp_path / "changed").write_bytes(changed)
        with pytest.raises(Refused) as refused:
            checking.check(tmp_path / "changed", key)
        assert refused.value.code in ("backup_damaged", "backup_key_wrong"), place


def test_bytes_after_the_end_are_refused(tmp_path: Path) -> None:
    for key in ("", KEY):
        written(tmp_path / "file", key)
        with (tmp_path / "file").open("ab") as file:
            file.write(b"x")
        with pytest.raises(Refused) as refused:
            checking.check(tmp_path / "file", key)
        assert refused.value.code == "backup_damaged"


@pytest.mark.parametrize(
    "changes",
    [
        {"dump": Measured(200_000, "0" * 64)},
        {"files": {}},
        {"files": {"été/1.wav": Measured(9, "0" * 64)}},
        {"tables": {"a; DROP TABLE b": 1}},
    ],
)
def test_a_manifest_that_tells_of_something_else_is_refused(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    written(tmp_path / "file", "", **changes)
    with pytest.raises(Refused) as refused:
        checking.check(tmp_path / "file", "")
    assert refused.value.code == "backup_damaged"


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/cron.d/evil", "a/../../evil", "a/./b", "", "a//b", "..\\evil", "a\x00b"],
)
def test_a_file_that_would_lie_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with (tmp_path / "file").open("wb") as file, archive.writing(file, "") as writer:
        dump = writer.add_pieces(archive.DATABASE, io.BytesIO(SOUND))
        files = {name: writer.add(f"{archive.FILES}{name}", 9, io.BytesIO(SOUND[:9]))}
        made = Manifest(1, clock.now(), 18, {}, tables={}, dump=dump, files=files, missing=[])
        text = manifest.encode(made)
        writer.add(archive.MANIFEST, len(text), io.BytesIO(text))
    with pytest.raises(Refused) as refused:
        checking.check(tmp_path / "file", "")
    assert refused.value.code == "backup_damaged"


@pytest.mark.parametrize(
    "kind",
    [
        *(tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE),
        tarfile.GNUTYPE_SPARSE,
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    with (tmp_path / "file").open("wb") as file, archive.writing(file, "") as writer:
        info = tarfile.TarInfo("files/1")
        info.type, info.linkname = kind, "/etc/passwd"
        writer._tar.addfile(info)
    with pytest.raises(Refused) as refused:
        checking.check(tmp_path / "file", "")
    assert refused.value.code == "backup_damaged"


def test_a_disk_that_is_full_is_told_as_such() -> None:
    class Full(io.BytesIO):
        def write(self, _data: object, /) -> int:
            raise OSError(28, "No space left on device")

    def write(key: str) -> None:
        with archive.writing(Full(), key) as writer:
            for number in range(50):
                writer.add(f"files/{number}", 9_000, io.BytesIO(SOUND[:9_000]))

    for key in ("", KEY):
        with pytest.raises(OSError, match="No space left"):
            write(key)


def test_a_file_that_is_shorter_than_told_is_an_error() -> None:
    with (
        pytest.raises(OSError, match="unexpected end"),
        archive.writing(io.BytesIO(), "") as writer,
    ):
        writer.add("files/1", 10, io.BytesIO(b"short"))
